// SPDX-License-Identifier: BSD-2-Clause
// Who can come near an instance of a VPC at all, before its groups are asked: those in the VPC and in its peers, and who is
// outside if the instance faces it.
import { oncePer } from '../../../schemas/once-per'
import type { LoadBalancer } from '../../elb/schema'
import type { Tx } from '../../operation'
import { blockOf, isInBlock } from '../cidr'
import { hostAddress } from '../instance-network-views'
import type { Instance } from '../schema/instances'
import type { NetworkInterface, RouteTable } from '../schema/vpc'
import { addressesOn } from './interface-addresses'
import { interfacesOf } from './interface-records'

type Situated = Partial<Pick<Instance, 'id' | 'subnetId' | 'vpcId'>>

// ---- from outside ------------------------------------------------------------------------------------------------

/** The routes of a subnet: of its own table, else of the VPC's main one. */
const tableOf = (tx: Tx, vpcId: string, subnetId: string): RouteTable | undefined => {
  const tables = tx.routeTables.list().filter(table => table.vpcId === vpcId)
  return (
    tables.find(({ associations }) => associations.some(one => one.subnetId === subnetId)) ??
    tables.find(({ associations }) => associations.some(one => one.subnetId === undefined))
  )
}

/** Whether the way to everywhere leads through an internet gateway that is there and attached. */
const hasWayOut = (tx: Tx, vpcId: string, subnetId: string): boolean =>
  (tableOf(tx, vpcId, subnetId)?.routes ?? []).some(
    ({ cidr, gatewayId = '' }) => cidr === '0.0.0.0/0' && tx.internetGateways.get(gatewayId)?.vpcId === vpcId,
  )

/** Whether one of its interfaces has a public address, by which it can be reached. */
export const isFacingOutside = (tx: Tx, { id = '', vpcId }: Situated): boolean => {
  if (vpcId === undefined) return true
  const addresses = addressesOn(tx)
  return interfacesOf(tx, id).some(one => addresses(one.id).length > 0 && hasWayOut(tx, vpcId, one.subnetId))
}

// ---- from inside -------------------------------------------------------------------------------------------------

interface Neighbour {
  /** Of its VPC. */
  readonly privateIp: string
  /** In 127/8. */
  readonly address: string
}

type Neighbours = ReadonlyMap<string, readonly Neighbour[]>

/** Running instances by VPC, once for each of their private addresses. */
const neighbours = oncePer((instances: readonly Instance[]) =>
  oncePer((interfaces: readonly NetworkInterface[]): Neighbours => {
    const running = new Map(
      instances.flatMap(one => (one.state === 'running' ? [[one.id, hostAddress(one)] as const] : [])),
    )
    const index = new Map<string, Neighbour[]>()
    for (const { vpcId, attachment, privateIps } of interfaces) {
      const address = attachment && running.get(attachment.instanceId)
      if (!address) continue
      const known = index.get(vpcId) ?? []
      known.push(...privateIps.map(privateIp => ({ privateIp, address })))
      index.set(vpcId, known)
    }
    return index
  }),
)

const balancerAddresses = oncePer((balancers: readonly LoadBalancer[]) => balancers.map(one => one.address))

/** The VPC itself and those that it has an active peering with. */
const connected = (tx: Tx, vpcId: string): readonly string[] => [
  vpcId,
  ...tx.vpcPeeringConnections.list().flatMap(({ state, requester, accepter }) => {
    if (state !== 'active') return []
    if (requester.vpcId === vpcId) return [accepter.vpcId]
    return accepter.vpcId === vpcId ? [requester.vpcId] : []
  }),
]

/**
 * Addresses in 127/8 of who is in a block as a VPC sees it. Where all are let in from everywhere, `isOpen`, there is no need
 * to name any. Load balancers are in front of a VPC, and a part of everywhere alone.
 */
export const neighboursIn = (tx: Tx, vpcId: string, cidr: string, isOpen: boolean): readonly string[] => {
  const block = blockOf(cidr)
  const isEverywhere = block?.bits === 0
  if (!block || (isEverywhere && isOpen)) return []
  const index = neighbours(tx.instances.list())(tx.networkInterfaces.list())
  const inside = connected(tx, vpcId)
    .flatMap(id => index.get(id) ?? [])
    .filter(({ privateIp }) => isInBlock(privateIp, block))
    .map(({ address }) => address)
  const balancers = isEverywhere ? balancerAddresses(tx.loadBalancers.everywhere()) : []
  return [...new Set([...inside, ...balancers])]
}
