// SPDX-License-Identifier: BSD-2-Clause
// Of network-cases.ts: network ACLs, peering connections, and what VPN connections are made of.
import type { Tx } from '../../../../src/engine/operation'

type Id = (prefix: string) => string

/** One of each, around a VPC with a subnet. */
export const haveGateways = (tx: Tx, account: string, vpc: string, id: Id) => {
  const made = { account, createdAt: tx.now }
  const acl = tx.networkAcls.list().find(({ vpcId }) => vpcId === vpc)
  const { id: emptyAcl } = tx.networkAcls.put({
    ...{ ...made, id: id('acl'), vpcId: vpc, isDefault: false, entries: [], associations: [] },
  })
  const { id: customerGateway } = tx.customerGateways.put({
    ...{ ...made, id: id('cgw'), type: 'ipsec.1', ip: '192.0.2.1', bgpAsn: '65000', state: 'available' },
  })
  const { id: vpnGateway } = tx.vpnGateways.put({
    ...{ ...made, id: id('vgw'), type: 'ipsec.1', state: 'available', vpcId: vpc },
  })
  const { id: vpnConnection } = tx.vpnConnections.put({
    ...{ ...made, id: id('vpn'), type: 'ipsec.1', customerGatewayId: customerGateway },
    ...{ vpnGatewayId: vpnGateway, state: 'available', isStaticOnly: true, routes: [] },
    ...{ configuration: '<vpn_connection/>', tunnels: [] },
  })
  const { id: peering } = tx.vpcPeeringConnections.put({
    ...{ ...made, id: id('pcx'), state: 'pending-acceptance', message: '' },
    requester: { account, vpcId: 'vpc-0000ffff', cidr: '10.9.0.0/16' },
    accepter: { account, vpcId: vpc, cidr: '10.0.0.0/16' },
  })
  const table = tx.routeTables.list().find(({ vpcId }) => vpcId === vpc)?.id ?? ''
  return {
    ...{ acl: acl?.id ?? '', aclAssociation: acl?.associations[0]?.id ?? '', emptyAcl },
    ...{ customerGateway, vpnGateway, vpnConnection, peering, mainTable: table },
  }
}

export type GatewayThings = ReturnType<typeof haveGateways>

type Arn = (type: string, id?: string) => string

interface Around {
  readonly vpc: string
  readonly subnet: string
}

const entry = { RuleNumber: 7, Protocol: '-1', RuleAction: 'allow', Egress: false, CidrBlock: '10.0.0.0/8' }

export const gatewayCases = (
  things: GatewayThings & Around,
  arn: Arn,
): readonly (readonly [string, object, ...string[]])[] => {
  const { vpc, subnet, acl, emptyAcl, customerGateway, vpnGateway, vpnConnection, peering } = things
  const onVpc = arn('vpc', vpc)
  const onAcl = arn('network-acl', acl)
  const onGateway = arn('vpn-gateway', vpnGateway)
  const onConnection = arn('vpn-connection', vpnConnection)
  const onPeering = arn('vpc-peering-connection', peering)
  const attachment = { VpnGatewayId: vpnGateway, VpcId: vpc }
  const propagation = { RouteTableId: things.mainTable, GatewayId: vpnGateway }
  const onPropagation = [arn('route-table', things.mainTable), onGateway]
  const route = { VpnConnectionId: vpnConnection, DestinationCidrBlock: '10.8.0.0/16' }
  const ends = { CustomerGatewayId: customerGateway, VpnGatewayId: vpnGateway }
  return [
    ['CreateNetworkAcl', { VpcId: vpc }, arn('network-acl'), onVpc],
    ['DeleteNetworkAcl', { NetworkAclId: acl }, onAcl],
    ['CreateNetworkAclEntry', { NetworkAclId: acl, ...entry }, onAcl],
    ['ReplaceNetworkAclEntry', { NetworkAclId: acl, ...entry }, onAcl],
    ['DeleteNetworkAclEntry', { NetworkAclId: acl, RuleNumber: 7, Egress: false }, onAcl],
    [
      'ReplaceNetworkAclAssociation',
      { AssociationId: things.aclAssociation, NetworkAclId: emptyAcl },
      ...[arn('network-acl', emptyAcl), onAcl, arn('subnet', subnet)],
    ],
    [
      'CreateVpcPeeringConnection',
      { VpcId: vpc, PeerVpcId: 'vpc-0000ffff' },
      ...[arn('vpc-peering-connection'), onVpc],
    ],
    ['AcceptVpcPeeringConnection', { VpcPeeringConnectionId: peering }, onPeering, onVpc],
    ['RejectVpcPeeringConnection', { VpcPeeringConnectionId: peering }, onPeering],
    ['DeleteVpcPeeringConnection', { VpcPeeringConnectionId: peering }, onPeering],
    ['CreateCustomerGateway', { Type: 'ipsec.1', IpAddress: '192.0.2.9' }, arn('customer-gateway')],
    [
      'DeleteCustomerGateway',
      { CustomerGatewayId: customerGateway },
      arn('customer-gateway', customerGateway),
    ],
    ['CreateVpnGateway', { Type: 'ipsec.1' }, arn('vpn-gateway')],
    ['DeleteVpnGateway', { VpnGatewayId: vpnGateway }, onGateway],
    ['AttachVpnGateway', attachment, onGateway, onVpc],
    ['DetachVpnGateway', attachment, onGateway, onVpc],
    [
      'CreateVpnConnection',
      { Type: 'ipsec.1', ...ends },
      ...[arn('vpn-connection'), arn('customer-gateway', customerGateway), onGateway],
    ],
    ['DeleteVpnConnection', { VpnConnectionId: vpnConnection }, onConnection],
    ['CreateVpnConnectionRoute', route, onConnection],
    ['DeleteVpnConnectionRoute', route, onConnection],
    ['EnableVgwRoutePropagation', propagation, ...onPropagation],
    ['DisableVgwRoutePropagation', propagation, ...onPropagation],
  ]
}

/** As networkLists. */
export const gatewayLists = (
  { acl, customerGateway, vpnGateway, vpnConnection, peering }: GatewayThings,
  arn: Arn,
): readonly (readonly [operation: string, shows: string, by: string, named: object, unknown: string])[] => [
  [
    ...(['DescribeNetworkAcls', acl, arn('network-acl', acl)] as const),
    ...([{ NetworkAclIds: [acl] }, 'InvalidNetworkAclID.NotFound'] as const),
  ],
  [
    ...(['DescribeVpcPeeringConnections', peering, arn('vpc-peering-connection', peering)] as const),
    ...([{ VpcPeeringConnectionIds: [peering] }, 'InvalidVpcPeeringConnectionID.NotFound'] as const),
  ],
  [
    ...(['DescribeCustomerGateways', customerGateway, arn('customer-gateway', customerGateway)] as const),
    ...([{ CustomerGatewayIds: [customerGateway] }, 'InvalidCustomerGatewayID.NotFound'] as const),
  ],
  [
    ...(['DescribeVpnGateways', vpnGateway, arn('vpn-gateway', vpnGateway)] as const),
    ...([{ VpnGatewayIds: [vpnGateway] }, 'InvalidVpnGatewayID.NotFound'] as const),
  ],
  [
    ...(['DescribeVpnConnections', vpnConnection, arn('vpn-connection', vpnConnection)] as const),
    ...([{ VpnConnectionIds: [vpnConnection] }, 'InvalidVpnConnectionID.NotFound'] as const),
  ],
]

/** What says nothing of anybody's. */
export const gatewaysOfNobody = ['CreateCustomerGateway', 'CreateVpnGateway']
