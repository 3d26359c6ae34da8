// SPDX-License-Identifier: BSD-2-Clause
// What operations on elastic addresses ask: the address, and what it is given to. Those of VPCs are known by their
// allocation, as with AWS, however the request names them; the others by the address, as in Eucalyptus.
import type { AllocateAddressRequest, AssociateAddressRequest } from '@aws-sdk/client-ec2'
import type { Demand } from '../../access'
import type { Tx } from '../../operation'
import { type AddressReference, addressCalled } from '../address-names'
import { kinds } from '../vpc/kinds'
import { hasVpcs } from '../vpc/networking'
import { made } from './creating'
import { networkById } from './networks'
import { asking } from './on'
import { addressDemand, any, instanceById, owned, thing } from './resources'

const allocation = 'elastic-ip'

const addressAsked = (tx: Tx, reference: AddressReference): Demand => {
  const address = owned(tx, addressCalled(tx, reference))
  if (address) return addressDemand(tx, address)
  const { AllocationId, AssociationId, PublicIp } = reference
  if (AllocationId) return thing(tx, allocation, AllocationId.toLowerCase())
  return AssociationId ? thing(tx, allocation, any) : thing(tx, 'address', PublicIp || any)
}

export const onAddress = asking<AddressReference>((tx, input) => [addressAsked(tx, input)])

/** The address, and the instance or the interface that is to have it. */
export const toAssociateAddress = asking<AssociateAddressRequest>((tx, input) => [
  addressAsked(tx, input),
  input.NetworkInterfaceId
    ? networkById(kinds.networkInterface)(tx, input.NetworkInterfaceId)
    : instanceById(tx, input.InstanceId || any),
])

export const toAllocateAddress = asking<AllocateAddressRequest>((tx, { Domain, Address, ...input }) => {
  const domain = Domain ?? (hasVpcs(tx) ? 'vpc' : 'standard')
  const context = { 'ec2:PublicIpAddress': Address, 'ec2:Domain': domain }
  if (domain !== 'vpc') return [thing(tx, 'address', Address || any, context)]
  const tags = (input.TagSpecifications ?? []).flatMap(({ ResourceType, Tags }) =>
    ResourceType === 'elastic-ip' ? (Tags ?? []) : [],
  )
  return made(thing(tx, allocation, any, context), 'AllocateAddress', tags)
})
