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
import { aclAllows, aclOf } from './network-acls'

type Situated = Partial<Pick<Instance, 'id' | 'subnetId' | 'vpcId'>>

// ---- from outside ------------------------------------------------------------------------------------------------

/** Route tables by the subnets that go by them, and main ones by their VPC. */
const tablesBy = oncePer(
  (tables: readonly RouteTable[]): ReadonlyMap<string, RouteTable> =>
    new Map(
      tables.flatMap(table =>
        table.associations.map(({ subnetId = table.vpcId }) => [subnetId, table] as const),
      ),
    ),
)

/** The routes of a subnet: of its own table, else of the VPC's main one. */
const tableOf = (tx: Tx, vpcId: string, subnetId: string): RouteTable | undefined => {
  const tables = tablesBy(tx.routeTables.list())
  return tables.get(subnetId) ?? tables.get(vpcId)
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

export interface Ports {
  readonly from: number
  readonly to: number
}

/** Whoever is outside comes from here, as rules see it. */
const outside = '127.0.0.1'
/** Where answers to him go: a port of those that nobody reserves. */
const answeredPort = 49_152

/** Those of some TCP ports that a subnet's network ACL lets whoever is outside reach, and be answered from. */
export const portsFromOutside = (tx: Tx, subnetId: string, { from, to }: Ports): readonly Ports[] => {
  const passes = (port: number, isEgress: boolean): boolean =>
    aclAllows(tx, subnetId, { protocol: 'tcp', port, from: outside, isEgress })
  if (!passes(answeredPort, true)) return []
  // What an entry says of a port it says of all up to where another one begins or ends.
  const edges = aclOf(tx, subnetId).entries.flatMap(({ isEgress, ports }) =>
    ports && !isEgress ? [ports.from, ports.to + 1] : [],
  )
  const starts = [from, ...new Set(edges.filter(edge => edge > from && edge <= to))].sort((a, b) => a - b)
  return starts
    .map((start, index) => ({ from: start, to: (starts[index + 1] ?? to + 1) - 1 }))
    .filter(part => passes(part.from, false))
}

// ---- from inside -------------------------------------------------------------------------------------------------

interface Neighbour {
  /** Of its VPC. */
  readonly privateIp: string
  /** In 127/8. */
  readonly address: string
}

type Neighbours = ReadonlyMap<string, readonly Neighbour[]>

/** Running instances and load balancers by VPC, once for each of their private addresses. */
const neighbours = oncePer((instances: readonly Instance[]) =>
  oncePer((interfaces: readonly NetworkInterface[]) =>
    oncePer((balancers: readonly LoadBalancer[]): Neighbours => {
      const running = new Map(
        instances.flatMap(one => (one.state === 'running' ? [[one.id, hostAddress(one)] as const] : [])),
      )
      const balancing = new Map(
        balancers.flatMap(({ interfaceIds = [], address }) => interfaceIds.map(id => [id, address] as const)),
      )
      const index = new Map<string, Neighbour[]>()
      for (const { id, vpcId, attachment, privateIps } of interfaces) {
        const address = attachment ? running.get(attachment.instanceId) : balancing.get(id)
        if (!address) continue
        const known = index.get(vpcId) ?? []
        known.push(...privateIps.map(privateIp => ({ privateIp, address })))
        index.set(vpcId, known)
      }
      return index
    }),
  ),
)

/** The VPC itself and those that it has an active peering with. */
const connected = (tx: Tx, vpcId: string): readonly string[] => [
  vpcId,
  ...tx.vpcPeeringConnections.list().flatMap(({ state, requester, accepter }) => {
    if (state !== 'active') return []
    if (requester.vpcId === vpcId) return [accepter.vpcId]
    return accepter.vpcId === vpcId ? [requester.vpcId] : []
  }),
]

/** Addresses in 127/8 of who is in a block as a VPC sees it: instances and load balancers. */
export const neighboursIn = (tx: Tx, vpcId: string, cidr: string): readonly string[] => {
  const block = blockOf(cidr)
  if (!block) return []
  const balancers = tx.loadBalancers.everywhere()
  const index = neighbours(tx.instances.list())(tx.networkInterfaces.list())(balancers)
  const inside = connected(tx, vpcId)
    .flatMap(id => index.get(id) ?? [])
    .filter(({ privateIp }) => isInBlock(privateIp, block))
    .map(({ address }) => address)
  return [...new Set(inside)]
}
