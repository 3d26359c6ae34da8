// SPDX-License-Identifier: BSD-2-Clause
// The private addresses of subnets: which are taken, and which a new interface gets. The first four of a block and its
// last are nobody's, as with AWS.
import { isIPv4 } from 'node:net'
import type { CreateNetworkInterfaceRequest } from '@aws-sdk/client-ec2'
import { oncePer } from '../../../schemas/once-per'
import { refuse } from '../../errors'
import type { Tx } from '../../operation'
import { addressNumber, addressText, blockOnRecord, isInBlock, sizeOf } from '../cidr'
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

/** How many addresses a subnet can still give. */
export const freeCount = (tx: Tx, subnet: Pick<Subnet, 'id' | 'cidr'>): number =>
  sizeOf(blockOnRecord(subnet.cidr)) - reservedAtStart - reservedAtEnd - takenIn(tx, subnet.id).size

/** An address as it is asked for, if an interface of the subnet could have it at all. */
export const checkPrivateIp = (subnet: Subnet, ip: string): string => {
  if (!isIPv4(ip)) {
    refuse(
      'InvalidParameterValue',
      `Value (${ip}) for parameter privateIpAddress is invalid. Invalid IPv4 address.`,
    )
  }
  const block = blockOnRecord(subnet.cidr)
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
  const block = blockOnRecord(subnet.cidr)
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

type AddressRequest = Pick<
  CreateNetworkInterfaceRequest,
  'PrivateIpAddress' | 'PrivateIpAddresses' | 'SecondaryPrivateIpAddressCount'
>

/**
 * The addresses that a request asks for. One of several may be said to be the primary one; else that is the cloud's to
 * choose.
 */
export const wishedAddresses = (input: AddressRequest): PrivateIpWish => {
  const { PrivateIpAddress, PrivateIpAddresses: several = [], SecondaryPrivateIpAddressCount: count } = input
  const missing = (): never =>
    refuse('MissingParameter', 'The request must contain the parameter privateIpAddress')
  const primaries = [
    ...(PrivateIpAddress ? [PrivateIpAddress] : []),
    ...several.filter(({ Primary }) => Primary).map(one => one.PrivateIpAddress ?? missing()),
  ]
  if (primaries.length > 1) {
    refuse('InvalidParameterValue', 'Only one primary private IP address can be specified.')
  }
  const secondaryIps = several.filter(({ Primary }) => !Primary).map(one => one.PrivateIpAddress ?? missing())
  if (count && secondaryIps.length > 0) {
    refuse(
      'InvalidParameterCombination',
      'The parameters secondaryPrivateIpAddressCount and privateIpAddresses may not both say which secondary addresses there are',
    )
  }
  return { primaryIp: primaries[0], secondaryIps, secondaryCount: count }
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
