// SPDX-License-Identifier: BSD-2-Clause
// What leads from a VPC elsewhere: AWS::EC2::CustomerGateway, VPNGateway, VPNConnection, VPNConnectionRoute,
// VPNGatewayRoutePropagation and VPCPeeringConnection.
import type {
  CreateCustomerGatewayResult,
  CreateVpcPeeringConnectionResult,
  CreateVpnConnectionResult,
  CreateVpnGatewayResult,
} from '@aws-sdk/client-ec2'
import { ResourceFailure, type Work } from './contracts'
import { boolean, inPlace, integer, number, required, resourceType, tags, text, texts } from './kinds'
import { ask, nameless, retagged, takenAway, thing } from './network-things'
import { complete, waiting } from './removal'

export const customerGateway = resourceType({
  name: 'AWS::EC2::CustomerGateway',
  properties: {
    BgpAsn: integer,
    DeviceName: text,
    IpAddress: required(text),
    Tags: inPlace(tags),
    Type: required(text),
  },
  attributes: ['CustomerGatewayId'],
  takesTags: true,
  create: (work, { Tags, ...request }) => {
    const { CustomerGateway } = ask<CreateCustomerGatewayResult>(work, 'CreateCustomerGateway', request)
    const id = CustomerGateway?.CustomerGatewayId ?? ''
    return thing(work, id, { CustomerGatewayId: id }, Tags)
  },
  update: (work, made, { Tags }) => retagged(work, made, Tags),
  remove: (work, { physicalId }) =>
    takenAway(work, 'DeleteCustomerGateway', { CustomerGatewayId: physicalId }),
})

export const vpnGateway = resourceType({
  name: 'AWS::EC2::VPNGateway',
  properties: { AmazonSideAsn: number, Tags: inPlace(tags), Type: required(text) },
  attributes: ['VPNGatewayId'],
  takesTags: true,
  create: (work, { Tags, ...request }) => {
    const { VpnGateway } = ask<CreateVpnGatewayResult>(work, 'CreateVpnGateway', request)
    const id = VpnGateway?.VpnGatewayId ?? ''
    return thing(work, id, { VPNGatewayId: id }, Tags)
  },
  update: (work, made, { Tags }) => retagged(work, made, Tags),
  remove: (work, { physicalId }) => takenAway(work, 'DeleteVpnGateway', { VpnGatewayId: physicalId }),
})

export const vpnConnection = resourceType({
  name: 'AWS::EC2::VPNConnection',
  properties: {
    CustomerGatewayId: required(text),
    StaticRoutesOnly: boolean,
    Tags: inPlace(tags),
    Type: required(text),
    VpnGatewayId: required(text),
  },
  attributes: ['VpnConnectionId'],
  takesTags: true,
  create: (work, { StaticRoutesOnly, Tags, ...request }) => {
    const Options = StaticRoutesOnly === undefined ? undefined : { StaticRoutesOnly }
    const { VpnConnection } = ask<CreateVpnConnectionResult>(work, 'CreateVpnConnection', {
      ...request,
      Options,
    })
    const id = VpnConnection?.VpnConnectionId ?? ''
    return thing(work, id, { VpnConnectionId: id }, Tags)
  },
  created: (work, { physicalId }) => {
    const { state } = work.tx.vpnConnections.get(physicalId) ?? { state: 'deleted' }
    if (state === 'available') return complete
    if (state === 'pending') return waiting(`VPN connection ${physicalId} is pending`)
    throw new ResourceFailure(`VPN connection ${physicalId} is ${state}`)
  },
  update: (work, made, { Tags }) => retagged(work, made, Tags),
  remove: (work, { physicalId }) => {
    const stateNow = () => work.tx.vpnConnections.get(physicalId)?.state ?? 'deleted'
    if (!['deleting', 'deleted'].includes(stateNow())) {
      takenAway(work, 'DeleteVpnConnection', { VpnConnectionId: physicalId })
    }
    return stateNow() === 'deleted' ? complete : waiting(`VPN connection ${physicalId} is ${stateNow()}`)
  },
})

export const vpnConnectionRoute = resourceType({
  name: 'AWS::EC2::VPNConnectionRoute',
  properties: { DestinationCidrBlock: required(text), VpnConnectionId: required(text) },
  attributes: [],
  create: (work, request) => {
    ask(work, 'CreateVpnConnectionRoute', request)
    return nameless(work)
  },
  // A connection that is about to go takes its routes along.
  remove: (work, _, request) => {
    const connection = work.tx.vpnConnections.get(request.VpnConnectionId.toLowerCase())
    return connection?.state === 'available' ? takenAway(work, 'DeleteVpnConnectionRoute', request) : complete
  },
})

const difference = (from: readonly string[], others: readonly string[]): readonly string[] =>
  from.filter(one => !others.includes(one))

const propagate = (work: Work, operation: string, ids: readonly string[], GatewayId: string): void => {
  for (const RouteTableId of ids) ask(work, operation, { RouteTableId, GatewayId })
}

export const routePropagation = resourceType({
  name: 'AWS::EC2::VPNGatewayRoutePropagation',
  properties: { RouteTableIds: required(inPlace(texts)), VpnGatewayId: required(text) },
  attributes: [],
  create: (work, { RouteTableIds, VpnGatewayId }) => {
    propagate(work, 'EnableVgwRoutePropagation', RouteTableIds, VpnGatewayId)
    return nameless(work)
  },
  update: (work, made, { RouteTableIds: are, VpnGatewayId }, { RouteTableIds: were }) => {
    propagate(work, 'DisableVgwRoutePropagation', difference(were, are), VpnGatewayId)
    propagate(work, 'EnableVgwRoutePropagation', difference(are, were), VpnGatewayId)
    return made
  },
  remove: (work, _, { RouteTableIds, VpnGatewayId: GatewayId }) => {
    for (const RouteTableId of RouteTableIds) {
      takenAway(work, 'DisableVgwRoutePropagation', { RouteTableId, GatewayId })
    }
    return complete
  },
})

/** Between VPCs of one account it is accepted at once; another account has to do that by itself, and is waited for. */
export const peeringConnection = resourceType({
  name: 'AWS::EC2::VPCPeeringConnection',
  properties: {
    PeerOwnerId: text,
    PeerRegion: text,
    PeerVpcId: required(text),
    Tags: inPlace(tags),
    VpcId: required(text),
  },
  attributes: ['Id'],
  takesTags: true,
  create: (work, { Tags, ...request }) => {
    const { VpcPeeringConnection } = ask<CreateVpcPeeringConnectionResult>(
      work,
      'CreateVpcPeeringConnection',
      request,
    )
    const id = VpcPeeringConnection?.VpcPeeringConnectionId ?? ''
    const { state, accepter } = work.tx.vpcPeeringConnections.must(id)
    if (state === 'pending-acceptance' && accepter.account === work.stack.account) {
      ask(work, 'AcceptVpcPeeringConnection', { VpcPeeringConnectionId: id })
    }
    return thing(work, id, { Id: id }, Tags)
  },
  created: (work, { physicalId }) => {
    const { state, message } = work.tx.vpcPeeringConnections.get(physicalId) ?? { state: 'deleted' }
    if (state === 'active') return complete
    if (state === 'pending-acceptance') return waiting(`VPC peering connection ${physicalId} is ${state}`)
    throw new ResourceFailure(
      `VPC peering connection ${physicalId} is ${state}${message ? `: ${message}` : ''}`,
    )
  },
  update: (work, made, { Tags }) => retagged(work, made, Tags),
  remove: (work, { physicalId }) => {
    const { state } = work.tx.vpcPeeringConnections.get(physicalId) ?? { state: 'deleted' }
    return state === 'active' || state === 'pending-acceptance'
      ? takenAway(work, 'DeleteVpcPeeringConnection', { VpcPeeringConnectionId: physicalId })
      : complete
  },
})
