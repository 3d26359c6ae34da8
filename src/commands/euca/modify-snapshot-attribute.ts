// SPDX-License-Identifier: BSD-2-Clause
import { someOf } from '../../cli/ec2/given'
import { permitted } from '../../cli/ec2/permitted'
import { UsageError } from '../../cli/errors'
import { append, flag, positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { changedPermissionRows } from '../../rows/permissions'

export default ec2.command({
  summary: 'Modify an attribute of a snapshot',
  options: {
    snapshot: positional('SNAPSHOT', { help: 'ID of the snapshot to modify (required)' }),
    createVolumePermission: flag('-c --create-volume-permission', {
      required: true,
      help: 'grant or revoke the permission to create volumes with -a and -r (required)',
    }),
    add: append('-a --add', {
      metavar: 'ENTITY',
      help: 'account to grant the permission, or "all" for all accounts',
    }),
    remove: append('-r --remove', {
      metavar: 'ENTITY',
      help: 'account to remove the permission from, or "all" for all accounts',
    }),
  },
  rules: ({ add, remove }) => {
    if (add.length + remove.length === 0) {
      throw new UsageError('at least one entity must be specified with -a/--add or -r/--remove')
    }
  },
  call: (ec2, { snapshot, add, remove }) =>
    ec2.modifySnapshotAttribute({
      SnapshotId: snapshot,
      CreateVolumePermission: { Add: someOf(add.map(permitted)), Remove: someOf(remove.map(permitted)) },
    }),
  rows: (_, { snapshot, add, remove }) => [
    ...changedPermissionRows('createVolumePermission', snapshot, 'ADD', add),
    ...changedPermissionRows('createVolumePermission', snapshot, 'REMOVE', remove),
  ],
})
