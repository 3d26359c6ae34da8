// SPDX-License-Identifier: BSD-2-Clause
import { someOf } from '../../cli/ec2/given'
import { UsageError } from '../../cli/errors'
import { anyText } from '../../cli/filters'
import { append, flag, positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { snapshotRows } from '../../rows/snapshots'

export default ec2.command({
  summary: 'Show information about snapshots',
  description:
    'By default, the snapshots that your account owns are shown, then those it may create volumes from.',
  options: {
    snapshot: positional('SNAPSHOT', { nargs: '*', help: 'limit results to specific snapshots' }),
    all: flag('-a --all', { help: 'describe all snapshots' }),
    owner: append('-o --owner', {
      metavar: 'ACCOUNT',
      help: 'describe only snapshots owned by the specified account; "self" and "amazon" are understood',
    }),
    restorableBy: append('-r --restorable-by', {
      metavar: 'ACCOUNT',
      help: 'describe only snapshots the specified account may create volumes from; "self" and "all" are understood',
    }),
  },
  filters: {
    ...anyText(
      'description',
      'owner-alias',
      'owner-id',
      'progress',
      'snapshot-id',
      'start-time',
      'status',
      'tag-key',
      'tag-value',
      'tag:',
      'volume-id',
    ),
    'volume-size': { type: 'int' },
  },
  rules: ({ all, owner, restorableBy }) => {
    if (!all) return
    if (owner.length > 0) throw new UsageError('argument -a/--all: not allowed with argument -o/--owner')
    if (restorableBy.length > 0) {
      throw new UsageError('argument -a/--all: not allowed with argument -r/--restorable-by')
    }
  },
  call: async (ec2, { snapshot, all, owner, restorableBy, filters }) => {
    const Filters = someOf(filters)
    if (all || snapshot.length + owner.length + restorableBy.length > 0) {
      return ec2.describeSnapshots({
        SnapshotIds: someOf(snapshot),
        OwnerIds: someOf(owner),
        RestorableByUserIds: someOf(restorableBy),
        Filters,
      })
    }
    const [owned, restorable] = await Promise.all([
      ec2.describeSnapshots({ OwnerIds: ['self'], Filters }),
      ec2.describeSnapshots({ RestorableByUserIds: ['self'], Filters }),
    ])
    // One's own may be restored, too, so that clouds which count them have them in both answers.
    const own = new Set(owned.Snapshots?.map(({ SnapshotId }) => SnapshotId))
    const others = restorable.Snapshots?.filter(({ SnapshotId }) => !own.has(SnapshotId))
    return { Snapshots: [...(owned.Snapshots ?? []), ...(others ?? [])] }
  },
  rows: ({ Snapshots }) => snapshotRows(Snapshots),
})
