// SPDX-License-Identifier: BSD-2-Clause
// The loop of a group (engine-autoscaling §3): a pass goes on until there is nothing more to do at this moment, in
// transactions that each find out anew what comes next and do a bounded part of it. So it does not matter whether another
// process is at the same, or has died in the middle.
import type { ChoreContext, Tx } from '../operation'
import { activityTimeoutSeconds, endLaunch, launchProgressed } from './activities'
import { chooseLeaving } from './choosing'
import { causeAt, groupOfKey, isSuspended, membersOf, putGroup, wake } from './groups'
import { factsOf, type Judgement, judge } from './health'
import {
  isBackingOff,
  isLeftUnbalanced,
  LaunchRefused,
  launch,
  maximumIncrement,
  noteRefusal,
  troubleOf,
  withTrouble,
} from './launching'
import { addToBalancers } from './load-balancing'
import { imbalanceOf, isValidZone, spread, zoneCounts } from './placing'
import type { ScalingGroup, ScalingInstance } from './schema/groups'
import { failureOf, terminateMember } from './terminating'

/** Instances whose records change in one transaction. */
const maximumChanges = 200
/** Steps of one pass; a group that needs more is looked after again at once. */
const maximumSteps = 10_000

const busySeconds = 10
const settledSeconds = 60

type Step = 'again' | 'done'

// ---- what has become of the instances ----------------------------------------------------------------------------

/** An instance as it is found now: the same record if nothing has changed. */
const judged = (
  tx: Tx,
  group: ScalingGroup,
  member: ScalingInstance,
  judgement: Judgement,
): ScalingInstance => {
  if (judgement === 'serves') {
    const serving = { ...member, lifecycle: 'InService' as const, inServiceAt: tx.now }
    return endLaunch(tx, group, serving, 'Successful')
  }
  // Of what never came into service that is found out while the checks are suspended, too, as in Eucalyptus.
  const isChecked = member.lifecycle === 'Pending' || !isSuspended(group, 'HealthCheck')
  if (judgement === 'ails' && member.health === 'Healthy' && isChecked) {
    return { ...member, health: 'Unhealthy' }
  }
  const isLate = tx.now.getTime() - member.joinedAt.getTime() >= activityTimeoutSeconds * 1000
  if (member.activityId !== undefined && isLate) return endLaunch(tx, group, member, 'Cancelled')
  if (member.activityId !== undefined && tx.instances.get(member.id)?.state === 'running') {
    launchProgressed(tx, member)
  }
  return member
}

interface Found {
  readonly group: ScalingGroup
  readonly members: readonly ScalingInstance[]
  /** Of some it is not known yet what becomes of them. */
  readonly isWaiting: boolean
  readonly isChanged: boolean
}

/** The group's instances as they are now, which is written down. */
const examine = (tx: Tx, group: ScalingGroup): Found => {
  const before = membersOf(tx, group)
  let changes = 0
  let isWaiting = false
  const members = before.map(member => {
    if (changes >= maximumChanges) return member
    // What runs is registered with load balancers, and serves from then on.
    const isReady = member.lifecycle === 'Pending' && tx.instances.get(member.id)?.state === 'running'
    if (isReady) addToBalancers(tx, group, member.id)
    const judgement = judge(factsOf(tx, group, member))
    if (judgement === 'waits') isWaiting = true
    const now = judged(tx, group, member, judgement)
    if (now !== member) changes++
    return now
  })
  for (const [index, member] of members.entries())
    if (member !== before[index]) tx.scalingInstances.put(member)
  const served = members.some((one, index) => one.lifecycle !== before[index]?.lifecycle)
  // One failure for all that have failed since: they were launched together.
  const failed = members.some(
    (one, index) =>
      one.lifecycle === 'Pending' && one.health !== before[index]?.health && failureOf(tx, one.id),
  )
  return { group: afterwards(tx, group, { served, failed }), members, isWaiting, isChanged: changes > 0 }
}

const afterwards = (
  tx: Tx,
  group: ScalingGroup,
  { served, failed }: { readonly served: boolean; readonly failed: boolean },
): ScalingGroup => {
  if (failed) return putGroup(tx, withTrouble(tx, group))
  if (!served || !group.trouble) return group
  const { trouble: _, ...rest } = group
  return putGroup(tx, rest)
}

// ---- what to do --------------------------------------------------------------------------------------------------

const unhealthyCause = 'an instance was taken out of service in response to a health-check'

const replaceUnhealthy = (tx: Tx, { group, members }: Found): boolean => {
  if (isSuspended(group, 'ReplaceUnhealthy') || isSuspended(group, 'Terminate')) return false
  const ailing = members.filter(({ health }) => health === 'Unhealthy').slice(0, maximumIncrement)
  for (const member of ailing) terminateMember(tx, group, member, causeAt(tx.now, unhealthyCause))
  return ailing.length > 0
}

const grow = (tx: Tx, { group, members }: Found, most: number): boolean => {
  const shortage = group.desired - members.length
  if (shortage <= 0 || isSuspended(group, 'Launch') || isBackingOff(group, tx.now)) return false
  launch(tx, group, members.length, ({ instanceType }) =>
    spread(zoneCounts(tx, group, members, instanceType), Math.min(shortage, most)),
  )
  return true
}

const isInOrder = ({ lifecycle, health }: ScalingInstance): boolean =>
  lifecycle === 'InService' && health === 'Healthy'

/** Whether an instance keeps the group from shrinking until it is known what becomes of it. */
const isWaitedFor =
  (group: ScalingGroup) =>
  ({ lifecycle, health }: ScalingInstance): boolean =>
    (lifecycle === 'Pending' && group.desired > 0) ||
    // Nobody replaces it, and it would be waited for in vain.
    (health === 'Unhealthy' && !isSuspended(group, 'ReplaceUnhealthy'))

const shrunk = (from: number, to: number): string =>
  `an instance was taken out of service in response to a difference between desired and actual capacity, shrinking the capacity from ${from} to ${to}`

const shrink = (tx: Tx, { group, members }: Found): boolean => {
  const surplus = members.length - group.desired
  if (surplus <= 0 || isSuspended(group, 'Terminate') || members.some(isWaitedFor(group))) return false
  const leaving = chooseLeaving(members, Math.min(surplus, maximumIncrement), {
    policies: group.terminationPolicies,
    isValid: isValidZone(group),
    now: tx.now,
  })
  if (leaving.length === 0) return false
  const size = members.length
  const why = causeAt(tx.now, shrunk(size, size - leaving.length))
  const chosen = leaving.map(({ id }) => causeAt(tx.now, `instance ${id} was selected for termination`))
  // Each tells of all that leave with it, as in Eucalyptus.
  const cause = [...group.causes, why, ...chosen].join(' ')
  for (const member of leaving) terminateMember(tx, group, member, cause)
  putGroup(tx, { ...group, causes: [] })
  return true
}

/** Launch instances beyond the group's size, so that as many can leave the zones where they should not be. */
const balance = (tx: Tx, { group, members }: Found, most: number): boolean => {
  const { desired } = group
  const isOff =
    isSuspended(group, 'AZRebalance') || isSuspended(group, 'Launch') || isSuspended(group, 'Terminate')
  if (isOff || isLeftUnbalanced(group, tx.now) || members.length !== desired || !members.every(isInOrder))
    return false
  if (isBackingOff(group, tx.now)) return false
  const isValid = isValidZone(group)
  // Most groups have one zone, and nothing in another: it costs them nothing to find that out.
  if (group.zones.length < 2 && members.every(({ zone }) => isValid(zone))) return false
  const from = tx.launchConfigurations.in(group.account).get(group.launchConfigurationName)
  if (!from) return false
  const counts = zoneCounts(tx, group, members, from.instanceType)
  const margin = Math.max(1, Math.floor(desired / 10))
  const moves = imbalanceOf(group, members, counts, Math.min(margin, most))
  if (!moves) return false
  launch(tx, group, members.length, () => moves.places, moves.cause)
  return true
}

// ---- the pass ----------------------------------------------------------------------------------------------------

/** When to look again, and what the group need not remember once it has its size. */
const rest = (tx: Tx, { group, members, isWaiting }: Found): void => {
  const isSettled = members.length === group.desired && members.every(isInOrder)
  // What could not be done, as launches fail, is not waited for.
  const isOver = group.isScaling === true && !members.some(({ activityId }) => activityId !== undefined)
  if (isOver || (isSettled && (group.causes.length > 0 || group.trouble))) {
    const { isScaling: _, trouble: __, ...others } = group
    // Failures that are over do not count when others come months later.
    const memory = isSettled
      ? { ...others, causes: [] }
      : { ...others, ...(group.trouble && { trouble: group.trouble }) }
    putGroup(tx, { ...memory, ...(isOver && { scaledAt: tx.now }) })
  }
  const trouble = troubleOf(group)
  const isBusy = isWaiting || members.some(one => !isInOrder(one)) || members.length > group.desired
  const untilNext = trouble ? (trouble.nextAt.getTime() - tx.now.getTime()) / 1000 : 0
  const pause = untilNext > 0 ? untilNext : settledSeconds
  wake(tx, group, Math.min(isBusy ? busySeconds : settledSeconds, pause))
}

/** What a step may do: how many instances to launch at most, and whether the pass has only begun. */
interface Rules {
  readonly most: number
  readonly isFirst: boolean
}

/** One transaction of a pass. */
const step = (tx: Tx, key: string, { most, isFirst }: Rules): Step => {
  const group = groupOfKey(tx, key)
  if (!group) return 'done'
  if (isFirst) {
    const planned = tx.groupWakes.get(group.id)
    // The group was looked after earlier than this was planned for.
    if (planned && planned.at > tx.now.getTime()) return 'done'
    if (planned) tx.groupWakes.delete(group.id)
  }
  const found = examine(tx, group)
  // What was found is written down by itself: a launch that is refused undoes its transaction.
  if (found.isChanged) return 'again'
  const isDone =
    replaceUnhealthy(tx, found) ||
    (most > 0 && grow(tx, found, most)) ||
    shrink(tx, found) ||
    (most > 0 && balance(tx, found, most))
  if (isDone) return 'again'
  rest(tx, found)
  return 'done'
}

/** As `step`, or what EC2 said instead. */
const tryStep = async (context: ChoreContext, key: string, rules: Rules): Promise<Step | LaunchRefused> => {
  try {
    return await context.transact(tx => step(tx, key, rules))
  } catch (error) {
    if (!(error instanceof LaunchRefused)) throw error
    return error
  }
}

const writeDown = (context: ChoreContext, key: string, refused: LaunchRefused): Promise<void> =>
  context.transact(tx => {
    const group = groupOfKey(tx, key)
    if (group) noteRefusal(tx, group, refused)
  })

/** Chore: look after a group, until there is nothing more to do for it at this moment. */
export const tendGroup = async (context: ChoreContext, key: string): Promise<void> => {
  let rules: Rules = { most: maximumIncrement, isFirst: true }
  for (let steps = 0; steps < maximumSteps; steps++) {
    const result = await tryStep(context, key, rules)
    if (result === 'done') return
    if (result === 'again') rules = { most: rules.most && maximumIncrement, isFirst: false }
    // What is refused was undone; some of it may be granted.
    else if (result.attempted > 1) rules = { ...rules, most: 1 }
    else {
      await writeDown(context, key, result)
      rules = { ...rules, most: 0 }
    }
  }
  await context.transact(tx => {
    const group = groupOfKey(tx, key)
    if (group) wake(tx, group, 1)
  })
}
