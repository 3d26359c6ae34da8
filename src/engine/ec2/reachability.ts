// SPDX-License-Identifier: BSD-2-Clause
// What security groups let in. In this cloud nobody filters packets: whoever stands for an instance asks here, with the
// address that a connection comes from.
//
// Instances and load balancers have addresses of their own in 127/8, and what they send comes from those, so that rules
// that name groups are told apart. Everybody else on this machine comes from 127.0.0.1: he is let in by rules for blocks
// that this address is in, such as 0.0.0.0/0, and never by rules for groups.
import { isIPv4 } from 'node:net'
import { oncePer } from '../../schemas/once-per'
import type { LoadBalancer } from '../elb/schema'
import type { Tx } from '../operation'
import type { Instance } from './schema/instances'
import type { SecurityGroupRule } from './schema/network'

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

/** Addresses of running instances, by the ids of their groups. */
const instancesIn = oncePer((instances: readonly Instance[]): Index => {
  const index = new Map<string, string[]>()
  for (const { state, privateIp, groupIds } of instances) {
    if (state === 'running') for (const id of groupIds) add(index, id, privateIp)
  }
  return index
})

/** Addresses of load balancers, by the ids of their groups, among them those that stand for them in rules. */
const balancersIn = oncePer((balancers: readonly LoadBalancer[]): Index => {
  const index = new Map<string, string[]>()
  for (const { address, groupIds, sourceGroupId } of balancers) {
    for (const id of new Set([...groupIds, sourceGroupId])) add(index, id, address)
  }
  return index
})

const addressesIn = (tx: Tx, groupId: string): readonly string[] => [
  ...(instancesIn(tx.instances.list()).get(groupId) ?? []),
  ...(balancersIn(tx.loadBalancers.everywhere()).get(groupId) ?? []),
]

const openBy = (tx: Tx, { protocol, fromPort, toPort, source }: SecurityGroupRule): OpenPort => ({
  protocol,
  ...(fromPort !== undefined && { fromPort }),
  ...(toPort !== undefined && { toPort }),
  sources: 'cidr' in source ? [source.cidr] : addressesIn(tx, source.groupId).map(address => `${address}/32`),
})

/** What may reach an instance, by the rules of all its groups as they are now. */
export const openPorts = (tx: Tx, { groupIds }: Pick<Instance, 'groupIds'>): readonly OpenPort[] =>
  groupIds
    // A default group that was never written to has no record, and no rules.
    .flatMap(id => tx.securityGroups.get(id)?.rules ?? [])
    .map(rule => openBy(tx, rule))
    .filter(({ sources }) => sources.length > 0)

const numberOf = (address: string): number =>
  address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0)

const isInBlock = (address: string, block: string): boolean => {
  const [network = '', bits = '32'] = block.split('/')
  if (bits === '32') return network === address
  const size = 2 ** (32 - Number(bits))
  return Math.floor(numberOf(address) / size) === Math.floor(numberOf(network) / size)
}

/** Sockets that speak IPv6 as well write addresses of IPv4 so. */
const mapped = /^::ffff:/i

/** Whether a connection from an address may reach a TCP port. */
export const letsIn = (open: readonly OpenPort[], address: string, port: number): boolean => {
  const from = address.replace(mapped, '')
  // Rules are for IPv4, as everywhere outside a VPC.
  if (!isIPv4(from)) return false
  return open.some(
    ({ protocol, fromPort = 0, toPort = 65535, sources }) =>
      (protocol === '-1' || (protocol === 'tcp' && fromPort <= port && port <= toPort)) &&
      sources.some(block => isInBlock(from, block)),
  )
}
