// SPDX-License-Identifier: BSD-2-Clause
import type { Address, AllocateAddressResult } from '@aws-sdk/client-ec2'
import type { Row } from './cell'

export const addressRows = (addresses: readonly Address[] | undefined): Row[] =>
  (addresses ?? []).map(address => [
    'ADDRESS',
    address.PublicIp,
    address.InstanceId,
    address.Domain ?? 'standard',
    address.AllocationId,
    address.AssociationId,
    address.NetworkInterfaceId,
    address.PrivateIpAddress,
  ])

export const allocatedAddressRow = ({ PublicIp, Domain, AllocationId }: AllocateAddressResult): Row => [
  'ADDRESS',
  PublicIp,
  Domain ?? 'standard',
  AllocationId,
]
