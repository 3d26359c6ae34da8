// SPDX-License-Identifier: BSD-2-Clause
import { oneOf, positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { snapshotAttributeRows } from '../../rows/snapshots'

export default ec2.command({
  summary: 'Show information about an attribute of a snapshot',
  options: {
    snapshot: positional('SNAPSHOT', { help: 'ID of the snapshot to describe (required)' }),
    attribute: oneOf(
      { required: true },
      {
        createVolumePermission: {
          flags: '-c --create-volume-permission',
          help: 'display who may create volumes from the snapshot',
        },
        productCodes: { flags: '-p --product-codes', help: 'list associated product codes' },
      },
    ),
  },
  call: (ec2, { snapshot, attribute }) =>
    ec2.describeSnapshotAttribute({ SnapshotId: snapshot, Attribute: attribute }),
  rows: snapshotAttributeRows,
})
