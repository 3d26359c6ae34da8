// SPDX-License-Identifier: BSD-2-Clause
import type { InternetGateway, NatGateway, Route, RouteTable } from '@aws-sdk/client-ec2'
import { firstOf, type Row, text } from './cell'
import { tagRows } from './tags'

const routeRow = (route: Route): Row => [
  'ROUTE',
  firstOf(
    route.GatewayId,
    route.NetworkInterfaceId,
    route.InstanceId,
    route.NatGatewayId,
    route.VpcPeeringConnectionId,
  ),
  route.State,
  route.DestinationCidrBlock,
  route.Origin,
]

export const routeTableRows = (tables: readonly RouteTable[] | undefined): Row[] =>
  (tables ?? []).flatMap(table => [
    ['ROUTETABLE', table.RouteTableId, table.VpcId],
    ...(table.Routes ?? []).map(routeRow),
    // The original looks the gateway up by a name that no service uses, so that scripts find the field empty.
    ...(table.PropagatingVgws ?? []).map((): Row => ['PROPAGATINGVGW', undefined]),
    ...(table.Associations ?? []).map(
      ({ RouteTableAssociationId, SubnetId, Main }): Row => [
        'ASSOCIATION',
        RouteTableAssociationId,
        SubnetId,
        Main ? 'main' : undefined,
      ],
    ),
    ...tagRows(table.RouteTableId, table.Tags),
  ])

export const internetGatewayRows = (gateways: readonly InternetGateway[] | undefined): Row[] =>
  (gateways ?? []).flatMap(({ InternetGatewayId, Attachments, Tags }) => [
    ['INTERNETGATEWAY', InternetGatewayId],
    ...(Attachments ?? []).map(({ VpcId, State }): Row => ['ATTACHMENT', VpcId, State]),
    ...tagRows(InternetGatewayId, Tags),
  ])

export const natGatewayRows = (gateways: readonly NatGateway[] | undefined): Row[] =>
  (gateways ?? []).flatMap(gateway => [
    [
      'NATGATEWAY',
      gateway.NatGatewayId,
      gateway.State,
      gateway.SubnetId,
      gateway.VpcId,
      gateway.FailureCode,
      gateway.FailureMessage,
      text(gateway.CreateTime),
      text(gateway.DeleteTime),
    ],
    ...(gateway.NatGatewayAddresses ?? []).map(
      ({ AllocationId, NetworkInterfaceId, PublicIp, PrivateIp }): Row => [
        'NATGATEWAYADDRESSES',
        AllocationId,
        NetworkInterfaceId,
        PublicIp,
        PrivateIp,
      ],
    ),
  ])
