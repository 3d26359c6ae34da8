// SPDX-License-Identifier: BSD-2-Clause
// DescribeAddressesAttribute: which names addresses have in the reverse DNS. Nobody can give them one.
import type { DescribeAddressesAttributeRequest, DescribeAddressesAttributeResult } from '@aws-sdk/client-ec2'
import { refuse } from '../errors'
import type { Operation } from '../operation'
import { page } from '../pages'
import { seenBy } from './access/lists'
import { addressDemand } from './access/resources'
import { heldAddresses } from './address-lists'
import { addressNamed } from './address-names'
import { kinds } from './vpc/kinds'

export const describeAddressesAttribute: Operation<
  DescribeAddressesAttributeRequest,
  DescribeAddressesAttributeResult
> = (tx, input) => {
  const { AllocationIds = [], Attribute } = input
  if (Attribute !== undefined && Attribute !== 'domain-name') {
    refuse('InvalidParameterValue', `Value (${Attribute}) for parameter attribute is invalid.`)
  }
  const isSeen = seenBy(tx, addressDemand)
  const named = AllocationIds.map(AllocationId => {
    const address = addressNamed(tx, { AllocationId })
    return isSeen(address) ? address : kinds.allocation.missing(AllocationId)
  })
  const all = AllocationIds.length > 0 ? named : heldAddresses(tx).filter(isSeen)
  // Those outside a VPC have no ids, and no such attribute.
  const inVpcs = all.filter(({ allocationId }) => allocationId !== undefined)
  const { items, nextToken } = page(inVpcs, input, { key: ({ ip }) => ip, minimum: 1 })
  return {
    Addresses: items.map(({ ip, allocationId }) => ({ PublicIp: ip, AllocationId: allocationId })),
    NextToken: nextToken,
  }
}
