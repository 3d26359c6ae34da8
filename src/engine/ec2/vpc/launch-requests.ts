// SPDX-License-Identifier: BSD-2-Clause
// How RunInstances says which interfaces its instances are to have: one by one, or as a subnet, groups and an address of
// the only one.
import type { InstanceNetworkInterfaceSpecification, RunInstancesRequest } from '@aws-sdk/client-ec2'
import { refuse } from '../../errors'
import type { Tx } from '../../operation'
import { groupNamed } from '../security-group-records'
import { checkDeviceIndex } from './interface-attachments'
import { noIpv6, noPrefixes, refuseGiven } from './requested'

export type InterfaceWanted = InstanceNetworkInterfaceSpecification & { readonly DeviceIndex: number }

const combination = (message: string): never => refuse('InvalidParameterCombination', message)

const absentParts = {
  AssociateCarrierIpAddress: 'This cloud has no carriers.',
  ConnectionTrackingSpecification: 'Connections are not tracked in this cloud.',
  EnaSrdSpecification: 'ENA Express is not supported by this cloud.',
  Ipv4PrefixCount: noPrefixes,
  Ipv4Prefixes: noPrefixes,
  Ipv6AddressCount: noIpv6,
  Ipv6Addresses: noIpv6,
  Ipv6PrefixCount: noIpv6,
  Ipv6Prefixes: noIpv6,
  PrimaryIpv6: noIpv6,
}

/** Groups of the request by id. euca2ools puts ids among the names when it is asked to. */
const groupIdsOf = (tx: Tx, input: RunInstancesRequest): string[] => {
  const isId = (text: string): boolean => /^sg-[0-9a-f]{8,17}$/i.test(text)
  const named = input.SecurityGroups ?? []
  if (input.SubnetId && named.some(text => !isId(text))) {
    combination('The parameter groupName cannot be used with the parameter subnet')
  }
  const ids = named.map(text => (isId(text) ? text : groupNamed(tx, { GroupName: text }).id))
  return [...(input.SecurityGroupIds ?? []), ...ids]
}

const refuseBoth = (input: RunInstancesRequest): void => {
  const beside = (what: string) =>
    combination(`Network interfaces and an instance-level ${what} may not be specified on the same request`)
  if (input.SecurityGroups?.length || input.SecurityGroupIds?.length) beside('security groups')
  if (input.SubnetId) beside('subnet ID')
  if (input.PrivateIpAddress) beside('private address')
}

/** What is there already is as it is. */
const checkExisting = (wanted: InterfaceWanted): void => {
  const { SubnetId, Groups, PrivateIpAddress, PrivateIpAddresses, SecondaryPrivateIpAddressCount } = wanted
  const others = { SubnetId, Groups, PrivateIpAddress, PrivateIpAddresses, SecondaryPrivateIpAddressCount }
  for (const [name, value] of Object.entries({ ...others, Description: wanted.Description })) {
    const isGiven = Array.isArray(value) ? value.length > 0 : value !== undefined && value !== ''
    if (isGiven) combination(`${name} and an existing network interface may not be specified together`)
  }
  if (wanted.AssociatePublicIpAddress) {
    combination('The associatePublicIPAddress parameter is for new network interfaces only.')
  }
}

const checkEach = (wanted: readonly InterfaceWanted[]): void => {
  const indexes = new Set<number>()
  const ids = new Set<string>()
  for (const one of wanted) {
    refuseGiven(one, absentParts)
    const { DeviceIndex: index, NetworkInterfaceId: id } = one
    checkDeviceIndex(index)
    if (indexes.has(index)) {
      refuse('InvalidParameterValue', `Network interface duplicate device index (${index})`)
    }
    indexes.add(index)
    if ((one.NetworkCardIndex ?? 0) !== 0) {
      refuse('InvalidParameterValue', `Network card index ${one.NetworkCardIndex} exceeds the limit: 0`)
    }
    if (one.InterfaceType && one.InterfaceType !== 'interface') {
      refuse('InvalidParameterValue', `Value (${one.InterfaceType}) for parameter interfaceType is invalid.`)
    }
    if (!id) continue
    if (ids.has(id.toLowerCase())) {
      refuse('InvalidParameterValue', `Network interface duplicate (${id})`)
    }
    ids.add(id.toLowerCase())
    checkExisting(one)
  }
}

/** The interfaces that a request wants each instance to have, the primary one first. */
export const interfacesWanted = (tx: Tx, input: RunInstancesRequest): readonly InterfaceWanted[] => {
  refuseGiven(input, { Ipv6AddressCount: noIpv6, Ipv6Addresses: noIpv6, EnablePrimaryIpv6: noIpv6 })
  const asked = input.NetworkInterfaces ?? []
  if (asked.length === 0) {
    const { SubnetId, PrivateIpAddress } = input
    return [{ DeviceIndex: 0, SubnetId, PrivateIpAddress, Groups: groupIdsOf(tx, input) }]
  }
  refuseBoth(input)
  const wanted = asked
    .map((one): InterfaceWanted => {
      const { DeviceIndex = refuse('InvalidParameterValue', 'Network interface device index required') } = one
      return { ...one, DeviceIndex }
    })
    .sort((one, other) => one.DeviceIndex - other.DeviceIndex)
  checkEach(wanted)
  if (wanted[0]?.DeviceIndex !== 0) {
    combination('Primary network interface required when secondary network interface(s) specified')
  }
  if (wanted.length > 1 && wanted.some(one => one.AssociatePublicIpAddress)) {
    combination(
      'The associatePublicIPAddress parameter cannot be specified when launching with multiple network interfaces.',
    )
  }
  return wanted
}
