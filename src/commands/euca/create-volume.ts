// SPDX-License-Identifier: BSD-2-Clause
import type { VolumeType } from '@aws-sdk/client-ec2'
import { UsageError } from '../../cli/errors'
import { option } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { volumeAvailable } from '../../install/goals'
import { createdVolumeRow } from '../../rows/volumes'

export default ec2.command({
  summary: 'Create a new volume',
  options: {
    availabilityZone: option('-z --availability-zone', {
      metavar: 'ZONE',
      required: true,
      help: 'availability zone to create the new volume in (required)',
    }),
    size: option('-s --size', {
      metavar: 'GiB',
      type: 'int',
      help: 'size of the new volume in GiB (required unless --snapshot is given; default: the size of the snapshot)',
    }),
    snapshot: option('--snapshot', { help: 'snapshot to create the new volume from' }),
    type: option('-t --type', { metavar: 'VOLTYPE', help: 'volume type' }),
    iops: option('-i --iops', {
      type: 'int',
      help: 'number of I/O operations per second to provide; needs -t with a type that has them',
    }),
  },
  rules: ({ size, snapshot, type, iops }) => {
    if (size === undefined && snapshot === undefined) {
      throw new UsageError('at least one of the arguments -s/--size --snapshot is required')
    }
    if (iops === undefined) return
    if (type === undefined) throw new UsageError('argument -i/--iops: -t/--type is required as well')
    if (type === 'standard')
      throw new UsageError('argument -i/--iops: not allowed with volume type "standard"')
  },
  call: (ec2, { availabilityZone, size, snapshot, type, iops }) =>
    ec2.createVolume({
      AvailabilityZone: availabilityZone,
      Size: size,
      SnapshotId: snapshot,
      VolumeType: type as VolumeType | undefined, // Types of other clouds are not in the SDK's list.
      Iops: iops,
    }),
  rows: volume => [createdVolumeRow(volume)],
  wait: { until: volumeAvailable, of: ({ VolumeId }) => [VolumeId] },
})
