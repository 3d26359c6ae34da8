// SPDX-License-Identifier: BSD-2-Clause
// What a request says of where its instances are to run, beside the zone: nodes here are not machines of different racks
// and owners, so there are neither groups of them nor hosts. Eucalyptus takes all of this and goes by none of it.
import type { Placement } from '@aws-sdk/client-ec2'
import { refuse } from '../errors'

const unsupported: readonly (keyof Placement)[] = [
  'Affinity',
  'AvailabilityZoneId',
  'HostId',
  'HostResourceGroupArn',
  'PartitionNumber',
  'SpreadDomain',
]

/** What may not be passed over in silence. As there are no placement groups, no name of one is right. */
export const checkPlacement = (placement: Placement = {}): void => {
  const group = placement.GroupName || placement.GroupId
  if (group) refuse('InvalidPlacementGroup.Unknown', `The Placement Group '${group}' is unknown.`)
  const given = unsupported.find(name => placement[name] !== undefined && placement[name] !== '')
  if (given) refuse('UnsupportedOperation', `Placement by ${given} is not supported by this cloud`)
}
