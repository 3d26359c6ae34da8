// SPDX-License-Identifier: BSD-2-Clause
// Route tables, and which subnets go by which. A subnet without an association goes by its VPC's main table.
import type {
  AssociateRouteTableRequest,
  AssociateRouteTableResult,
  CreateRouteTableRequest,
  CreateRouteTableResult,
  DeleteRouteTableRequest,
  DescribeRouteTablesRequest,
  DescribeRouteTablesResult,
  DisassociateRouteTableRequest,
  ReplaceRouteTableAssociationRequest,
  ReplaceRouteTableAssociationResult,
  RouteTable as RouteTableView,
  Route as RouteView,
} from '@aws-sdk/client-ec2'
import { refuse } from '../../errors'
import { type FilterTable, matchFilters, withoutMatch } from '../../filters'
import type { Operation, Tx } from '../../operation'
import { page } from '../../pages'
import { forgetTags, putTags, specifiedTags, tagFilters, tagIndex } from '../../tags'
import { madeBy } from '../quotas'
import type { Route, RouteTable } from '../schema/vpc'
import { freshIds } from './fresh-ids'
import { kinds, named } from './kinds'
import { checkLimit } from './limits'
import { needVpcs } from './networking'
import { shown } from './remnants'
import { refuseDependency, refuseGiven } from './requested'
import { stateOf } from './route-targets'
import { localRoutes } from './vpc-blocks'

type Association = RouteTable['associations'][number]

// ---- CreateRouteTable, DeleteRouteTable --------------------------------------------------------------------------

export const createRouteTable: Operation<CreateRouteTableRequest, CreateRouteTableResult> = (tx, input) => {
  needVpcs(tx)
  const vpc = named(tx, kinds.vpc, input.VpcId)
  const tags = specifiedTags(input.TagSpecifications, 'route-table')
  checkLimit('routeTables', tx.routeTables.list().filter(({ vpcId }) => vpcId === vpc.id).length)
  const table = tx.routeTables.put({
    ...madeBy(tx),
    account: vpc.account,
    createdAt: tx.now,
    id: freshIds(tx)('rtb'),
    vpcId: vpc.id,
    routes: localRoutes(vpc),
    associations: [],
    propagating: [],
  })
  putTags(tx, table.id, tags, vpc.account)
  return { RouteTable: viewOf(tx)(table) }
}

/** As long as a subnet or the VPC itself goes by it, it stays. */
export const deleteRouteTable: Operation<DeleteRouteTableRequest, void> = (tx, { RouteTableId }) => {
  const { id, associations } = named(tx, kinds.routeTable, RouteTableId)
  if (associations.length > 0) refuseDependency(kinds.routeTable, id)
  tx.routeTables.delete(id)
  forgetTags(tx, id)
}

// ---- associations ------------------------------------------------------------------------------------------------

const absentParts = {
  GatewayId: 'Route tables are for subnets alone in this cloud.',
  PublicIpv4Pool: 'Route tables are for subnets alone in this cloud.',
}

export const associateRouteTable: Operation<AssociateRouteTableRequest, AssociateRouteTableResult> = (
  tx,
  input,
) => {
  refuseGiven(input, absentParts)
  const table = named(tx, kinds.routeTable, input.RouteTableId)
  const subnet = named(tx, kinds.subnet, input.SubnetId)
  if (subnet.vpcId !== table.vpcId) {
    refuse(
      'InvalidParameterValue',
      `Route table ${table.id} and subnet ${subnet.id} belong to different networks`,
    )
  }
  // Who asks again, as after an answer that was lost, has what he asked for.
  const same = table.associations.find(({ subnetId }) => subnetId === subnet.id)
  if (same) return { AssociationId: same.id, AssociationState: { State: 'associated' } }
  if (tx.routeTables.list().some(one => one.associations.some(({ subnetId }) => subnetId === subnet.id))) {
    refuse(
      'Resource.AlreadyAssociated',
      `the specified association for route table ${table.id} conflicts with an existing association`,
    )
  }
  const id = freshIds(tx)('rtbassoc')
  tx.routeTables.put({ ...table, associations: [...table.associations, { id, subnetId: subnet.id }] })
  return { AssociationId: id, AssociationState: { State: 'associated' } }
}

/** The caller's association of this id, and the table that it is of. */
const associationNamed = (
  tx: Tx,
  text: string | undefined,
): { readonly table: RouteTable; readonly association: Association } => {
  if (!text) return refuse('MissingParameter', 'The request must contain the parameter associationId')
  const wanted = text.toLowerCase()
  if (!/^rtbassoc-(?:[0-9a-f]{8}|[0-9a-f]{17})$/.test(wanted)) {
    refuse('InvalidAssociationID.Malformed', `Invalid id: "${text}" (expecting "rtbassoc-...")`)
  }
  for (const table of tx.routeTables.list()) {
    const association = table.associations.find(({ id }) => id === wanted)
    const isOwn = table.account === tx.caller.account || tx.caller.isCloudAdmin
    if (association && isOwn) return { table, association }
  }
  return refuse('InvalidAssociationID.NotFound', `The association ID '${text}' does not exist`)
}

const without = (table: RouteTable, { id }: Association): RouteTable => ({
  ...table,
  associations: table.associations.filter(one => one.id !== id),
})

export const disassociateRouteTable: Operation<DisassociateRouteTableRequest, void> = (tx, input) => {
  const { table, association } = associationNamed(tx, input.AssociationId)
  if (association.subnetId === undefined) {
    refuse('InvalidParameterValue', `cannot disassociate the main route table association ${association.id}`)
  }
  tx.routeTables.put(without(table, association))
}

/** A subnet, or with the association of the main table all that have none of their own, go by another table. */
export const replaceRouteTableAssociation: Operation<
  ReplaceRouteTableAssociationRequest,
  ReplaceRouteTableAssociationResult
> = (tx, input) => {
  const { table, association } = associationNamed(tx, input.AssociationId)
  const other = named(tx, kinds.routeTable, input.RouteTableId)
  if (other.vpcId !== table.vpcId) {
    refuse(
      'InvalidParameterValue',
      `Route table ${other.id} and association ${association.id} belong to different networks`,
    )
  }
  if (other.id === table.id) {
    return { NewAssociationId: association.id, AssociationState: { State: 'associated' } }
  }
  const id = freshIds(tx)('rtbassoc')
  tx.routeTables.put(without(table, association))
  tx.routeTables.put({ ...other, associations: [...other.associations, { ...association, id }] })
  return { NewAssociationId: id, AssociationState: { State: 'associated' } }
}

// ---- DescribeRouteTables -----------------------------------------------------------------------------------------

export const describeRouteTables: Operation<DescribeRouteTablesRequest, DescribeRouteTablesResult> = (
  tx,
  input,
) => {
  const tables = shown(tx, kinds.routeTable, tx.routeTables.list(), input.RouteTableIds)
  const { items, nextToken } = page(tables.filter(matchFilters(input.Filters, filters(tx))), input, {
    key: ({ id }) => id,
  })
  return { RouteTables: items.map(viewOf(tx)), NextToken: nextToken }
}

const filters = (tx: Tx): FilterTable<RouteTable> => ({
  ...withoutMatch<RouteTable>([
    'association.gateway-id',
    'route.destination-ipv6-cidr-block',
    'route.destination-prefix-list-id',
    'route.egress-only-internet-gateway-id',
    'route.transit-gateway-id',
  ]),
  'association.route-table-association-id': table => table.associations.map(({ id }) => id),
  'association.route-table-id': table => (table.associations.length > 0 ? table.id : undefined),
  'association.subnet-id': table => table.associations.map(({ subnetId }) => subnetId),
  'association.main': table => table.associations.map(({ subnetId }) => subnetId === undefined),
  'owner-id': table => table.account,
  'route-table-id': table => table.id,
  'route.destination-cidr-block': table => table.routes.map(({ cidr }) => cidr),
  'route.gateway-id': table => table.routes.map(({ gatewayId }) => gatewayId),
  'route.instance-id': table => table.routes.map(route => targetView(tx, route).InstanceId),
  'route.nat-gateway-id': table => table.routes.map(({ natGatewayId }) => natGatewayId),
  'route.origin': table => table.routes.map(({ origin }) => origin),
  'route.state': table => table.routes.map(route => stateOf(tx, table, route)),
  'route.vpc-peering-connection-id': table => table.routes.map(({ peeringId }) => peeringId),
  'vpc-id': table => table.vpcId,
  ...tagFilters<RouteTable>(tx, ({ id }) => id),
})

// ---- view --------------------------------------------------------------------------------------------------------

const targetView = (tx: Tx, route: Route): RouteView => {
  const { gatewayId, natGatewayId, peeringId, interfaceId } = route
  const instanceId = tx.networkInterfaces.get(interfaceId ?? '')?.attachment?.instanceId
  return {
    GatewayId: gatewayId,
    NatGatewayId: natGatewayId,
    VpcPeeringConnectionId: peeringId,
    NetworkInterfaceId: interfaceId,
    InstanceId: instanceId,
    InstanceOwnerId: instanceId && tx.instances.get(instanceId)?.account,
  }
}

const viewOf = (tx: Tx): ((table: RouteTable) => RouteTableView) => {
  const tags = tagIndex(tx)
  return table => ({
    RouteTableId: table.id,
    VpcId: table.vpcId,
    OwnerId: table.account,
    Routes: table.routes.map(route => ({
      DestinationCidrBlock: route.cidr,
      ...targetView(tx, route),
      State: stateOf(tx, table, route),
      Origin: route.origin,
    })),
    Associations: table.associations.map(({ id, subnetId }) => ({
      RouteTableAssociationId: id,
      RouteTableId: table.id,
      SubnetId: subnetId,
      Main: subnetId === undefined,
      AssociationState: { State: 'associated' },
    })),
    PropagatingVgws: table.propagating.map(id => ({ GatewayId: id })),
    Tags: [...tags(table.id)],
  })
}
