// SPDX-License-Identifier: BSD-2-Clause
// What is somebody's of routes and the gateways that they lead to, for the suites that try every operation.
import type { Tx } from '../../../../src/engine/operation'

interface In {
  readonly account: string
  readonly vpc: string
  readonly subnet: string
}

/** One of each; the subnet goes by the table. */
export const haveRouting = (tx: Tx, { account, vpc, subnet }: In, id: (prefix: string) => string) => {
  const made = { account, createdAt: tx.now }
  const tableAssociation = id('rtbassoc')
  const { id: routeTable } = tx.routeTables.put({
    ...{ ...made, id: id('rtb'), vpcId: vpc, propagating: [] },
    routes: [{ cidr: '10.0.0.0/16', gatewayId: 'local', origin: 'CreateRouteTable' }],
    associations: [{ id: tableAssociation, subnetId: subnet }],
  })
  const natAllocation = id('eipalloc')
  const publicIp = `198.18.15.${tx.addresses.list().length + 100}`
  tx.addresses.put({
    ...{ ip: publicIp, account, kind: 'elastic', allocationId: natAllocation, allocatedAt: tx.now },
  })
  const { id: natGateway } = tx.natGateways.put({
    ...{ ...made, id: id('nat'), vpcId: vpc, subnetId: subnet, state: 'available' },
    ...{ allocationId: natAllocation, publicIp },
  })
  return { routeTable, tableAssociation, natAllocation, natGateway }
}

export type RoutingThings = ReturnType<typeof haveRouting> & {
  readonly vpc: string
  readonly subnet: string
  readonly internetGateway: string
}

type Arn = (type: string, id?: string) => string

export const routingCases = (
  things: RoutingThings,
  arn: Arn,
): readonly (readonly [string, object, ...string[]])[] => {
  const { vpc, subnet, routeTable, natGateway, internetGateway } = things
  const { tableAssociation: AssociationId, natAllocation: AllocationId } = things
  const onVpc = arn('vpc', vpc)
  const onSubnet = arn('subnet', subnet)
  const onTable = arn('route-table', routeTable)
  const onGateway = arn('internet-gateway', internetGateway)
  const route = { RouteTableId: routeTable, DestinationCidrBlock: '192.0.2.0/24' }
  const within = { InternetGatewayId: internetGateway, VpcId: vpc }
  return [
    ['CreateRouteTable', { VpcId: vpc }, arn('route-table'), onVpc],
    ['DeleteRouteTable', { RouteTableId: routeTable }, onTable],
    ['AssociateRouteTable', { RouteTableId: routeTable, SubnetId: subnet }, onTable, onSubnet],
    ['DisassociateRouteTable', { AssociationId }, onTable, onSubnet],
    ['ReplaceRouteTableAssociation', { AssociationId, RouteTableId: routeTable }, ...[onTable, onSubnet]],
    ['CreateRoute', { ...route, GatewayId: internetGateway }, onTable],
    ['ReplaceRoute', { ...route, GatewayId: internetGateway }, onTable],
    ['DeleteRoute', route, onTable],
    ['CreateInternetGateway', {}, arn('internet-gateway')],
    ['DeleteInternetGateway', { InternetGatewayId: internetGateway }, onGateway],
    ['AttachInternetGateway', within, onGateway, onVpc],
    ['DetachInternetGateway', within, onGateway, onVpc],
    [
      'CreateNatGateway',
      { SubnetId: subnet, AllocationId },
      ...[arn('natgateway'), onSubnet, arn('elastic-ip', AllocationId)],
    ],
    ['DeleteNatGateway', { NatGatewayId: natGateway }, arn('natgateway', natGateway)],
  ]
}

type ListOf = readonly [operation: string, shows: string, by: string, named: object, unknown: string]

export const routingLists = (
  { routeTable, internetGateway, natGateway }: Omit<RoutingThings, 'vpc' | 'subnet'>,
  arn: Arn,
): readonly ListOf[] => [
  [
    ...(['DescribeRouteTables', routeTable, arn('route-table', routeTable)] as const),
    ...([{ RouteTableIds: [routeTable] }, 'InvalidRouteTableID.NotFound'] as const),
  ],
  [
    ...(['DescribeInternetGateways', internetGateway, arn('internet-gateway', internetGateway)] as const),
    ...([{ InternetGatewayIds: [internetGateway] }, 'InvalidInternetGatewayID.NotFound'] as const),
  ],
  [
    ...(['DescribeNatGateways', natGateway, arn('natgateway', natGateway)] as const),
    ...([{ NatGatewayIds: [natGateway] }, 'NatGatewayNotFound'] as const),
  ],
]
