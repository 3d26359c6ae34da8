// SPDX-License-Identifier: BSD-2-Clause
// VPN connections: a customer gateway and a virtual private gateway, and what the customer's device is to be told. No tunnel
// is built here: telemetry says that both are down, and routes lead nowhere.
import type {
  CreateVpnConnectionRequest,
  CreateVpnConnectionResult,
  CreateVpnConnectionRouteRequest,
  DeleteVpnConnectionRequest,
  DeleteVpnConnectionRouteRequest,
  DescribeVpnConnectionsRequest,
  DescribeVpnConnectionsResult,
  Tag,
  VpnConnection as VpnConnectionView,
} from '@aws-sdk/client-ec2'
import { refuse } from '../../errors'
import { type FilterTable, matchFilters, withoutMatch } from '../../filters'
import type { Operation, Tx } from '../../operation'
import { forgetTags, putTags, specifiedTags, tagFilters, tagIndex, tagsOf } from '../../tags'
import { madeBy } from '../quotas'
import type { CustomerGateway, VpnConnection } from '../schema/vpc'
import { checkGatewayType } from './customer-gateways'
import { freshIds } from './fresh-ids'
import { kinds } from './kinds'
import { checkLimit } from './limits'
import { needVpcs } from './networking'
import { renewPropagation } from './propagation'
import { living, livingNamed, remnantSeconds, shown } from './remnants'
import { refuseGiven, requestedBlock } from './requested'
import { configurationOf, makeTunnels, tunnelWishes } from './vpn-configuration'
import { usualCloudAsn } from './vpn-gateways'

/** How long a connection is pending, or deleting. With AWS it is minutes; here nothing is waited for. */
const changeSeconds = 3

// ---- CreateVpnConnection -----------------------------------------------------------------------------------------

/** Two devices with one address cannot both be at the other end of a gateway. */
const checkAddress = (tx: Tx, customer: CustomerGateway, others: readonly VpnConnection[]): void => {
  const isSame = ({ customerGatewayId }: VpnConnection): boolean =>
    customerGatewayId !== customer.id && tx.customerGateways.get(customerGatewayId)?.ip === customer.ip
  if (others.some(isSame)) {
    refuse(
      'InvalidCustomerGateway.DuplicateIpAddress',
      'There is a conflict among the specified gateway IP addresses.',
    )
  }
}

/** Asked for again, a connection of two gateways is the one that there is. */
export const createVpnConnection: Operation<CreateVpnConnectionRequest, CreateVpnConnectionResult> = (
  tx,
  input,
) => {
  needVpcs(tx)
  refuseGiven(input, {
    TransitGatewayId: 'This cloud has no transit gateways.',
    VpnConcentratorId: 'This cloud has no VPN concentrators.',
    PreSharedKeyStorage: 'Pre-shared keys are kept with their connection in this cloud.',
  })
  const tags = specifiedTags(input.TagSpecifications, 'vpn-connection')
  const type = checkGatewayType(input.Type)
  const customer = livingNamed(tx, kinds.customerGateway, input.CustomerGatewayId)
  const gateway = livingNamed(tx, kinds.vpnGateway, input.VpnGatewayId)
  // To an administrator of the cloud both may be known, and belong to two accounts.
  if (gateway.account !== customer.account) kinds.vpnGateway.missing(gateway.id)
  const wishes = tunnelWishes(input.Options)
  const isStaticOnly = input.Options?.StaticRoutesOnly === true
  const own = living(tx.vpnConnections.list()).filter(({ account }) => account === gateway.account)
  const ofGateway = own.filter(({ vpnGatewayId }) => vpnGatewayId === gateway.id)
  const known = ofGateway.find(one => one.customerGatewayId === customer.id && one.state !== 'deleting')
  if (known) return { VpnConnection: connectionView(known, tagsOf(tx, known.id)) }
  checkAddress(tx, customer, ofGateway)
  checkLimit('vpnConnections', own.length)
  checkLimit('gatewayConnections', ofGateway.length)
  const id = freshIds(tx)('vpn')
  const tunnels = makeTunnels(tx, wishes, own)
  const ends = {
    connection: { id, type, isStaticOnly },
    customer,
    cloud: { id: gateway.id, bgpAsn: gateway.amazonSideAsn ?? String(usualCloudAsn) },
  }
  const connection = tx.vpnConnections.put({
    ...madeBy(tx),
    account: gateway.account,
    createdAt: tx.now,
    ...ends.connection,
    customerGatewayId: customer.id,
    vpnGatewayId: gateway.id,
    state: 'pending',
    routes: [],
    configuration: configurationOf(ends, tunnels),
    tunnels: tunnels.map(({ outsideIp, insideCidr }) => ({ outsideIp, insideCidr })),
  })
  tx.after(changeSeconds, 'vpn-connection.settled', id)
  putTags(tx, id, tags, gateway.account)
  return { VpnConnection: connectionView(connection, tagsOf(tx, id)) }
}

// ---- DeleteVpnConnection, and what time does ---------------------------------------------------------------------

/** Its keys go at once. One that goes already is no error. */
export const deleteVpnConnection: Operation<DeleteVpnConnectionRequest, void> = (tx, { VpnConnectionId }) => {
  const connection = livingNamed(tx, kinds.vpnConnection, VpnConnectionId)
  if (connection.state === 'deleting') return
  tx.vpnConnections.put({ ...connection, state: 'deleting', configuration: '' })
  tx.after(changeSeconds, 'vpn-connection.settled', connection.id)
  renewPropagation(tx, connection.vpnGatewayId)
}

/** What was begun is done. A connection deleted while it was pending comes here twice. */
export const vpnConnectionSettled = (tx: Tx, id: string): void => {
  const connection = tx.vpnConnections.get(id)
  if (connection?.state === 'pending') tx.vpnConnections.put({ ...connection, state: 'available' })
  if (connection?.state === 'deleting') {
    tx.vpnConnections.put({ ...connection, state: 'deleted', deletedAt: tx.now })
    tx.after(remnantSeconds, 'vpn-connection.forgotten', id)
  }
}

export const vpnConnectionForgotten = (tx: Tx, id: string): void => {
  if (tx.vpnConnections.get(id)?.state !== 'deleted') return
  tx.vpnConnections.delete(id)
  forgetTags(tx, id)
}

// ---- routes ------------------------------------------------------------------------------------------------------

const withStaticRoutes = (tx: Tx, text: string | undefined): VpnConnection => {
  const connection = livingNamed(tx, kinds.vpnConnection, text)
  const { id, state, isStaticOnly } = connection
  if (state !== 'available') {
    refuse('InvalidVpnConnection.InvalidState', `The VPN connection ${id} is not in the available state.`)
  }
  if (!isStaticOnly) {
    refuse('InvalidVpnConnection.InvalidType', `The VPN connection ${id} does not support static routes.`)
  }
  return connection
}

const withRoutes = (tx: Tx, connection: VpnConnection, routes: readonly string[]): void => {
  tx.vpnConnections.put({ ...connection, routes })
  renewPropagation(tx, connection.vpnGatewayId)
}

/** A route that there is is no error. */
export const createVpnConnectionRoute: Operation<CreateVpnConnectionRouteRequest, void> = (tx, input) => {
  const connection = withStaticRoutes(tx, input.VpnConnectionId)
  const { cidr } = requestedBlock(input.DestinationCidrBlock, 'destinationCidrBlock')
  if (!connection.routes.includes(cidr)) withRoutes(tx, connection, [...connection.routes, cidr])
}

export const deleteVpnConnectionRoute: Operation<DeleteVpnConnectionRouteRequest, void> = (tx, input) => {
  const connection = withStaticRoutes(tx, input.VpnConnectionId)
  const { cidr } = requestedBlock(input.DestinationCidrBlock, 'destinationCidrBlock')
  if (!connection.routes.includes(cidr)) {
    refuse(
      'InvalidRoute.NotFound',
      `no route with destination-cidr-block ${cidr} in VPN connection ${connection.id}`,
    )
  }
  withRoutes(
    tx,
    connection,
    connection.routes.filter(route => route !== cidr),
  )
}

// ---- DescribeVpnConnections --------------------------------------------------------------------------------------

export const describeVpnConnections: Operation<
  DescribeVpnConnectionsRequest,
  DescribeVpnConnectionsResult
> = (tx, input) => {
  const connections = shown(tx, kinds.vpnConnection, tx.vpnConnections.list(), input.VpnConnectionIds)
  const tags = tagIndex(tx)
  return {
    VpnConnections: connections
      .filter(matchFilters(input.Filters, connectionFilters(tx)))
      .map(connection => connectionView(connection, tags(connection.id))),
  }
}

const connectionFilters = (tx: Tx): FilterTable<VpnConnection> => ({
  ...withoutMatch<VpnConnection>(['transit-gateway-id']),
  'bgp-asn': ({ customerGatewayId }) => tx.customerGateways.get(customerGatewayId)?.bgpAsn,
  'customer-gateway-configuration': ({ configuration }) => configuration,
  'customer-gateway-id': ({ customerGatewayId }) => customerGatewayId,
  'option.static-routes-only': ({ isStaticOnly }) => isStaticOnly,
  'route.destination-cidr-block': ({ routes }) => routes,
  state: ({ state }) => state,
  type: ({ type }) => type,
  'vpn-connection-id': ({ id }) => id,
  'vpn-gateway-id': ({ vpnGatewayId }) => vpnGatewayId,
  ...tagFilters<VpnConnection>(tx, ({ id }) => id),
})

const connectionView = (connection: VpnConnection, tags: readonly Tag[]): VpnConnectionView => ({
  VpnConnectionId: connection.id,
  State: connection.state,
  // Of those whose keys are gone nothing is told.
  ...(connection.configuration && { CustomerGatewayConfiguration: connection.configuration }),
  Type: connection.type as VpnConnectionView['Type'], // Whoever made it was asked for the one type that there is.
  Category: 'VPN',
  CustomerGatewayId: connection.customerGatewayId,
  VpnGatewayId: connection.vpnGatewayId,
  Options: { StaticRoutesOnly: connection.isStaticOnly },
  Routes: connection.routes.map(cidr => ({
    DestinationCidrBlock: cidr,
    Source: 'Static',
    State: connection.state,
  })),
  VgwTelemetry: connection.tunnels.map(({ outsideIp }) => ({
    OutsideIpAddress: outsideIp,
    Status: 'DOWN',
    StatusMessage: 'IPSEC IS DOWN',
    LastStatusChange: connection.createdAt,
    AcceptedRouteCount: 0,
  })),
  Tags: [...tags],
})
