// SPDX-License-Identifier: BSD-2-Clause
// Routes that route tables take over from VPN gateways: the static routes of a gateway's connections, as nothing runs here
// that would tell others. What somebody wrote into a table goes before what is taken over.
import type { DisableVgwRoutePropagationRequest, EnableVgwRoutePropagationRequest } from '@aws-sdk/client-ec2'
import { refuse } from '../../errors'
import type { Operation, Tx } from '../../operation'
import type { Route, RouteTable } from '../schema/vpc'
import { kinds, named } from './kinds'
import { livingNamed } from './remnants'

const origin = 'EnableVgwRoutePropagation'

/** What a gateway tells a table of its VPC. */
const routesFrom = (tx: Tx, gatewayId: string, vpcId: string): readonly Route[] =>
  tx.vpnGateways.get(gatewayId)?.vpcId !== vpcId
    ? []
    : tx.vpnConnections
        .list()
        .filter(({ vpnGatewayId, state }) => vpnGatewayId === gatewayId && state === 'available')
        .flatMap(({ routes }) => routes.map(cidr => ({ cidr, gatewayId, origin })))

/** The table with the routes that it takes over as they are now; for whoever has changed the others. */
export const withPropagated = (tx: Tx, table: RouteTable): RouteTable => {
  const routes = table.routes.filter(route => route.origin !== origin)
  const taken = new Set(routes.map(({ cidr }) => cidr))
  for (const route of table.propagating.flatMap(id => routesFrom(tx, id, table.vpcId))) {
    if (taken.has(route.cidr)) continue
    taken.add(route.cidr)
    routes.push(route)
  }
  return { ...table, routes }
}

/** A gateway's routes, or its VPC, are others. */
export const renewPropagation = (tx: Tx, gatewayId: string): void => {
  for (const table of tx.routeTables.list().filter(({ propagating }) => propagating.includes(gatewayId))) {
    tx.routeTables.put(withPropagated(tx, table))
  }
}

/** A gateway leaves its VPC: no table takes over its routes any more. */
export const endPropagation = (tx: Tx, gatewayId: string): void => {
  for (const table of tx.routeTables.list().filter(({ propagating }) => propagating.includes(gatewayId))) {
    const propagating = table.propagating.filter(id => id !== gatewayId)
    tx.routeTables.put(withPropagated(tx, { ...table, propagating }))
  }
}

export const enableVgwRoutePropagation: Operation<EnableVgwRoutePropagationRequest, void> = (tx, input) => {
  const table = named(tx, kinds.routeTable, input.RouteTableId)
  const gateway = livingNamed(tx, kinds.vpnGateway, input.GatewayId)
  if (gateway.vpcId !== table.vpcId) {
    refuse('Gateway.NotAttached', `resource ${gateway.id} is not attached to network ${table.vpcId}`)
  }
  const propagating = [...new Set([...table.propagating, gateway.id])]
  tx.routeTables.put(withPropagated(tx, { ...table, propagating }))
}

/** What is not taken over is no error. */
export const disableVgwRoutePropagation: Operation<DisableVgwRoutePropagationRequest, void> = (tx, input) => {
  const table = named(tx, kinds.routeTable, input.RouteTableId)
  const gateway = livingNamed(tx, kinds.vpnGateway, input.GatewayId)
  const propagating = table.propagating.filter(id => id !== gateway.id)
  tx.routeTables.put(withPropagated(tx, { ...table, propagating }))
}
