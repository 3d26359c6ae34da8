// SPDX-License-Identifier: BSD-2-Clause
// Carrying out scheduled actions. What has come due several times while nobody had the folder open is done once, and of
// several actions in the order of the times at which each would have been done last.
import type { ChoreContext, Tx } from '../operation'
import { changeDesired, groupKey, groupOfKey, isSuspended } from './groups'
import { timeAfter, timeUntil } from './recurrence'
import type { ScalingGroup } from './schema/groups'
import type { ScheduledAction } from './schema/policies'

const planAt = (tx: Tx, key: string, at: number): void =>
  tx.after(Math.max(0, (at - tx.now.getTime()) / 1000), 'autoscaling.schedule', key)

/** Have a group's actions looked at when this one is due. */
export const planAction = (tx: Tx, { account, groupName: name, nextAt }: ScheduledAction): void => {
  if (nextAt) planAt(tx, groupKey({ account, name }), nextAt.getTime())
}

/** When it would have been done last, of an action that is due. */
const lastDue = ({ recurrence, timeZone, nextAt }: ScheduledAction, now: Date): number => {
  const first = nextAt?.getTime() ?? 0
  const latest = recurrence === undefined ? undefined : timeUntil(recurrence, timeZone, now)
  return Math.max(first, latest?.getTime() ?? first)
}

/** The sizes that an action asks for. A desired capacity that it does not name goes with the bounds. */
const sizesOf = (group: ScalingGroup, action: ScheduledAction) => {
  const minSize = action.minSize ?? group.minSize
  const maxSize = action.maxSize ?? group.maxSize
  const desired = action.desired ?? Math.min(Math.max(group.desired, minSize), maxSize)
  return { minSize, maxSize, desired }
}

const carryOut = (tx: Tx, group: ScalingGroup, action: ScheduledAction): ScalingGroup => {
  const { minSize, maxSize, desired } = sizesOf(group, action)
  const sizes = `min: ${minSize}, max: ${maxSize}, desired: ${desired}`
  // Its own sizes were in order when it was made. The group's others may have changed since.
  if (minSize > desired || desired > maxSize) {
    const what = `scheduled action ${action.name} of group ${group.name}`
    tx.event('AutoScaling', 'WARN', `Not carried out: ${what}: sizes out of order, ${sizes}`)
    return group
  }
  const bounded = { ...group, minSize, maxSize }
  const change = `changing the desired capacity from ${group.desired} to ${desired}`
  const why = `a scheduled action update of AutoScalingGroup constraints to ${sizes} ${change}`
  return changeDesired(tx, bounded, desired, why)
}

/** When it is due again (ms): an action that will not be is over. */
const goOn = (tx: Tx, action: ScheduledAction): number | undefined => {
  const { recurrence, timeZone, endAt } = action
  const nextAt = recurrence === undefined ? undefined : timeAfter(recurrence, timeZone, tx.now)
  const actions = tx.scheduledActions.in(action.account)
  if (!nextAt || (endAt && nextAt > endAt)) {
    actions.delete(action.groupName, action.name)
    return undefined
  }
  actions.put({ ...action, nextAt })
  return nextAt.getTime()
}

/** Chore: carry out the scheduled actions of a group whose time has come. */
export const runScheduled = (context: ChoreContext, key: string): Promise<void> =>
  context.transact(tx => {
    let group = groupOfKey(tx, key)
    if (!group) return
    const due = [...tx.scheduledActions.in(group.account).scan({ under: [group.name] })]
      .filter(({ nextAt }) => nextAt && nextAt <= tx.now)
      .map(action => ({ action, at: lastDue(action, tx.now) }))
      .sort((a, b) => a.at - b.at)
    // Many of a group may come at the same moments.
    const again = new Set<number>()
    for (const { action } of due) {
      // What comes due while they are suspended is left out, not put off.
      if (!isSuspended(group, 'ScheduledActions')) group = carryOut(tx, group, action)
      const at = goOn(tx, action)
      if (at !== undefined) again.add(at)
    }
    for (const at of again) planAt(tx, key, at)
  })
