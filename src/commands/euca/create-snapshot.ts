// SPDX-License-Identifier: BSD-2-Clause
import { option, positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { snapshotCompleted } from '../../install/goals'
import { createdSnapshotRow } from '../../rows/snapshots'

export default ec2.command({
  summary: 'Create a snapshot of a volume',
  options: {
    volume: positional('VOLUME', { help: 'ID of the volume to create a snapshot of (required)' }),
    description: option('-d --description', { metavar: 'DESC', help: 'description of the new snapshot' }),
  },
  call: (ec2, { volume, description }) => ec2.createSnapshot({ VolumeId: volume, Description: description }),
  rows: snapshot => [createdSnapshotRow(snapshot)],
  wait: { until: snapshotCompleted, of: ({ SnapshotId }) => [SnapshotId] },
})
