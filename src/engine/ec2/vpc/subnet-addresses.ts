// SPDX-License-Identifier: BSD-2-Clause
// The private addresses of subnets: which are taken, and which a new interface gets. The first four of a block and its
// last are nobody's, as with AWS.
import { isIPv4 } from 'node:net'
import { oncePer } from '../../../schemas/once-per'
import { refuse } from '../../errors'
import type { Tx } from '../../operation'
import { addressNumber, addressText, type Block, blockOf, isInBlock, sizeOf } from '../cidr'
import type { NetworkInterface, Subnet } from '../schema/vpc'

const reservedAtStart = 4
const reservedAtEnd = 1

/** Most private addresses of one interface: AWS' for its large types of instances. */
export const maximumPrivateIps = 30

const noAddresses: ReadonlySet<string> = new Set()

const taken = oncePer((interfaces: readonly NetworkInterface[]) => {
  const bySubnet = new Map<string, Set<string>>()
  for (const { subnetId, privateIps } of interfaces) {
    const ips = bySubnet.get(subnetId) ?? new Set()
    for (const ip of privateIps) ips.add(ip)
    bySubnet.set(subnetId, ips)
  }
  return bySubnet
})

/** The addresses of a subnet that interfaces have. */
export const takenIn = (tx: Tx, subnetId: string): ReadonlySet<string> =>
  taken(tx.networkInterfaces.list()).get(subnetId) ?? noAddresses

const blockOfSubnet = ({ id, cidr }: Pick<Subnet, 'id' | 'cidr'>): Block => {
  const block = blockOf(cidr)
  if (!block) throw new Error(`the subnet ${id} has no block: ${cidr}`)
  return block
}

/** How many addresses a subnet can still give. */
export const freeCount = (tx: Tx, subnet: Pick<Subnet, 'id' | 'cidr'>): number =>
  sizeOf(blockOfSubnet(subnet)) - reservedAtStart - reservedAtEnd - takenIn(tx, subnet.id).size

/** An address as it is asked for, if an interface of the subnet could have it at all. */
export const checkPrivateIp = (subnet: Subnet, ip: string): string => {
  if (!isIPv4(ip)) {
    refuse(
      'InvalidParameterValue',
      `Value (${ip}) for parameter privateIpAddress is invalid. Invalid IPv4 address.`,
    )
  }
  const block = blockOfSubnet(subnet)
  if (!isInBlock(ip, block)) {
    refuse('InvalidParameterValue', `Address ${ip} does not fall within the subnet's address range`)
  }
  const place = addressNumber(ip) - block.first
  if (place < reservedAtStart || place >= sizeOf(block) - reservedAtEnd) {
    refuse('InvalidParameterValue', `Address ${ip} is in subnet's reserved address range`)
  }
  return ip
}

/** Refuse what a subnet has not enough addresses for. */
export const refuseFull = ({ id }: Subnet): never =>
  refuse(
    'InsufficientFreeAddressesInSubnet',
    `The specified subnet '${id}' does not have enough free addresses to satisfy the request.`,
  )

/** The lowest free addresses of a subnet, so many, save `others`. */
export const lowestFree = (
  tx: Tx,
  subnet: Subnet,
  count: number,
  others: readonly string[] = [],
): readonly string[] => {
  const block = blockOfSubnet(subnet)
  const used = takenIn(tx, subnet.id)
  const found: string[] = []
  const end = block.first + sizeOf(block) - reservedAtEnd
  for (let number = block.first + reservedAtStart; found.length < count; number += 1) {
    if (number >= end) return refuseFull(subnet)
    const ip = addressText(number)
    if (!used.has(ip) && !others.includes(ip)) found.push(ip)
  }
  return found
}

export interface PrivateIpWish {
  readonly primaryIp?: string | undefined
  readonly secondaryIps?: readonly string[] | undefined
  /** That many more, whichever are free. */
  readonly secondaryCount?: number | undefined
}

/** The addresses of a new interface, the primary one first: those asked for, and the lowest that are free. */
export const choosePrivateIps = (tx: Tx, subnet: Subnet, wish: PrivateIpWish): readonly string[] => {
  const { primaryIp, secondaryIps = [], secondaryCount = 0 } = wish
  if (secondaryCount < 0) {
    refuse(
      'InvalidParameterValue',
      `Value (${secondaryCount}) for parameter secondaryPrivateIpAddressCount is invalid. It must not be negative.`,
    )
  }
  const asked = [...(primaryIp === undefined ? [] : [primaryIp]), ...secondaryIps]
  const used = takenIn(tx, subnet.id)
  for (const [index, ip] of asked.entries()) {
    checkPrivateIp(subnet, ip)
    if (asked.indexOf(ip) !== index) {
      refuse('InvalidParameterValue', `The private IP address ${ip} is specified more than once`)
    }
    if (used.has(ip)) refuse('InvalidIPAddress.InUse', `Address ${ip} is in use.`)
  }
  checkCount(asked.length + secondaryCount + (primaryIp === undefined ? 1 : 0))
  const [first, ...more] = [
    ...(primaryIp === undefined ? [] : [primaryIp]),
    ...lowestFree(tx, subnet, secondaryCount + (primaryIp === undefined ? 1 : 0), asked),
  ]
  if (first === undefined) throw new Error('no primary address was chosen')
  return [first, ...secondaryIps, ...more]
}

/** Refuse an interface with so many addresses. */
export const checkCount = (count: number): void => {
  if (count > maximumPrivateIps) {
    refuse(
      'PrivateIpAddressLimitExceeded',
      `Number of private addresses will exceed limit. Maximum number of private addresses per interface: ${maximumPrivateIps}`,
    )
  }
}
