// SPDX-License-Identifier: BSD-2-Clause
// Elastic addresses: as EC2 had them before VPC, known by the address itself in the domain `standard`, and those of VPCs,
// known by their allocation. Whatever a VPC's address is called by, its domain decides what can be done with it.
import type {
  AllocateAddressRequest,
  AllocateAddressResult,
  AssociateAddressRequest,
  AssociateAddressResult,
  DisassociateAddressRequest,
  ReleaseAddressRequest,
} from '@aws-sdk/client-ec2'
import { refuse } from '../errors'
import { freshId } from '../ids'
import type { Operation, Tx } from '../operation'
import { forgetTags, putTags, specifiedTags } from '../tags'
import { heldAddresses } from './address-lists'
import { addressNamed, domainOf } from './address-names'
import { attach, detach, freePublicAddress, isPublicAddress } from './address-pools'
import { instanceNamed } from './instance-ids'
import { hasRoomForAddress, madeBy } from './quotas'
import type { Instance, InstanceStateName } from './schema/instances'
import type { Address } from './schema/network'
import { associateInVpc, checkNotInService, checkReleasable } from './vpc/address-associations'
import { takeFromInterface } from './vpc/interface-addresses'
import { kinds } from './vpc/kinds'
import { hasVpcs } from './vpc/networking'

/** Elastic addresses that an account may hold in each domain: AWS' limit. */
export const maximumAddresses = 5

const domainAsked = (tx: Tx, asked: string | undefined): 'vpc' | 'standard' => {
  if (asked === undefined) return hasVpcs(tx) ? 'vpc' : 'standard'
  if (asked === 'standard' || (asked === 'vpc' && hasVpcs(tx))) return asked
  return refuse(
    'InvalidParameterValue',
    `Value (${asked}) for parameter domain is invalid. Expected: ${hasVpcs(tx) ? "'vpc' or 'standard'" : "'standard'"}.`,
  )
}

export const allocateAddress: Operation<AllocateAddressRequest, AllocateAddressResult> = (tx, input) => {
  const { Address: wanted } = input
  const domain = domainAsked(tx, input.Domain)
  const tags = specifiedTags(input.TagSpecifications, 'elastic-ip')
  if (domain === 'standard' && tags.length > 0) {
    refuse('UnsupportedOperation', 'Addresses outside a VPC have no ID to be tagged by')
  }
  const held = heldAddresses(tx).filter(address => domainOf(address) === domain)
  if (held.length >= maximumAddresses || !hasRoomForAddress(tx)) {
    refuse('AddressLimitExceeded', 'The maximum number of addresses has been reached.')
  }
  if (wanted && (!isPublicAddress(wanted) || tx.addresses.get(wanted))) {
    refuse('InvalidAddress.NotFound', `Address '${wanted}' not found.`)
  }
  const ip = wanted ?? freePublicAddress(tx)
  const made = { ip, ...madeBy(tx), kind: 'elastic', allocatedAt: tx.now } as const
  if (domain === 'standard') {
    tx.addresses.put(made)
    return { PublicIp: ip, Domain: domain }
  }
  const allocationId = freshId(tx, 'eipalloc', id => kinds.allocation.find(tx, id) !== undefined)
  tx.addresses.put({ ...made, allocationId })
  putTags(tx, allocationId, tags)
  return { PublicIp: ip, Domain: domain, AllocationId: allocationId }
}

/** An address moves from one place to another unless the request forbids it; what the new place had goes free. */
export const associateAddress: Operation<
  AssociateAddressRequest,
  AssociateAddressResult & { readonly Return: boolean }
> = (tx, input) => {
  const { InstanceId, NetworkInterfaceId } = input
  if (InstanceId && NetworkInterfaceId) {
    refuse(
      'InvalidParameterCombination',
      'You may specify an instance ID or a network interface ID, but not both in the same call',
    )
  }
  const instance = NetworkInterfaceId ? undefined : livingInstance(tx, InstanceId)
  if (!instance || instance.vpcId !== undefined) {
    // A classic cloud knows no interface, whatever the address.
    if (!instance && !hasVpcs(tx)) kinds.networkInterface.missing(NetworkInterfaceId ?? '')
    const { associationId } = associateInVpc(tx, addressNamed(tx, input), instance, input)
    return { AssociationId: associationId, Return: true }
  }
  const address = addressNamed(tx, input)
  if (address.instanceId === instance.id) return { Return: true }
  if (address.instanceId && input.AllowReassociation === false) {
    refuse('Resource.AlreadyAssociated', `resource ${address.ip} is already associated with an instance`)
  }
  attach(tx, address, instance.id)
  return { Return: true }
}

const reachable: readonly InstanceStateName[] = ['pending', 'running']
// A stopped instance keeps its interfaces, and with them their addresses.
const connected: readonly InstanceStateName[] = [...reachable, 'stopping', 'stopped']

/** An instance that can have an address. */
const livingInstance = (tx: Tx, id: string | undefined): Instance => {
  if (!id) return refuse('MissingParameter', 'Either instance ID or network interface id must be specified')
  const instance = instanceNamed(tx, id)
  if (!(instance.vpcId === undefined ? reachable : connected).includes(instance.state)) {
    refuse(
      'InvalidInstanceID',
      `The ${instance.state} instance '${instance.id}' is not in a valid state for this operation.`,
    )
  }
  return instance
}

/** Take an address from what has it. */
const free = (tx: Tx, address: Address): void => {
  if (address.interfaceId === undefined) detach(tx, address)
  else takeFromInterface(tx, address)
}

/** The instance goes on with the address that the cloud gave it. Nothing happens to an address that is free. */
export const disassociateAddress: Operation<DisassociateAddressRequest, object> = (tx, input) => {
  const address = addressNamed(tx, input)
  checkNotInService(tx, address)
  free(tx, address)
  return {}
}

/** Releasing takes the address from its instance as well, but for VPCs that somebody made. */
export const releaseAddress: Operation<ReleaseAddressRequest, object> = (tx, input) => {
  const address = addressNamed(tx, input)
  checkReleasable(tx, address)
  free(tx, address)
  tx.addresses.delete(address.ip)
  if (address.allocationId !== undefined) forgetTags(tx, address.allocationId)
  return {}
}
