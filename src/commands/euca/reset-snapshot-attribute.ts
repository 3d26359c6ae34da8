// SPDX-License-Identifier: BSD-2-Clause
import { constant, positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'

export default ec2.command({
  summary: 'Reset an attribute of a snapshot to its default value',
  options: {
    snapshot: positional('SNAPSHOT', {
      help: 'ID of the snapshot whose attribute should be reset (required)',
    }),
    attribute: constant('-c --create-volume-permission', 'createVolumePermission', {
      required: true,
      help: 'reset who may create volumes from the snapshot (required)',
    }),
  },
  call: (ec2, { snapshot, attribute }) =>
    ec2.resetSnapshotAttribute({ SnapshotId: snapshot, Attribute: attribute }),
  rows: (_, { snapshot }) => [['createVolumePermission', snapshot, 'RESET']],
})
