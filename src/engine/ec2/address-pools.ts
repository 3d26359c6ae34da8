// SPDX-License-Identifier: BSD-2-Clause
// The addresses that this cloud has to give, and what instances have of them.
import { refuse } from '../errors'
import { cloudAccount } from '../iam/accounts'
import type { Tx } from '../operation'
import type { Address, InstanceAddresses } from './schema/network'

interface Pool {
  /** Name of the counter that remembers where to go on, so that an address is not given again at once. */
  readonly counter: string
  /** The two first octets. */
  readonly network: (tx: Tx) => string
  readonly size: number
}

// 198.18.0.0/15 is set aside for measuring network devices (RFC 2544): nobody is reached by it by mistake.
const publicPool: Pool = { counter: 'ec2.public-address', network: () => '198.18', size: 16 * 254 }

// What is below is used by others: 127.0.0.1, and Debian's 127.0.1.1. 127.255.255.255 is for broadcasts.
const lowestOctet = 16
const octets = 224

/**
 * The second octet of this cloud's addresses in 127/8, all of which are this machine's own on Linux. Two clouds on one
 * machine have most likely different ones, so that their instances and load balancers are not in each other's way. The
 * lower half of 127.N/16 is for instances, the upper half for load balancers.
 */
export const addressedOctet = (tx: Tx): number => {
  const { canonicalId } = cloudAccount(tx)
  return lowestOctet + (Number.parseInt(canonicalId.slice(0, 4), 16) % octets)
}

const privatePool: Pool = {
  counter: 'ec2.private-address',
  network: tx => `127.${addressedOctet(tx)}`,
  size: 128 * 254,
}

const addressAt = (network: string, index: number): string =>
  `${network}.${Math.floor(index / 254)}.${(index % 254) + 1}`

const nextFree = (tx: Tx, pool: Pool, taken: (ip: string) => boolean): string => {
  const start = tx.counters.get(pool.counter)?.value ?? 0
  const network = pool.network(tx)
  for (let step = 0; step < pool.size; step += 1) {
    const index = (start + step) % pool.size
    const ip = addressAt(network, index)
    if (taken(ip)) continue
    tx.counters.put({ name: pool.counter, value: (index + 1) % pool.size })
    return ip
  }
  return refuse(
    'InsufficientAddressCapacity',
    'Not enough available addresses to satisfy your minimum request.',
  )
}

/** A public address that nobody has. Refused with InsufficientAddressCapacity when all are taken. */
export const freePublicAddress = (tx: Tx): string =>
  nextFree(tx, publicPool, ip => tx.addresses.get(ip) !== undefined)

/** Whether the address is one that this cloud could give. */
export const isPublicAddress = (ip: string): boolean => {
  const match = /^198\.18\.(\d{1,2})\.(\d{1,3})$/.exec(ip)
  return match !== null && Number(match[1]) < 16 && Number(match[2]) >= 1 && Number(match[2]) <= 254
}

type Change = { readonly [Kind in keyof Omit<InstanceAddresses, 'instanceId'>]: string | undefined }

/** Keep with an instance what it is given, or (`undefined`) that it is taken away. */
export const noteAddress = (tx: Tx, instanceId: string, change: Change): void => {
  const all = Object.entries({ ...tx.instanceAddresses.get(instanceId), ...change, instanceId })
  const kept = all.filter(([, value]) => value !== undefined)
  tx.instanceAddresses.put({ instanceId, ...Object.fromEntries(kept) })
}

/** Give an instance a private address. It has it until `releaseInstanceAddresses`. */
export const privateAddress = (tx: Tx, instanceId: string): string => {
  const ip = nextFree(tx, privatePool, candidate => tx.privateAddresses.get(candidate) !== undefined)
  tx.privateAddresses.put({ ip, instanceId })
  noteAddress(tx, instanceId, { privateIp: ip })
  return ip
}

/** Give an instance a public address of the cloud's choice. It has it until `releaseInstanceAddresses`. */
export const autoAddress = (tx: Tx, instanceId: string, account = tx.caller.account): string => {
  const ip = freePublicAddress(tx)
  tx.addresses.put({ ip, account, kind: 'automatic', instanceId, allocatedAt: tx.now })
  noteAddress(tx, instanceId, { automaticIp: ip })
  return ip
}

/** Take an elastic address from its instance, if it has one. */
export const detach = (tx: Tx, { instanceId, ...address }: Address): void => {
  if (instanceId === undefined) return
  tx.addresses.put(address)
  const { elasticIp: _, ...others } = tx.instanceAddresses.get(instanceId) ?? { instanceId }
  tx.instanceAddresses.put(others)
}

/** Give an elastic address to an instance; what either had before is taken back. */
export const attach = (tx: Tx, address: Address, instanceId: string): void => {
  detach(tx, address)
  const before = tx.instanceAddresses.get(instanceId)?.elasticIp
  const old = before === undefined ? undefined : tx.addresses.get(before)
  if (old) detach(tx, old)
  tx.addresses.put({ ...address, instanceId })
  noteAddress(tx, instanceId, { elasticIp: address.ip })
}

/** The public address that an instance is reached by: the elastic one, else the automatic one, if any. */
export const addressOf = (tx: Tx, instanceId: string): string | undefined => {
  const has = tx.instanceAddresses.get(instanceId)
  return has?.elasticIp ?? has?.automaticIp
}

const indexes = new WeakMap<readonly InstanceAddresses[], ReadonlyMap<string, string>>()

/** `addressOf` for many instances: a look-up to be taken once. */
export const addressIndex = (tx: Tx): ((instanceId: string) => string | undefined) => {
  const records = tx.instanceAddresses.list()
  let index = indexes.get(records)
  if (!index) {
    index = new Map(
      records.map(({ instanceId, elasticIp, automaticIp }) => [instanceId, elasticIp ?? automaticIp ?? '']),
    )
    indexes.set(records, index)
  }
  const found = index
  return instanceId => found.get(instanceId) || undefined
}

/** An instance of a VPC has stopped: the address at which this machine reached it is free again, the others are its interfaces'. */
export const releaseHostAddress = (tx: Tx, instanceId: string): void => {
  const { privateIp, ...others } = tx.instanceAddresses.get(instanceId) ?? { instanceId }
  if (privateIp === undefined) return
  tx.privateAddresses.delete(privateIp)
  tx.instanceAddresses.put(others)
}

/** An instance has ended: its own addresses are free again, its elastic one stays with the account. */
export const releaseInstanceAddresses = (tx: Tx, instanceId: string): void => {
  const has = tx.instanceAddresses.get(instanceId)
  if (!has) return
  const elastic = has.elasticIp === undefined ? undefined : tx.addresses.get(has.elasticIp)
  if (elastic) detach(tx, elastic)
  if (has.automaticIp !== undefined) tx.addresses.delete(has.automaticIp)
  if (has.privateIp !== undefined) tx.privateAddresses.delete(has.privateIp)
  tx.instanceAddresses.delete(instanceId)
}
