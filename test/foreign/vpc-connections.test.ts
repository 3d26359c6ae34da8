// SPDX-License-Identifier: BSD-2-Clause
// Network ACLs, peering and VPN connections by a program of others: boto3's resources and waiters.
import assert from 'node:assert/strict'
import { type Json, need, python } from '../support/programs'
import { type ServedCloud, servedCloud } from './served-cloud'

const script = `
import json, os
import xml.etree.ElementTree as xml
import boto3

endpoint = os.environ['CLOUD']
client = boto3.client('ec2', endpoint_url=endpoint)
ec2 = boto3.resource('ec2', endpoint_url=endpoint)

home = next(iter(ec2.vpcs.all()))
other = ec2.create_vpc(CidrBlock='10.0.0.0/16')

acl = home.create_network_acl()
acl.create_entry(RuleNumber=100, Protocol='6', RuleAction='allow', Egress=False, CidrBlock='10.0.0.0/8',
                 PortRange={'From': 22, 'To': 22})
acl.create_entry(RuleNumber=110, Protocol='1', RuleAction='deny', Egress=True, CidrBlock='0.0.0.0/0',
                 IcmpTypeCode={'Type': -1, 'Code': -1})
acl.reload()
entries = [[e['RuleNumber'], e['Egress'], e.get('PortRange'), e.get('IcmpTypeCode')] for e in acl.entries]
acl.delete()

peering = ec2.create_vpc_peering_connection(
    VpcId=other.id, PeerVpcId=home.id)
client.get_waiter('vpc_peering_connection_exists').wait(VpcPeeringConnectionIds=[peering.id])
peering.accept()
peering.reload()
active = peering.status
peering.delete()
client.get_waiter('vpc_peering_connection_deleted').wait(VpcPeeringConnectionIds=[peering.id])

device = client.create_customer_gateway(Type='ipsec.1', PublicIp='192.0.2.1', BgpAsn=65001)['CustomerGateway']
gateway = client.create_vpn_gateway(Type='ipsec.1')['VpnGateway']['VpnGatewayId']
client.attach_vpn_gateway(VpnGatewayId=gateway, VpcId=home.id)
vpn = client.create_vpn_connection(Type='ipsec.1', CustomerGatewayId=device['CustomerGatewayId'],
                                   VpnGatewayId=gateway, Options={'StaticRoutesOnly': True})['VpnConnection']
id = vpn['VpnConnectionId']
tunnels = [t.find('vpn_gateway/tunnel_outside_address/ip_address').text
           for t in xml.fromstring(vpn['CustomerGatewayConfiguration'].encode()).findall('ipsec_tunnel')]
told = [t['OutsideIpAddress'] for t in vpn['VgwTelemetry']]
client.get_waiter('vpn_connection_available').wait(VpnConnectionIds=[id], WaiterConfig={'Delay': 1})
client.create_vpn_connection_route(VpnConnectionId=id, DestinationCidrBlock='10.8.0.0/16')
routes = client.describe_vpn_connections()['VpnConnections'][0]['Routes']
client.delete_vpn_connection(VpnConnectionId=id)
client.get_waiter('vpn_connection_deleted').wait(VpnConnectionIds=[id], WaiterConfig={'Delay': 1})
client.detach_vpn_gateway(VpnGatewayId=gateway, VpcId=home.id)
client.delete_vpn_gateway(VpnGatewayId=gateway)
client.delete_customer_gateway(CustomerGatewayId=device['CustomerGatewayId'])
print(json.dumps({'entries': entries, 'active': active, 'device': [device['IpAddress'], device['BgpAsn']],
                  'tunnels': len(tunnels) == 2 and tunnels == told, 'routes': routes}))
`

describe('What VPCs of a served cloud are connected with', () => {
  let cloud: ServedCloud
  before(async function () {
    need(this, 'python3:boto3')
    cloud = await servedCloud()
  })
  after(() => cloud?.close())

  it('is made, looked at and taken away by boto3', async () => {
    const told: Json = await python('boto3', script, {
      env: { ...cloud.env, CLOUD: cloud.endpoint },
      cwd: cloud.work,
    })
    assert.deepEqual(told, {
      entries: [
        [110, true, null, { Code: -1, Type: -1 }],
        [32767, true, null, null],
        [100, false, { From: 22, To: 22 }, null],
        [32767, false, null, null],
      ],
      active: { Code: 'active', Message: 'Active' },
      device: ['192.0.2.1', '65001'],
      tunnels: true,
      routes: [{ DestinationCidrBlock: '10.8.0.0/16', Source: 'Static', State: 'available' }],
    })
  })
})
