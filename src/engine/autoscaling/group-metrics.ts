// SPDX-License-Identifier: BSD-2-Clause
// The metrics of a group, once a minute. Nobody knows afterwards what they were in a minute that passed while no process had
// the folder open: such minutes have none.
import { putPoints } from '../cloudwatch/metric-data'
import type { ChoreContext, Tx } from '../operation'
import { groupKey, groupOfKey, membersOf, putGroup } from './groups'
import type { ScalingGroup, ScalingInstance } from './schema/groups'

const namespace = 'AWS/AutoScaling'

const inState = (members: readonly ScalingInstance[], state: ScalingInstance['lifecycle']): number =>
  members.filter(({ lifecycle }) => lifecycle === state).length

const measures: Readonly<
  Record<string, (group: ScalingGroup, members: readonly ScalingInstance[]) => number>
> = {
  GroupMinSize: ({ minSize }) => minSize,
  GroupMaxSize: ({ maxSize }) => maxSize,
  GroupDesiredCapacity: ({ desired }) => desired,
  GroupInServiceInstances: (_, members) => inState(members, 'InService'),
  GroupPendingInstances: (_, members) => inState(members, 'Pending'),
  GroupStandbyInstances: () => 0,
  // An instance leaves its group in the moment in which it is told to end.
  GroupTerminatingInstances: () => 0,
  GroupTotalInstances: (_, members) => members.length,
}

const minute = 60_000

/** Have the metrics written down at the next full minute, unless that is planned. */
export const planMeasuring = (tx: Tx, group: ScalingGroup): void => {
  const now = tx.now.getTime()
  const measureAt = (Math.floor(now / minute) + 1) * minute
  // One that is planned for later is of a clock that was turned back.
  if (group.measureAt !== undefined && group.measureAt > now && group.measureAt <= measureAt) return
  putGroup(tx, { ...group, measureAt })
  tx.after((measureAt - now) / 1000, 'autoscaling.measure', groupKey(group))
}

/** Chore: write the metrics of a group down for this minute. */
export const measureGroup = (context: ChoreContext, key: string): Promise<void> =>
  context.transact(tx => {
    const group = groupOfKey(tx, key)
    // Another process may have done it, and planned the next.
    if (!group || group.measureAt === undefined || group.measureAt > tx.now.getTime()) return
    const { measureAt: _, ...rest } = group
    if (group.metrics.length === 0) {
      putGroup(tx, rest)
      return
    }
    const members = membersOf(tx, group)
    const dimensions = [{ name: 'AutoScalingGroupName', value: group.name }]
    const points = group.metrics.flatMap(name => {
      const value = measures[name]?.(group, members)
      if (value === undefined) return []
      const statistics = { count: 1, sum: value, minimum: value, maximum: value }
      return [{ namespace, name, dimensions, at: tx.now, unit: 'None', ...statistics }]
    })
    putPoints(tx, group.account, points)
    planMeasuring(tx, group)
  })
