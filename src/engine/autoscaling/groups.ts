// SPDX-License-Identifier: BSD-2-Clause
// What everybody who changes a group goes by: its key, its instances, when it is looked after, and how its size changes.
import type { Tx } from '../operation'
import type { ProcessName, ScalingGroup, ScalingInstance } from './schema/groups'

/** Names a group for tasks: the account and the name. */
export const groupKey = ({ account, name }: Pick<ScalingGroup, 'account' | 'name'>): string =>
  `${account}/${name}`

/** The group of a key, if there still is one of this id, or of any. */
export const groupOfKey = (tx: Tx, key: string): ScalingGroup | undefined => {
  const slash = key.indexOf('/')
  return tx.scalingGroups.in(key.slice(0, slash)).get(key.slice(slash + 1))
}

export const putGroup = (tx: Tx, group: ScalingGroup): ScalingGroup =>
  tx.scalingGroups.in(group.account).put(group)

/** The group's instances, oldest first as far as ids of one moment allow. */
export const membersOf = (tx: Tx, group: Pick<ScalingGroup, 'id'>): readonly ScalingInstance[] =>
  tx.scalingInstances
    .list()
    .filter(({ groupId }) => groupId === group.id)
    .sort((a, b) => a.joinedAt.getTime() - b.joinedAt.getTime() || (a.id < b.id ? -1 : 1))

export const isSuspended = (group: ScalingGroup, process: ProcessName): boolean =>
  group.suspensions.some(one => one.process === process)

/**
 * Have the group looked after in so many seconds, unless that is planned for an earlier time. Whoever changes what the loop
 * goes by calls this with 0.
 */
export const wake = (tx: Tx, group: Pick<ScalingGroup, 'id' | 'account' | 'name'>, seconds: number): void => {
  const at = tx.now.getTime() + seconds * 1000
  const planned = tx.groupWakes.get(group.id)
  if (planned && planned.at <= at) return
  tx.groupWakes.put({ groupId: group.id, at })
  tx.after(seconds, 'autoscaling.tend', groupKey(group))
}

/** `At 2014-02-16T12:13:16Z a user request ….` */
export const causeAt = (now: Date, text: string): string =>
  `At ${now.toISOString().replace(/\.\d+Z$/, 'Z')} ${text}.`

/** Another desired capacity, within the bounds that the group has by now, and why. The loop does the rest. */
export const changeDesired = (tx: Tx, group: ScalingGroup, desired: number, why: string): ScalingGroup => {
  wake(tx, group, 0)
  return putGroup(tx, { ...group, desired, causes: [...group.causes, causeAt(tx.now, why)] })
}

/** Whether the cooldown of the last scaling is running. It begins when what that scaling started has ended. */
export const isCoolingDown = (group: ScalingGroup, now: Date): boolean => {
  const { scaledAt, scaledCooldownSeconds = group.cooldownSeconds } = group
  return scaledAt !== undefined && now.getTime() < scaledAt.getTime() + scaledCooldownSeconds * 1000
}

/** Task: EC2 has changed the state of one of the group's instances. */
export const memberChanged = (tx: Tx, key: string): void => {
  const group = groupOfKey(tx, key)
  if (group) wake(tx, group, 0)
}
