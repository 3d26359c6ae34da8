// SPDX-License-Identifier: BSD-2-Clause
// More private addresses of an interface than its primary one.
import type {
  AssignPrivateIpAddressesRequest,
  AssignPrivateIpAddressesResult,
  UnassignPrivateIpAddressesRequest,
} from '@aws-sdk/client-ec2'
import { refuse } from '../../errors'
import type { Operation, Tx } from '../../operation'
import type { NetworkInterface, Subnet } from '../schema/vpc'
import { addressesOn, takeFromInterface } from './interface-addresses'
import { ownInterface } from './interface-attributes'
import { noPrefixes, refuseGiven } from './requested'
import { checkCount, checkPrivateIp, lowestFree, takenIn } from './subnet-addresses'

const absentParts = { Ipv4Prefixes: noPrefixes, Ipv4PrefixCount: noPrefixes }

/** The addresses to be assigned, checked but for who has them: those that are named, or so many that are free. */
const wanted = (tx: Tx, subnet: Subnet, input: AssignPrivateIpAddressesRequest): readonly string[] => {
  const { PrivateIpAddresses: ips = [], SecondaryPrivateIpAddressCount: count } = input
  if (ips.length > 0 && count !== undefined) {
    refuse(
      'InvalidParameterCombination',
      'The parameters privateIpAddresses and secondaryPrivateIpAddressCount cannot be used together',
    )
  }
  if (count === undefined) {
    if (ips.length === 0) {
      refuse(
        'MissingParameter',
        'The request must contain either privateIpAddresses or secondaryPrivateIpAddressCount',
      )
    }
    return [...new Set(ips)].map(ip => checkPrivateIp(subnet, ip))
  }
  if (count < 1) {
    refuse(
      'InvalidParameterValue',
      `Value (${count}) for parameter secondaryPrivateIpAddressCount is invalid. It must be greater than zero.`,
    )
  }
  // What is far too much is refused before it is looked for.
  checkCount(count)
  return lowestFree(tx, subnet, count)
}

const without = ({ privateIps }: NetworkInterface, ips: readonly string[]): readonly string[] =>
  privateIps.filter(ip => !ips.includes(ip))

/** Take private addresses from an interface, and the public ones that they are reached by. */
const take = (tx: Tx, one: NetworkInterface, ips: readonly string[]): void => {
  for (const address of addressesOn(tx)(one.id)) {
    if (ips.includes(address.privateIp ?? '')) takeFromInterface(tx, address)
  }
  tx.networkInterfaces.put({ ...one, privateIps: without(one, ips) })
}

/** The other interfaces that have some of the addresses, if these may be taken from them. */
const holders = (
  tx: Tx,
  one: NetworkInterface,
  ips: readonly string[],
  mayReassign: boolean,
): readonly NetworkInterface[] => {
  const used = takenIn(tx, one.subnetId)
  const inUse = ips.filter(ip => used.has(ip) && !one.privateIps.includes(ip))
  if (inUse.length === 0) return []
  const others = tx.networkInterfaces
    .list()
    .filter(
      ({ subnetId, privateIps }) => subnetId === one.subnetId && privateIps.some(ip => inUse.includes(ip)),
    )
  const isBound = others.some(
    ({ privateIps: [first = ''], account, requester }) =>
      inUse.includes(first) || account !== one.account || requester !== undefined,
  )
  if (!mayReassign || isBound) {
    const list = inUse.map(ip => `[${ip}]`).join(', ')
    refuse(
      'InvalidParameterValue',
      `${list} ${inUse.length > 1 ? 'have' : 'has'} already been assigned and cannot be reassigned${mayReassign ? '' : ' unless allowReassignment is set'}`,
    )
  }
  return others
}

/** Addresses that the interface has already are left alone. A primary address moves to no other interface. */
export const assignPrivateIpAddresses: Operation<
  AssignPrivateIpAddressesRequest,
  AssignPrivateIpAddressesResult & { readonly Return: boolean }
> = (tx, input) => {
  refuseGiven(input, absentParts)
  const one = ownInterface(tx, input.NetworkInterfaceId)
  const ips = wanted(tx, tx.subnets.must(one.subnetId), input)
  const more = ips.filter(ip => !one.privateIps.includes(ip))
  checkCount(one.privateIps.length + more.length)
  const others = holders(tx, one, ips, input.AllowReassignment ?? false)
  for (const other of others) take(tx, other, more)
  tx.networkInterfaces.put({ ...one, privateIps: [...one.privateIps, ...more] })
  return {
    NetworkInterfaceId: one.id,
    AssignedPrivateIpAddresses: ips.map(ip => ({ PrivateIpAddress: ip })),
    Return: true,
  }
}

export const unassignPrivateIpAddresses: Operation<UnassignPrivateIpAddressesRequest, object> = (
  tx,
  input,
) => {
  refuseGiven(input, absentParts)
  const one = ownInterface(tx, input.NetworkInterfaceId)
  const ips = input.PrivateIpAddresses ?? []
  if (ips.length === 0) {
    refuse('MissingParameter', 'The request must contain the parameter privateIpAddresses')
  }
  const [primary = '', ...secondary] = one.privateIps
  if (ips.includes(primary)) {
    refuse('InvalidParameterValue', `The primary private IP address ${primary} cannot be unassigned`)
  }
  const unknown = ips.filter(ip => !secondary.includes(ip))
  if (unknown.length > 0) {
    refuse(
      'InvalidParameterValue',
      `Some of the specified addresses are not assigned to interface ${one.id}: ${unknown.join(', ')}`,
    )
  }
  take(tx, one, ips)
  return {}
}
