// SPDX-License-Identifier: BSD-2-Clause
// Finding elastic addresses by what requests call them: the address itself, or in a VPC its allocation or association.
import { isIPv4 } from 'node:net'
import { refuse } from '../errors'
import type { Tx } from '../operation'
import type { Address } from './schema/network'
import { kinds, named } from './vpc/kinds'

export const isElastic = ({ kind }: Address): boolean => kind === 'elastic'

/** `vpc` also of what instances of VPCs are given at their start. */
export const domainOf = ({ allocationId, interfaceId }: Address): 'vpc' | 'standard' =>
  allocationId !== undefined || interfaceId !== undefined ? 'vpc' : 'standard'

export interface AddressReference {
  readonly PublicIp?: string | undefined
  readonly AllocationId?: string | undefined
  readonly AssociationId?: string | undefined
}

/** Any account's address that a request names, if there is one. */
export const addressCalled = (
  tx: Tx,
  { PublicIp, AllocationId, AssociationId }: AddressReference,
): Address | undefined => {
  if (AllocationId) return tx.addresses.list().find(one => one.allocationId === AllocationId.toLowerCase())
  if (AssociationId) return tx.addresses.list().find(one => one.associationId === AssociationId.toLowerCase())
  return PublicIp ? tx.addresses.get(PublicIp) : undefined
}

/** The caller's address that a request names, or the refusal that says what is wrong with the name. */
export const addressNamed = (tx: Tx, reference: AddressReference): Address => {
  const { PublicIp: ip, AllocationId, AssociationId } = reference
  if (ip && (AllocationId || AssociationId)) {
    refuse(
      'InvalidParameterCombination',
      `You may specify public IP or ${AllocationId ? 'allocation' : 'association'} id, but not both in the same call`,
    )
  }
  if (AllocationId) return tx.addresses.must(named(tx, kinds.allocation, AllocationId).ip)
  const address = addressCalled(tx, reference)
  const isHis = address && (address.account === tx.caller.account || tx.caller.isCloudAdmin)
  if (AssociationId) {
    return isHis
      ? address
      : refuse('InvalidAssociationID.NotFound', `The association ID '${AssociationId}' does not exist`)
  }
  if (!ip) return refuse('MissingParameter', 'Either public IP or allocation id must be specified')
  if (!isIPv4(ip)) {
    refuse('InvalidParameterValue', `Value (${ip}) for parameter publicIp is invalid. Invalid IPv4 address.`)
  }
  if (!address) return refuse('InvalidAddress.NotFound', `Address '${ip}' not found.`)
  if (!isHis) refuse('AuthFailure', `The address '${ip}' does not belong to you.`)
  if (!isElastic(address)) {
    refuse('InvalidAddress.NotFound', `Address '${ip}' is not allocated to your account.`)
  }
  return address
}
