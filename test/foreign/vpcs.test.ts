// SPDX-License-Identifier: BSD-2-Clause
// VPCs by programs of others: boto3's resources, paginators and waiters.
import assert from 'node:assert/strict'
import { type Json, need, python } from '../support/programs'
import { type ServedCloud, servedCloud } from './served-cloud'

const script = `
import json, os
import boto3
from botocore.exceptions import ClientError

endpoint = os.environ['CLOUD']
client = boto3.client('ec2', endpoint_url=endpoint)
ec2 = boto3.resource('ec2', endpoint_url=endpoint)

vpc = ec2.create_vpc(CidrBlock='10.0.0.0/16', TagSpecifications=[
    {'ResourceType': 'vpc', 'Tags': [{'Key': 'Name', 'Value': 'net'}]}])
vpc.wait_until_available()
vpc.modify_attribute(EnableDnsHostnames={'Value': True})
public = vpc.create_subnet(CidrBlock='10.0.0.0/24', AvailabilityZone='PARTI00')
private = vpc.create_subnet(CidrBlock='10.0.1.0/24')
client.get_waiter('subnet_available').wait(SubnetIds=[public.id, private.id])
gateway = ec2.create_internet_gateway()
vpc.attach_internet_gateway(InternetGatewayId=gateway.id)
table = vpc.create_route_table()
table.create_route(DestinationCidrBlock='0.0.0.0/0', GatewayId=gateway.id)
association = table.associate_with_subnet(SubnetId=public.id)
main = list(vpc.route_tables.filter(Filters=[{'Name': 'association.main', 'Values': ['true']}]))[0]
main.create_route(DestinationCidrBlock='0.0.0.0/0', GatewayId=gateway.id)
options = ec2.create_dhcp_options(DhcpConfigurations=[{'Key': 'domain-name', 'Values': ['a.test']}])
options.associate_with_vpc(VpcId=vpc.id)
vpc.reload()
tags, given = vpc.tags, vpc.dhcp_options_id
subnets = [one['CidrBlock'] for page in client.get_paginator('describe_subnets').paginate(
    Filters=[{'Name': 'vpc-id', 'Values': [vpc.id]}], PaginationConfig={'PageSize': 5}) for one in page['Subnets']]
try:
    vpc.delete()
    refused = None
except ClientError as error:
    refused = error.response['Error']['Code']
routes = {r.destination_cidr_block: r.state for r in main.routes}

association.delete()
table.delete()
vpc.detach_internet_gateway(InternetGatewayId=gateway.id)
main.reload()
blackhole = [r.state for r in main.routes if r.gateway_id == gateway.id]
gateway.delete()
for subnet in vpc.subnets.all():
    subnet.delete()
vpc.delete()
options.delete()
print(json.dumps({'tags': tags, 'options': given == options.id, 'subnets': sorted(subnets),
                  'refused': refused, 'routes': routes, 'blackhole': blackhole,
                  'left': [v.is_default for v in ec2.vpcs.all()]}))
`

describe('VPCs of a served cloud', () => {
  let cloud: ServedCloud
  before(async function () {
    need(this, 'python3:boto3')
    cloud = await servedCloud()
  })
  after(() => cloud?.close())

  it('are made, looked at and taken away by boto3', async () => {
    const told: Json = await python('boto3', script, {
      env: { ...cloud.env, CLOUD: cloud.endpoint },
      cwd: cloud.work,
    })
    assert.deepEqual(told, {
      tags: [{ Key: 'Name', Value: 'net' }],
      options: true,
      subnets: ['10.0.0.0/24', '10.0.1.0/24'],
      refused: 'DependencyViolation',
      routes: { '10.0.0.0/16': 'active', '0.0.0.0/0': 'active' },
      blackhole: ['blackhole'],
      left: [true],
    })
  })
})
