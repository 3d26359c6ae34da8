// SPDX-License-Identifier: BSD-2-Clause
// What operations on route tables and gateways ask, as AWS has it: a route is its table's affair.
import type {
  CreateInternetGatewayRequest,
  CreateNatGatewayRequest,
  CreateRouteTableRequest,
  DisassociateRouteTableRequest,
  ReplaceRouteTableAssociationRequest,
} from '@aws-sdk/client-ec2'
import type { Demand } from '../../access'
import type { Tx } from '../../operation'
import { kinds } from '../vpc/kinds'
import { newThing } from './creating'
import { networkArn, networkById, onNetwork } from './networks'
import { asking } from './on'
import { any, owned } from './resources'
import { inVpc, together } from './vpcs'

export const toCreateRouteTable = asking<CreateRouteTableRequest>((tx, input) => [
  ...newThing(tx, 'route-table', 'CreateRouteTable', input.TagSpecifications, inVpc(tx, input.VpcId)),
  networkById(kinds.vpc)(tx, input.VpcId || any),
])

export const onTableAndSubnet = together(onNetwork.routeTable('RouteTableId'), onNetwork.subnet('SubnetId'))

/** An association by its id: the table that it is of, and the subnet, where it is that of one. */
const onAssociation = (tx: Tx, text: string | undefined): readonly Demand[] => {
  const wanted = (text ?? '').toLowerCase()
  const found = tx.routeTables.list().find(table => table.associations.some(({ id }) => id === wanted))
  const table = owned(tx, found)
  if (!table) return [networkById(kinds.routeTable)(tx, any)]
  const { subnetId } = table.associations.find(({ id }) => id === wanted) ?? {}
  return [
    networkById(kinds.routeTable)(tx, table.id),
    ...(subnetId === undefined ? [] : [networkById(kinds.subnet)(tx, subnetId)]),
  ]
}

export const toDisassociate = asking<DisassociateRouteTableRequest>((tx, { AssociationId }) =>
  onAssociation(tx, AssociationId),
)

/** The table that it is taken from, its subnet, and the table that it comes to. */
export const toReplaceAssociation = asking<ReplaceRouteTableAssociationRequest>((tx, input) => [
  ...onAssociation(tx, input.AssociationId),
  networkById(kinds.routeTable)(tx, input.RouteTableId || any),
])

export const toCreateInternetGateway = asking<CreateInternetGatewayRequest>((tx, input) =>
  newThing(tx, 'internet-gateway', 'CreateInternetGateway', input.TagSpecifications),
)

export const onInternetGatewayAndVpc = together(
  onNetwork.internetGateway('InternetGatewayId'),
  onNetwork.vpc('VpcId'),
)

export const toCreateNatGateway = asking<CreateNatGatewayRequest>((tx, input) => [
  ...newThing(tx, 'natgateway', 'CreateNatGateway', input.TagSpecifications, {
    'ec2:Subnet': input.SubnetId && networkArn(tx, kinds.subnet, input.SubnetId.toLowerCase()),
  }),
  networkById(kinds.subnet)(tx, input.SubnetId || any),
  networkById(kinds.allocation)(tx, input.AllocationId || any),
])
