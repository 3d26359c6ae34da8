// SPDX-License-Identifier: BSD-2-Clause
// What everybody who changes a group goes by: its key, its instances, when it is looked after, and how its size changes.
import type { Tx } from '../operation'
import type { ProcessName, ScalingGroup, ScalingInstance } from './schema/groups'

/** Names a group for tasks: the account and the name. */
export const groupKey = ({ account, name }: Pick<ScalingGroup, 'account' | 'name'>): string =>
  `${account}/${name}`

/** The group of a key, if it is still there, or another of its name is. */
export const groupOfKey = (tx: Tx, key: string): ScalingGroup | undefined => {
  const slash = key.indexOf('/')
  return tx.scalingGroups.in(key.slice(0, slash)).get(key.slice(slash + 1))
}

export const putGroup = (tx: Tx, group: ScalingGroup): ScalingGroup =>
  tx.scalingGroups.in(group.account).put(group)

/** Oldest first; of those that came at the same moment, by their ids. */
export const byAge = (a: ScalingInstance, b: ScalingInstance): number =>
  a.joinedAt.getTime() - b.joinedAt.getTime() || (a.id < b.id ? -1 : 1)

/** The group's instances, oldest first. */
export const membersOf = (tx: Tx, group: Pick<ScalingGroup, 'id'>): readonly ScalingInstance[] =>
  tx.scalingInstances
    .list()
    .filter(({ groupId }) => groupId === group.id)
    .sort(byAge)

export const isSuspended = (group: ScalingGroup, process: ProcessName): boolean =>
  group.suspensions.some(one => one.process === process)

// What should have been done so long ago was given up, or the clock has jumped, and once more does no harm.
const lostSeconds = 24 * 3600

/**
 * Have the group looked after in so many seconds, unless that is planned for an earlier time. Whoever changes what the loop
 * goes by calls this with 0.
 */
export const wake = (tx: Tx, group: Pick<ScalingGroup, 'id' | 'account' | 'name'>, seconds: number): void => {
  const at = tx.now.getTime() + seconds * 1000
  const planned = tx.groupWakes.get(group.id)
  if (planned && planned.at <= at && planned.at > tx.now.getTime() - lostSeconds * 1000) return
  tx.groupWakes.put({ groupId: group.id, at })
  tx.after(seconds, 'autoscaling.tend', groupKey(group))
}

/** `At 2014-02-16T12:13:16Z a user request ….` */
export const causeAt = (now: Date, text: string): string =>
  `At ${now.toISOString().replace(/\.\d+Z$/, 'Z')} ${text}.`

// Causes wait for the next launch or termination. When there is none for long, the latest tell enough.
const maximumCauses = 10

/**
 * Another desired capacity, within the bounds that the group has by now, and why. The loop does the rest. Who asks for the
 * capacity that it has already is no cause of anything.
 */
export const changeDesired = (tx: Tx, group: ScalingGroup, desired: number, why: string): ScalingGroup => {
  wake(tx, group, 0)
  if (desired === group.desired) return putGroup(tx, group)
  const causes = [...group.causes, causeAt(tx.now, why)].slice(-maximumCauses)
  return putGroup(tx, { ...group, desired, causes })
}

/**
 * The group, not yet written, of which a scaling begins that others have to wait for. The loop lets the cooldown count once
 * more, from the moment when the work is done.
 */
export const beginScaling = (group: ScalingGroup, now: Date, cooldownSeconds?: number): ScalingGroup => {
  const { scaledCooldownSeconds: _, ...rest } = group
  const own = cooldownSeconds === undefined ? {} : { scaledCooldownSeconds: cooldownSeconds }
  return { ...rest, ...own, scaledAt: now, isScaling: true }
}

/** Whether an activity of the group is under way. */
export const hasActivity = (tx: Tx, group: Pick<ScalingGroup, 'id'>): boolean =>
  tx.scalingInstances.list().some(one => one.groupId === group.id && one.activityId !== undefined)

/** Whether so little time has passed since then. What is yet to come was by a clock that has been turned back since. */
export const isWithin = (seconds: number, then: Date, now: Date): boolean => {
  const passed = now.getTime() - then.getTime()
  return passed >= 0 && passed < seconds * 1000
}

/** Whether the cooldown of the last scaling is running. It begins when what that scaling started has ended. */
export const isCoolingDown = (group: ScalingGroup, now: Date): boolean => {
  const { scaledAt, scaledCooldownSeconds = group.cooldownSeconds } = group
  return scaledAt !== undefined && isWithin(scaledCooldownSeconds, scaledAt, now)
}

// Many instances change at nearly the same time, and one pass can see to all of them.
const gatheringSeconds = 1

/** Task: EC2 has changed the state of one of the group's instances. */
export const memberChanged = (tx: Tx, key: string): void => {
  const group = groupOfKey(tx, key)
  if (group) wake(tx, group, gatheringSeconds)
}
