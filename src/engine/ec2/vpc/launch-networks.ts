// SPDX-License-Identifier: BSD-2-Clause
// Where in a VPC new instances go, and with which interfaces. All of it is checked before anything is made.
import type { RunInstancesRequest } from '@aws-sdk/client-ec2'
import { refuse } from '../../errors'
import type { Tx } from '../../operation'
import { putTags } from '../../tags'
import { toRunInSubnet } from '../access/launching'
import type { Instance } from '../schema/instances'
import type { NetworkInterface, Subnet } from '../schema/vpc'
import { zoneNamed, zoneNames } from '../zones'
import { defaultVpc } from './foundation'
import { checkInterfaceCount, checkUnattached } from './interface-attachments'
import { attachInterface, attachmentIds, groupsForInterface, makeInterfaceAt } from './interface-records'
import { kinds, named } from './kinds'
import { type InterfaceWanted, interfacesWanted } from './launch-requests'
import { checkLimit } from './limits'
import {
  choosePrivateIps,
  freeCount,
  lowestFree,
  type PrivateIpWish,
  refuseFull,
  wishedAddresses,
} from './subnet-addresses'

interface PlannedInterface {
  readonly deviceIndex: number
  /** One that is there already, instead of a new one. */
  readonly existing?: NetworkInterface
  readonly subnet: Subnet
  readonly groupIds: readonly string[]
  readonly wish: PrivateIpWish
  readonly description: string
  readonly deleteOnTermination: boolean
}

/** What each instance gets, the primary interface first. */
export interface PlannedNetwork {
  readonly subnet: Subnet
  readonly interfaces: readonly PlannedInterface[]
  readonly isPublic: boolean
}

/** What is known before it is clear which zone has room. */
export interface WantedNetwork {
  /** Where the instances may go. */
  readonly zones: readonly string[]
  readonly planIn: (zone: string) => PlannedNetwork
}

type Tags = readonly { readonly key: string; readonly value: string }[]

const invalid = (message: string): never => refuse('InvalidParameterValue', message)

const ownSubnet = (tx: Tx, id: string): Subnet => {
  const subnet = named(tx, kinds.subnet, id)
  return subnet.account === tx.caller.account ? subnet : kinds.subnet.missing(id)
}

const ownInterface = (tx: Tx, id: string): NetworkInterface => {
  const found = named(tx, kinds.networkInterface, id)
  if (found.account !== tx.caller.account) kinds.networkInterface.missing(id)
  checkUnattached(found)
  return found
}

// ---- where -------------------------------------------------------------------------------------------------------

/** The subnets for instances that name none, by zone. */
const defaultSubnets = (tx: Tx): ReadonlyMap<string, Subnet> => {
  const vpc = defaultVpc(tx) ?? refuse('VPCIdNotSpecified', 'Default VPC not found, please specify a subnet.')
  const own = tx.subnets.list().filter(({ vpcId, isDefault }) => vpcId === vpc.id && isDefault)
  if (own.length === 0) {
    refuse('MissingInput', `No subnets found for the default VPC '${vpc.id}'. Please specify a subnet.`)
  }
  return new Map(own.map(subnet => [subnet.zone, subnet]))
}

/** Zones with a default subnet that the caller may use. */
const usableZones = (
  tx: Tx,
  input: RunInstancesRequest,
  subnets: ReadonlyMap<string, Subnet>,
): readonly string[] => {
  const found = zoneNames.flatMap(zone => subnets.get(zone) ?? [])
  const demandsIn = (subnet: Subnet) => toRunInSubnet(tx, input, subnet)
  const usable = found.filter(subnet => demandsIn(subnet).every(demand => tx.permits(demand)))
  if (usable.length === 0) tx.authorize(...found.flatMap(demandsIn))
  return usable.map(({ zone }) => zone)
}

/** The subnet that the request names, by itself or by the interface that is to be the primary one. */
const subnetNamed = (tx: Tx, { NetworkInterfaceId, SubnetId }: InterfaceWanted): Subnet | undefined => {
  if (NetworkInterfaceId) return tx.subnets.must(ownInterface(tx, NetworkInterfaceId).subnetId)
  return SubnetId ? ownSubnet(tx, SubnetId) : undefined
}

// ---- with what ---------------------------------------------------------------------------------------------------

const planned = (tx: Tx, wanted: InterfaceWanted, first: Subnet): PlannedInterface => {
  const { DeviceIndex: deviceIndex, NetworkInterfaceId, SubnetId, DeleteOnTermination } = wanted
  if (NetworkInterfaceId) {
    const existing = ownInterface(tx, NetworkInterfaceId)
    return {
      ...{ deviceIndex, existing, subnet: tx.subnets.must(existing.subnetId), wish: {}, description: '' },
      groupIds: existing.groupIds,
      deleteOnTermination: DeleteOnTermination ?? false,
    }
  }
  const subnet = SubnetId ? ownSubnet(tx, SubnetId) : first
  const usual = deviceIndex === 0 ? 'Primary network interface' : 'Secondary network interface'
  return {
    ...{ deviceIndex, subnet, wish: wishedAddresses(wanted) },
    groupIds: groupsForInterface(tx, subnet, wanted.Groups),
    description: wanted.Description || usual,
    deleteOnTermination: DeleteOnTermination ?? true,
  }
}

const checkPlaces = (interfaces: readonly PlannedInterface[], first: Subnet): void => {
  for (const { subnet } of interfaces) {
    if (subnet.vpcId !== first.vpcId) {
      invalid(
        `Network interface vpc (${subnet.vpcId}) for ${subnet.id} not valid for instance vpc ${first.vpcId}`,
      )
    }
    if (subnet.zone !== first.zone) {
      invalid(
        `Network interface availability zone (${subnet.zone}) for ${subnet.id} not valid for subnet ${first.id} zone ${first.zone}`,
      )
    }
  }
}

const addressesIn = ({ primaryIp, secondaryIps = [] }: PrivateIpWish): readonly string[] => [
  ...(primaryIp === undefined ? [] : [primaryIp]),
  ...secondaryIps,
]

/** What there is once only goes to one instance only, and to one of its interfaces. */
const checkSingular = (tx: Tx, interfaces: readonly PlannedInterface[], most: number): void => {
  const taken = new Set<string>()
  for (const { existing, subnet, wish } of interfaces) {
    if (existing && most > 1) invalid('Network interface can only be specified for a single instance')
    if (existing) continue
    choosePrivateIps(tx, subnet, wish)
    for (const ip of addressesIn(wish)) {
      if (most > 1) invalid('Private address can only be specified for a single instance')
      const key = `${subnet.id} ${ip}`
      if (taken.has(key)) invalid(`Network interface duplicate private address (${ip})`)
      taken.add(key)
    }
  }
}

/** What the request wants of networks. `most` is how many instances there may be. */
export const networkWanted = (
  tx: Tx,
  input: RunInstancesRequest & { readonly AddressingType?: string },
  type: string,
  most: number,
): WantedNetwork => {
  if (input.AddressingType) invalid('Addressing scheme not supported in EC2-VPC')
  const wanted = interfacesWanted(tx, input)
  const [primary] = wanted
  if (!primary) throw new Error('no primary interface is wanted')
  checkInterfaceCount(tx, type, wanted.length)
  const askedZone = input.Placement?.AvailabilityZone && zoneNamed(input.Placement.AvailabilityZone)
  const subnet = subnetNamed(tx, primary)
  if (subnet && askedZone && askedZone !== subnet.zone) {
    invalid(
      `Value (${askedZone}) for parameter availabilityZone is invalid. Subnet '${subnet.id}' is in the availability zone ${subnet.zone}`,
    )
  }
  const defaults = subnet ? new Map([[subnet.zone, subnet]]) : defaultSubnets(tx)
  if (askedZone && !defaults.has(askedZone)) {
    refuse('MissingInput', `No default subnet for availability zone: '${askedZone}'.`)
  }
  const planIn = (zone: string): PlannedNetwork => {
    const first = defaults.get(zone)
    if (!first) throw new Error(`there is no subnet in ${zone}`)
    const interfaces = wanted.map(one => planned(tx, one, first))
    checkPlaces(interfaces, first)
    checkSingular(tx, interfaces, most)
    const isUsual = wanted.length === 1 && !primary.NetworkInterfaceId && first.mapPublicIp
    return { subnet: first, interfaces, isPublic: primary.AssociatePublicIpAddress ?? isUsual }
  }
  const zones = askedZone ? [askedZone] : subnet ? [subnet.zone] : usableZones(tx, input, defaults)
  return { zones, planIn }
}

/** How many addresses of a subnet a new interface takes that the request does not name. */
const unnamedCount = ({ primaryIp, secondaryCount = 0 }: PrivateIpWish): number =>
  secondaryCount + (primaryIp === undefined ? 1 : 0)

/** How many instances the subnets have addresses for, of `wanted`; refused when that is fewer than `least`. */
export const withinSubnets = (
  tx: Tx,
  { interfaces }: PlannedNetwork,
  wanted: number,
  least: number,
): number => {
  const needs = new Map<string, { readonly subnet: Subnet; readonly count: number }>()
  for (const { existing, subnet, wish } of interfaces) {
    if (existing) continue
    const count = unnamedCount(wish) + addressesIn(wish).length
    needs.set(subnet.id, { subnet, count: (needs.get(subnet.id)?.count ?? 0) + count })
  }
  let room = wanted
  for (const { subnet, count } of needs.values()) {
    const here = Math.floor(freeCount(tx, subnet) / count)
    if (here < least) refuseFull(subnet)
    room = Math.min(room, here)
  }
  return room
}

// ---- making ------------------------------------------------------------------------------------------------------

/** The addresses for so many instances that nobody chose, subnet by subnet: looked for once for all of them. */
const freeAddresses = (
  tx: Tx,
  { interfaces }: PlannedNetwork,
  instances: number,
): ReadonlyMap<string, string[]> => {
  const found = new Map<string, string[]>()
  for (const { existing, subnet } of interfaces) {
    if (existing || found.has(subnet.id)) continue
    const here = interfaces.filter(one => !one.existing && one.subnet.id === subnet.id)
    const count = here.reduce((sum, { wish }) => sum + unnamedCount(wish), 0) * instances
    const named = here.flatMap(({ wish }) => addressesIn(wish))
    found.set(subnet.id, [...lowestFree(tx, subnet, count, named)])
  }
  return found
}

type NetworkPart = Pick<Instance, 'groupIds' | 'privateIp' | 'macAddress'> &
  Required<Pick<Instance, 'vpcId' | 'subnetId'>>

/** Makes the interfaces of one instance after the other. Gives what the instance has of them, and the primary one. */
export const networkMaker = (
  tx: Tx,
  plan: PlannedNetwork,
  instances: number,
  tags: Tags,
): ((instanceId: string) => { readonly part: NetworkPart; readonly primary: NetworkInterface }) => {
  const own = tx.networkInterfaces.list().filter(({ account }) => account === tx.caller.account)
  const more = plan.interfaces.filter(({ existing }) => !existing).length * instances
  checkLimit('networkInterfaces', own.length + more - 1)
  const free = freeAddresses(tx, plan, instances)
  const attachmentId = attachmentIds(tx)
  const made = (instanceId: string, one: PlannedInterface): NetworkInterface => {
    const { existing, subnet, groupIds, wish, description, deviceIndex, deleteOnTermination } = one
    const to = { instanceId, deviceIndex, deleteOnTermination }
    if (existing) return attachInterface(tx, existing, to)
    const unnamed = free.get(subnet.id)?.splice(0, unnamedCount(wish)) ?? []
    const { primaryIp = unnamed.shift() ?? '', secondaryIps = [] } = wish
    const fresh = makeInterfaceAt(
      tx,
      { subnet, groupIds, description },
      [primaryIp, ...secondaryIps, ...unnamed],
      () => ({ ...to, id: attachmentId(), state: 'attached', attachedAt: tx.now }),
    )
    putTags(tx, fresh.id, tags)
    return fresh
  }
  return instanceId => {
    const [primary] = plan.interfaces.map(one => made(instanceId, one))
    if (!primary) throw new Error(`the instance ${instanceId} has no primary interface`)
    const { vpcId, subnetId, groupIds, macAddress, privateIps } = primary
    return { primary, part: { vpcId, subnetId, groupIds, macAddress, privateIp: privateIps[0] ?? '' } }
  }
}
