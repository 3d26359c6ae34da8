// SPDX-License-Identifier: BSD-2-Clause
// Where routes lead: what a request names, and whether it still leads there. A route stays when its target goes, and is then
// a black hole.
import type { CreateRouteRequest } from '@aws-sdk/client-ec2'
import { refuse } from '../../errors'
import type { Tx } from '../../operation'
import { instanceNamed } from '../instance-ids'
import type { Route, RouteTable, RouteTarget } from '../schema/vpc'
import { interfacesOf } from './interface-records'
import { kinds, named } from './kinds'
import { peeringNamed } from './peering-records'
import { livingNamed } from './remnants'
import { noIpv6, refuseGiven } from './requested'

const absentTargets = {
  CarrierGatewayId: 'This cloud has no carrier gateways.',
  CoreNetworkArn: 'This cloud has no core networks.',
  EgressOnlyInternetGatewayId: noIpv6,
  LocalGatewayId: 'This cloud has no outposts.',
  OdbNetworkArn: 'This cloud has no networks of databases.',
  TransitGatewayId: 'This cloud has no transit gateways.',
  VpcEndpointId: 'This cloud has no endpoints of VPCs.',
}

type Naming = (tx: Tx, table: RouteTable, id: string) => RouteTarget

const elsewhere = ({ id }: RouteTable, what: string, other: string): never =>
  refuse('InvalidParameterValue', `route table ${id} and ${what} ${other} belong to different networks`)

const toNatGateway: Naming = (tx, table, id) => {
  const gateway = livingNamed(tx, kinds.natGateway, id)
  if (gateway.vpcId !== table.vpcId) elsewhere(table, 'network gateway', gateway.id)
  return { natGatewayId: gateway.id }
}

const toInterface: Naming = (tx, table, id) => {
  const found = named(tx, kinds.networkInterface, id)
  if (found.vpcId !== table.vpcId) elsewhere(table, 'interface', found.id)
  return { interfaceId: found.id }
}

/** To an instance is to the one interface that it has. */
const toInstance: Naming = (tx, table, id) => {
  const instance = instanceNamed(tx, id)
  const [first, second] = interfacesOf(tx, instance.id)
  if (!first) {
    return refuse('InvalidInstanceID', `The instance '${instance.id}' has no network interface`)
  }
  if (second) {
    refuse(
      'InvalidInstanceID',
      `There are multiple interfaces attached to instance '${instance.id}'. Please specify an interface ID for the operation instead.`,
    )
  }
  return toInterface(tx, table, first.id)
}

/** To one that has not been accepted yet is allowed, as with AWS. */
const toPeering: Naming = (tx, table, id) => {
  const connection = peeringNamed(tx, id)
  if (!['active', 'provisioning', 'pending-acceptance', 'initiating-request'].includes(connection.state)) {
    kinds.peeringConnection.missing(connection.id)
  }
  if (![connection.requester.vpcId, connection.accepter.vpcId].includes(table.vpcId)) {
    elsewhere(table, 'VPC peering connection', connection.id)
  }
  return { peeringId: connection.id }
}

/** Programs name NAT gateways as gateways, too. */
const toGateway: Naming = (tx, table, id) => {
  if (/^nat-/i.test(id)) return toNatGateway(tx, table, id)
  if (!/^[iv]gw-/i.test(id)) {
    refuse('InvalidGatewayID.NotFound', `The gateway ID '${id}' does not exist`)
  }
  const gateway = /^igw-/i.test(id)
    ? named(tx, kinds.internetGateway, id)
    : livingNamed(tx, kinds.vpnGateway, id)
  if (gateway.vpcId !== table.vpcId) elsewhere(table, 'network gateway', gateway.id)
  return { gatewayId: gateway.id }
}

type Asked = Pick<
  CreateRouteRequest,
  'GatewayId' | 'NatGatewayId' | 'NetworkInterfaceId' | 'InstanceId' | 'VpcPeeringConnectionId'
>

/** The one target that a request names, which has to be of the table's VPC. */
export const requestedTarget = (tx: Tx, table: RouteTable, input: Asked): RouteTarget => {
  refuseGiven(input, absentTargets)
  const wishes = (
    [
      [input.GatewayId, toGateway],
      [input.NatGatewayId, toNatGateway],
      [input.NetworkInterfaceId, toInterface],
      [input.InstanceId, toInstance],
      [input.VpcPeeringConnectionId, toPeering],
    ] as const
  ).filter(([id]) => id)
  const [first, second] = wishes
  const members = 'gatewayId, natGatewayId, networkInterfaceId, vpcPeeringConnectionId, instanceId'
  if (!first) {
    return refuse('MissingParameter', `The request must contain exactly one of ${members}`)
  }
  if (second) {
    refuse('InvalidParameterCombination', `The request must contain exactly one of ${members}`)
  }
  const [id = '', name] = first
  return name(tx, table, id)
}

const isRunning = (tx: Tx, interfaceId: string): boolean => {
  const attachment = tx.networkInterfaces.get(interfaceId)?.attachment
  const state = attachment && tx.instances.get(attachment.instanceId)?.state
  return state === 'running' || state === 'pending'
}

/** Whether the target is there, in its place, and works. */
export const stateOf = (tx: Tx, { vpcId }: RouteTable, route: Route): 'active' | 'blackhole' => {
  const { gatewayId, natGatewayId, interfaceId, peeringId } = route
  const leads =
    gatewayId === 'local' ||
    (gatewayId !== undefined && tx.internetGateways.get(gatewayId)?.vpcId === vpcId) ||
    (gatewayId !== undefined && tx.vpnGateways.get(gatewayId)?.vpcId === vpcId) ||
    (natGatewayId !== undefined &&
      ['pending', 'available'].includes(tx.natGateways.get(natGatewayId)?.state ?? '')) ||
    (interfaceId !== undefined && isRunning(tx, interfaceId)) ||
    (peeringId !== undefined && tx.vpcPeeringConnections.get(peeringId)?.state === 'active')
  return leads ? 'active' : 'blackhole'
}
