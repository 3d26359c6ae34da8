// SPDX-License-Identifier: BSD-2-Clause
import { someOf } from '../../cli/ec2/given'
import { anyText } from '../../cli/filters'
import { positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { volumeRows } from '../../rows/volumes'

export default ec2.command({
  summary: 'Display information about volumes',
  options: { volume: positional('VOLUME', { nargs: '*', help: 'limit results to specific volumes' }) },
  filters: {
    ...anyText(
      'attachment.attach-time',
      'attachment.delete-on-termination',
      'attachment.device',
      'attachment.instance-id',
      'attachment.status',
      'availability-zone',
      'create-time',
      'snapshot-id',
      'status',
      'tag-key',
      'tag-value',
      'tag:',
      'volume-id',
      'volume-type',
    ),
    size: { type: 'int' },
  },
  call: (ec2, { volume, filters }) =>
    ec2.describeVolumes({ VolumeIds: someOf(volume), Filters: someOf(filters) }),
  rows: ({ Volumes }) => volumeRows(Volumes),
})
