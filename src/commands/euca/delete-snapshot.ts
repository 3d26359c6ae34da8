// SPDX-License-Identifier: BSD-2-Clause
import { positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { snapshotDeleted } from '../../install/goals'

export default ec2.command({
  summary: 'Delete a snapshot',
  options: { snapshot: positional('SNAPSHOT', { help: 'ID of the snapshot to delete (required)' }) },
  call: (ec2, { snapshot }) => ec2.deleteSnapshot({ SnapshotId: snapshot }),
  rows: (_, { snapshot }) => [['SNAPSHOT', snapshot]],
  wait: { until: snapshotDeleted, of: (_, { snapshot }) => [snapshot] },
})
