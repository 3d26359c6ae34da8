// SPDX-License-Identifier: BSD-2-Clause
// Routes of a route table. That of the VPC itself is there from the start and stays.
import type {
  CreateRouteRequest,
  CreateRouteResult,
  DeleteRouteRequest,
  ReplaceRouteRequest,
} from '@aws-sdk/client-ec2'
import { refuse } from '../../errors'
import type { Operation, Tx } from '../../operation'
import { blockOnRecord } from '../cidr'
import type { Route, RouteTable, RouteTarget } from '../schema/vpc'
import { kinds, named } from './kinds'
import { checkLimit } from './limits'
import { withPropagated } from './propagation'
import { noIpv6, refuseGiven, requestedBlock } from './requested'
import { requestedTarget } from './route-targets'
import { isWithin } from './vpc-blocks'

const absentDestinations = {
  DestinationIpv6CidrBlock: noIpv6,
  DestinationPrefixListId: 'This cloud has no lists of prefixes.',
}

const destinationOf = (input: CreateRouteRequest | DeleteRouteRequest): string => {
  refuseGiven(input, absentDestinations)
  return requestedBlock(input.DestinationCidrBlock, 'destinationCidrBlock').cidr
}

const isLocal = ({ gatewayId }: RouteTarget): boolean => gatewayId === 'local'

/** What somebody wrote into the table. What is taken over from VPN gateways gives way to it. */
const written = ({ routes }: RouteTable): readonly Route[] =>
  routes.filter(({ origin }) => origin !== 'EnableVgwRoutePropagation')

const put = (tx: Tx, table: RouteTable, routes: readonly Route[]): void => {
  tx.routeTables.put(withPropagated(tx, { ...table, routes }))
}

/** Traffic within the VPC can be led by its own machines alone. */
const checkReach = (tx: Tx, table: RouteTable, cidr: string, target: RouteTarget): void => {
  if (isWithin(tx.vpcs.must(table.vpcId), blockOnRecord(cidr)) && target.interfaceId === undefined) {
    refuse(
      'InvalidParameterValue',
      `Destination CIDR block ${cidr} is equal to or more specific than one of this VPC's CIDR blocks. This route can target only an interface or an instance.`,
    )
  }
}

export const createRoute: Operation<CreateRouteRequest, CreateRouteResult> = (tx, input) => {
  const table = named(tx, kinds.routeTable, input.RouteTableId)
  const cidr = destinationOf(input)
  const routes = written(table)
  if (routes.some(route => route.cidr === cidr)) {
    refuse('RouteAlreadyExists', `The route identified by ${cidr} already exists.`)
  }
  const target = requestedTarget(tx, table, input)
  checkReach(tx, table, cidr, target)
  checkLimit('routes', routes.length)
  put(tx, table, [...routes, { cidr, ...target, origin: 'CreateRoute' }])
  return { Return: true }
}

export const replaceRoute: Operation<ReplaceRouteRequest, void> = (tx, input) => {
  const table = named(tx, kinds.routeTable, input.RouteTableId)
  const cidr = destinationOf(input)
  refuseGiven(input, { LocalTarget: 'A route of the VPC itself cannot be replaced in this cloud.' })
  const routes = written(table)
  const old = routes.find(route => route.cidr === cidr)
  if (!old) {
    return refuse(
      'InvalidParameterValue',
      `There is no route defined for '${cidr}' in the route table. Use CreateRoute instead.`,
    )
  }
  if (isLocal(old)) {
    refuse('InvalidParameterValue', `cannot replace local route ${cidr} in route table ${table.id}`)
  }
  const target = requestedTarget(tx, table, input)
  checkReach(tx, table, cidr, target)
  put(
    tx,
    table,
    routes.map(route => (route === old ? { cidr, ...target, origin: 'CreateRoute' } : route)),
  )
}

export const deleteRoute: Operation<DeleteRouteRequest, void> = (tx, input) => {
  const table = named(tx, kinds.routeTable, input.RouteTableId)
  const cidr = destinationOf(input)
  const routes = written(table)
  const old = routes.find(route => route.cidr === cidr)
  if (!old) {
    return refuse(
      'InvalidRoute.NotFound',
      `no route with destination-cidr-block ${cidr} in route table ${table.id}`,
    )
  }
  if (isLocal(old)) {
    refuse('InvalidParameterValue', `cannot remove local route ${cidr} in route table ${table.id}`)
  }
  put(
    tx,
    table,
    routes.filter(route => route !== old),
  )
}
