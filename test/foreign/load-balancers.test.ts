// SPDX-License-Identifier: BSD-2-Clause
// Load balancers by the AWS CLI, by boto3's paginators and waiters, and by boto 2, as scripts for Eucalyptus had it.
import assert from 'node:assert/strict'
import { haveCertificate } from '../engine/elb/made'
import { allFail, type Json, need, type Program, program, python } from '../support/programs'
import { type MovingCloud, movingCloud } from './moving-cloud'

const http = 'Protocol=HTTP,LoadBalancerPort=80,InstanceProtocol=HTTP,InstancePort=8888'

describe('load balancers by others’ programs', () => {
  let cloud: MovingCloud
  let aws: Program

  before(async function () {
    need(this, 'python3:boto3', 'aws')
    cloud = await movingCloud()
    aws = program('aws', { env: cloud.env, cwd: cloud.work }, { last: ['--endpoint-url', cloud.endpoint] })
  })
  after(() => cloud?.close())

  it('the AWS CLI makes, shows, changes and deletes one', async () => {
    const certificate = haveCertificate(cloud.inside, cloud.inside, 'site')
    const { DNSName } =
      await aws.json`elb create-load-balancer --load-balancer-name cli --availability-zones PARTI00 --listeners ${http} --tags Key=team,Value=red`
    const https = `Protocol=HTTPS,LoadBalancerPort=443,InstanceProtocol=HTTP,InstancePort=8888,SSLCertificateId=${certificate}`
    await aws`elb create-load-balancer-listeners --load-balancer-name cli --listeners ${https}`
    await aws`elb modify-load-balancer-attributes --load-balancer-name cli --load-balancer-attributes ${'{"ConnectionDraining":{"Enabled":true,"Timeout":30}}'}`
    const [shown] = (await aws.json`elb describe-load-balancers --load-balancer-names cli`)
      .LoadBalancerDescriptions
    assert.deepEqual(
      [shown.DNSName, shown.Scheme, shown.AvailabilityZones, shown.HealthCheck.Target],
      [DNSName, 'internet-facing', ['PARTI00'], 'TCP:8888'],
    )
    assert.deepEqual(
      shown.ListenerDescriptions.map((one: Json) => [one.Listener.LoadBalancerPort, one.PolicyNames]),
      [
        [80, []],
        [443, ['ELBSecurityPolicy-2016-08']],
      ],
    )
    await allFail([
      [
        /\(LoadBalancerNotFound\).*The specified LoadBalancer could not be found/,
        aws.fails`elb describe-load-balancer-attributes --load-balancer-name none`,
      ],
      [
        /\(InvalidConfigurationRequest\).*There must be at least one availability zone/,
        aws.fails`elb disable-availability-zones-for-load-balancer --load-balancer-name cli --availability-zones PARTI00`,
      ],
    ])
    await aws`elb delete-load-balancer --load-balancer-name cli`
    assert.deepEqual((await aws.json`elb describe-load-balancers`).LoadBalancerDescriptions, [])
  })

  it('boto3 pages through many of them', async () => {
    const told = await python(
      'boto3',
      `
import json, os
import boto3
elb = boto3.client('elb', endpoint_url=os.environ['CLOUD'])
listeners = [dict(Protocol='TCP', LoadBalancerPort=25, InstancePort=2525)]
for name in 'abcde':
    elb.create_load_balancer(LoadBalancerName=name, Listeners=listeners, AvailabilityZones=['PARTI00', 'PARTI01'])
pages = [[one['LoadBalancerName'] for one in page['LoadBalancerDescriptions']] for page in
         elb.get_paginator('describe_load_balancers').paginate(PaginationConfig={'PageSize': 2})]
elb.add_tags(LoadBalancerNames=['a'], Tags=[{'Key': 'k', 'Value': 'v'}])
tags = elb.describe_tags(LoadBalancerNames=['a', 'b'])['TagDescriptions']
caught = []
for call, exception in ((lambda: elb.delete_load_balancer_listeners(LoadBalancerName='none', LoadBalancerPorts=[1]), 'AccessPointNotFoundException'),
                        (lambda: elb.set_load_balancer_listener_ssl_certificate(LoadBalancerName='a', LoadBalancerPort=1, SSLCertificateId='x'), 'ListenerNotFoundException'),
                        (lambda: elb.add_tags(LoadBalancerNames=['a'], Tags=[{'Key': 'aws:k'}]), 'InvalidConfigurationRequestException')):
    try:
        call()
    except getattr(elb.exceptions, exception) as error:
        caught.append([error.response['Error']['Code'], error.response['ResponseMetadata']['HTTPStatusCode']])
for name in 'abcde':
    elb.delete_load_balancer(LoadBalancerName=name)
print(json.dumps({'pages': pages, 'tags': [[one['LoadBalancerName'], one['Tags']] for one in tags], 'caught': caught,
                  'left': len(elb.describe_load_balancers()['LoadBalancerDescriptions'])}))
`,
      { env: { ...cloud.env, CLOUD: cloud.endpoint }, cwd: cloud.work },
    )
    assert.deepEqual(told, {
      pages: [['a', 'b'], ['c', 'd'], ['e']],
      tags: [
        ['a', [{ Key: 'k', Value: 'v' }]],
        ['b', []],
      ],
      caught: [
        ['LoadBalancerNotFound', 400],
        ['ListenerNotFound', 400],
        ['InvalidConfigurationRequest', 409],
      ],
      left: 0,
    })
  })

  it('boto 2 makes one, and is told of it', async function () {
    need(this, 'python3:boto')
    const { hostname, port } = new URL(cloud.endpoint)
    const told = await python(
      'boto',
      `
import json, os
from boto.ec2.elb import ELBConnection, HealthCheck
from boto.exception import BotoServerError
from boto.regioninfo import RegionInfo
elb = ELBConnection(os.environ['AWS_ACCESS_KEY_ID'], os.environ['AWS_SECRET_ACCESS_KEY'], is_secure=False,
                    port=int(os.environ['CLOUD_PORT']), path='/services/LoadBalancing',
                    region=RegionInfo(name='eucalyptus', endpoint=os.environ['CLOUD_HOST']))
lb = elb.create_load_balancer('boto', ['PARTI00'], [(80, 8888, 'http')])
name = lb.dns_name
check = lb.configure_health_check(HealthCheck(interval=20, target='HTTP:8888/', healthy_threshold=3, unhealthy_threshold=5))
lb.enable_cross_zone_load_balancing()
elb.create_lb_cookie_stickiness_policy(60, 'boto', 'sticky')
elb.set_lb_policies_of_listener('boto', 80, 'sticky')
[seen] = elb.get_all_load_balancers(['boto'])
group = seen.source_security_group
told = {'name': name == seen.dns_name, 'check': check.target, 'zones': seen.availability_zones,
        'group': group.name, 'cross': lb.is_cross_zone_load_balancing(),
        'policies': [policy.policy_name for policy in seen.policies.lb_cookie_stickiness_policies]}
try:
    elb.create_load_balancer('boto', ['PARTI00'], [(80, 8888, 'http')])
except BotoServerError as error:
    told['refused'] = [error.status, error.error_code]
lb.delete()
print(json.dumps(told))
`,
      {
        env: { ...cloud.env, CLOUD_HOST: hostname, CLOUD_PORT: port },
        cwd: cloud.work,
      },
    )
    const { group, ...others } = told
    assert.match(String(group), /^default_elb_[0-9a-f]{32}$/)
    assert.deepEqual(others, {
      ...{ name: true, check: 'HTTP:8888/', zones: ['PARTI00'], cross: true, policies: ['sticky'] },
      refused: [400, 'DuplicateAccessPointName'],
    })
  })
})
