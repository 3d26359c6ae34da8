// SPDX-License-Identifier: BSD-2-Clause
// What security groups let in. In this cloud nobody filters packets: whoever stands for an instance asks here, with the
// address that a connection comes from.
//
// Instances and load balancers have addresses of their own in 127/8, and what they send comes from those, so that rules
// that name groups are told apart. Everybody else on this machine comes from 127.0.0.1: he is let in by rules for blocks
// that this address is in, such as 0.0.0.0/0, and never by rules for groups.
//
// In a VPC, addresses in 127/8 stand for those of its subnets: a rule for a block of these is one for whoever has an
// address there. Who is not in the VPC comes from outside, and reaches only what has a public address, a route to an
// internet gateway, and a network ACL that lets him pass.
import { isIPv4 } from 'node:net'
import { oncePer } from '../../schemas/once-per'
import type { LoadBalancer } from '../elb/schema'
import type { Tx } from '../operation'
import { blockOnRecord, isInBlock } from './cidr'
import { hostAddress } from './instance-network-views'
import type { Instance } from './schema/instances'
import type { SecurityGroupRule } from './schema/network'
import type { NetworkInterface } from './schema/vpc'
import { interfacesOf } from './vpc/interface-records'
import { isFacingOutside, neighboursIn, portsFromOutside } from './vpc/reach'

/** What may come in: addresses and the ports they may reach, any where there is no port. */
export interface OpenPort {
  /** `tcp`, `udp`, `icmp`, `-1` for all, or IANA's number of another. */
  readonly protocol: string
  readonly fromPort?: number
  readonly toPort?: number
  /** Blocks such as `10.0.0.0/8`; a source group has been resolved to the addresses of what is in it. */
  readonly sources: readonly string[]
}

const add = (index: Map<string, string[]>, key: string, address: string): void => {
  const found = index.get(key)
  if (found) found.push(address)
  else index.set(key, [address])
}

type Index = ReadonlyMap<string, readonly string[]>

// This is asked for many instances many times a second.

/** Addresses of running instances, by the ids of the groups that they or, in a VPC, their interfaces are in. */
const instancesIn = oncePer((instances: readonly Instance[]) =>
  oncePer((interfaces: readonly NetworkInterface[]): Index => {
    const index = new Map<string, string[]>()
    const running = new Map<string, string>()
    for (const instance of instances) {
      if (instance.state !== 'running') continue
      const address = hostAddress(instance)
      running.set(instance.id, address)
      for (const id of instance.groupIds) add(index, id, address)
    }
    for (const { attachment, groupIds } of interfaces) {
      const address = attachment && running.get(attachment.instanceId)
      // The groups of a primary interface are its instance's.
      if (address && attachment.deviceIndex > 0) for (const id of groupIds) add(index, id, address)
    }
    return index
  }),
)

/** Addresses of load balancers, by the ids of their groups, among them those that stand for them in rules. */
const balancersIn = oncePer((balancers: readonly LoadBalancer[]): Index => {
  const index = new Map<string, string[]>()
  for (const { address, groupIds, sourceGroupId } of balancers) {
    for (const id of new Set([...groupIds, sourceGroupId])) add(index, id, address)
  }
  return index
})

const addressesIn = (tx: Tx, groupId: string): readonly string[] => [
  ...(instancesIn(tx.instances.list())(tx.networkInterfaces.list()).get(groupId) ?? []),
  ...(balancersIn(tx.loadBalancers.everywhere()).get(groupId) ?? []),
]

type Grouped = Pick<Instance, 'groupIds'> & Partial<Pick<Instance, 'id' | 'vpcId' | 'subnetId'>>

const anyPort = { from: 0, to: 65_535 }

/** What a rule for a block lets into a VPC from outside: of TCP, what the network ACL lets pass. */
const openToOutside = (tx: Tx, subnetId: string, open: OpenPort, cidr: string): readonly OpenPort[] => {
  const { protocol, fromPort = anyPort.from, toPort = anyPort.to } = open
  if (protocol !== 'tcp' && protocol !== '-1') return [{ ...open, sources: [cidr] }]
  return portsFromOutside(tx, subnetId, { from: fromPort, to: toPort }).map(({ from, to }) => ({
    ...{ protocol, sources: [cidr] },
    ...((open.fromPort !== undefined || from !== anyPort.from) && { fromPort: from }),
    ...((open.toPort !== undefined || to !== anyPort.to) && { toPort: to }),
  }))
}

const openBy = (tx: Tx, instance: Grouped, rule: SecurityGroupRule): readonly OpenPort[] => {
  const { protocol, fromPort, toPort, source } = rule
  const open = (sources: readonly string[]): OpenPort => ({
    protocol,
    ...(fromPort !== undefined && { fromPort }),
    ...(toPort !== undefined && { toPort }),
    sources,
  })
  const single = (addresses: readonly string[]) => open(addresses.map(address => `${address}/32`))
  if ('groupId' in source) return [single(addressesIn(tx, source.groupId))]
  // Nobody has an address of IPv6.
  if ('cidrIpv6' in source) return []
  const { vpcId, subnetId } = instance
  if (vpcId === undefined || subnetId === undefined) return [open([source.cidr])]
  const isOpen = isFacingOutside(tx, instance)
  return [
    ...(isOpen ? openToOutside(tx, subnetId, open([]), source.cidr) : []),
    single(neighboursIn(tx, vpcId, source.cidr)),
  ]
}

/** The groups of an instance and of all of its interfaces. */
const groupsOf = (tx: Tx, { id, vpcId, groupIds }: Grouped): readonly string[] =>
  vpcId === undefined || id === undefined
    ? groupIds
    : [...new Set([...groupIds, ...interfacesOf(tx, id).flatMap(one => one.groupIds)])]

/** What may reach an instance, by the rules of all its groups as they are now. */
export const openPorts = (tx: Tx, instance: Grouped): readonly OpenPort[] =>
  groupsOf(tx, instance)
    // A default group that was never written to has no record, and no rules.
    .flatMap(id => tx.securityGroups.get(id)?.rules ?? [])
    .flatMap(rule => openBy(tx, instance, rule))
    .filter(({ sources }) => sources.length > 0)

type PlacedBalancer = Pick<LoadBalancer, 'vpcId' | 'subnets' | 'groupIds' | 'scheme'>

/** Whether whoever is outside reaches a port of a load balancer past the network ACLs of its subnets. */
const isOpenOutside = (tx: Tx, { scheme, subnets }: PlacedBalancer, port: number): boolean =>
  scheme === 'internet-facing' &&
  subnets.some(id => portsFromOutside(tx, id, { from: port, to: port }).length > 0)

const isAbout =
  (port: number) =>
  ({ protocol, fromPort = anyPort.from, toPort = anyPort.to }: SecurityGroupRule): boolean =>
    protocol === '-1' || (protocol === 'tcp' && fromPort <= port && port <= toPort)

/**
 * Blocks from which clients may reach a TCP port of a load balancer, by the rules of its groups; undefined: from
 * everywhere, as outside a VPC.
 */
export const clientsOf = (tx: Tx, balancer: PlacedBalancer, port: number): readonly string[] | undefined => {
  const { vpcId, groupIds } = balancer
  if (vpcId === undefined) return undefined
  const isOutside = isOpenOutside(tx, balancer, port)
  const blocks = groupIds
    .flatMap(id => tx.securityGroups.get(id)?.rules ?? [])
    .filter(isAbout(port))
    .flatMap(({ source }) => {
      if ('groupId' in source) return addressesIn(tx, source.groupId).map(address => `${address}/32`)
      if ('cidrIpv6' in source) return []
      const inside = neighboursIn(tx, vpcId, source.cidr).map(address => `${address}/32`)
      return isOutside ? [source.cidr, ...inside] : inside
    })
  return blocks.some(block => block.endsWith('/0')) ? undefined : [...new Set(blocks)].sort()
}

/** Whether an address is in one of some blocks. */
export const isAmong = (blocks: readonly string[], address: string): boolean =>
  letsIn([{ protocol: '-1', sources: blocks }], address, 0)

/** Equal for instances whose `openPorts` are the same. */
export const opennessKey = (tx: Tx, instance: Instance): string =>
  instance.vpcId === undefined
    ? instance.groupIds.join()
    : [...groupsOf(tx, instance), instance.subnetId, isFacingOutside(tx, instance)].join()

// Most sources are single addresses, of whoever is in a group; those need not be taken apart.
const isIn = (address: string, source: string): boolean =>
  source.endsWith('/32') ? source === `${address}/32` : isInBlock(address, blockOnRecord(source))

/** Sockets that speak IPv6 as well write addresses of IPv4 so. */
const mapped = /^::ffff:/i

/** Whether a connection from an address may reach a TCP port. */
export const letsIn = (open: readonly OpenPort[], address: string, port: number): boolean => {
  const from = address.replace(mapped, '')
  // Rules are for IPv4.
  if (!isIPv4(from)) return false
  return open.some(
    ({ protocol, fromPort = 0, toPort = 65535, sources }) =>
      (protocol === '-1' || (protocol === 'tcp' && fromPort <= port && port <= toPort)) &&
      sources.some(source => isIn(from, source)),
  )
}
