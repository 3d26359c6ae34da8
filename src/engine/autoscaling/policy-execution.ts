// SPDX-License-Identifier: BSD-2-Clause
// Carrying a policy out: for a user (ExecutePolicy), or for an alarm.
//
// A simple policy waits until what was begun before is over and its cooldown has passed; a user may pass over that. A policy
// with steps knows no cooldown. Instances that it has launched warm up first: meanwhile its steps go by the capacity from
// before, so that the same breach does not add the same instances twice, and nothing is taken away.
import type { Tx } from '../operation'
import { adjusted, stepAt } from './adjustments'
import { policyNamed } from './arns'
import {
  beginScaling,
  changeDesired,
  hasActivity,
  isCoolingDown,
  isSuspended,
  isWithin,
  membersOf,
} from './groups'
import type { ScalingGroup } from './schema/groups'
import type { ScalingPolicy } from './schema/policies'

/** What an alarm has seen, for policies with steps. */
export interface Breach {
  readonly alarm: string
  readonly threshold: number
  readonly value: number | undefined
}

/** Whether what was begun before is not over yet. */
export const isBusy = (tx: Tx, group: ScalingGroup): boolean =>
  group.isScaling === true || hasActivity(tx, group)

/** Whether a simple policy has to wait. */
export const hasToWait = (tx: Tx, group: ScalingGroup): boolean =>
  isBusy(tx, group) || isCoolingDown(group, tx.now)

/** Whether instances of the last step are on their way, or were begun to be counted only now. */
const isWarmingUp = (tx: Tx, group: ScalingGroup): boolean => {
  const { stepScaling } = group
  if (!stepScaling) return false
  const { since, warmupSeconds } = stepScaling
  const members = membersOf(tx, group)
  // Those that are never launched would keep the group from shrinking for ever.
  const isLaunching = members.length < group.desired && !group.trouble && !isSuspended(group, 'Launch')
  const isWarm = (at: Date): boolean => !isWithin(warmupSeconds, at, tx.now)
  return (
    isLaunching ||
    !isWarm(since) ||
    members.some(({ joinedAt, inServiceAt }) => joinedAt >= since && (!inServiceAt || !isWarm(inServiceAt)))
  )
}

/** Change the capacity, if it changes, and say why. */
const apply = (tx: Tx, group: ScalingGroup, policy: ScalingPolicy, desired: number, who: string): void => {
  if (desired === group.desired) return
  const why = `${who} policy ${policy.name} changing the desired capacity from ${group.desired} to ${desired}`
  changeDesired(tx, group, desired, why)
}

const runSimple = (tx: Tx, group: ScalingGroup, policy: ScalingPolicy, who: string): void => {
  const desired = adjusted(group, policy, policy.adjustment ?? 0, group.desired)
  apply(tx, beginScaling(group, tx.now, policy.cooldownSeconds), policy, desired, who)
}

/** False when there is no step for this distance from the threshold. */
const runStep = (
  tx: Tx,
  group: ScalingGroup,
  policy: ScalingPolicy,
  distance: number,
  who: string,
): boolean => {
  const step = stepAt(policy.steps ?? [], distance)
  if (!step) return false
  const warming = isWarmingUp(tx, group) ? group.stepScaling : undefined
  const from = warming?.from ?? group.desired
  const desired = adjusted(group, policy, step.adjustment, from)
  const { stepScaling: _, ...settled } = group
  if (desired > group.desired) {
    const warmupSeconds = policy.warmupSeconds ?? group.cooldownSeconds
    apply(tx, { ...group, stepScaling: { from, since: tx.now, warmupSeconds } }, policy, desired, who)
  } else if (!warming) apply(tx, settled, policy, desired, who)
  return true
}

/** Run a policy at once, whatever it might have to wait for. False when none of its steps is for this breach. */
export const runPolicy = (
  tx: Tx,
  group: ScalingGroup,
  policy: ScalingPolicy,
  distance: number | undefined,
  who: string,
): boolean => {
  if (policy.type === 'StepScaling')
    return distance !== undefined && runStep(tx, group, policy, distance, who)
  runSimple(tx, group, policy, who)
  return true
}

/** An alarm runs policies of its own account, also where its administrator could reach others. */
const policyOfArn = (tx: Tx, arn: string): ScalingPolicy | undefined => {
  const policy = policyNamed(tx, undefined, arn)
  return policy?.account === tx.caller.account ? policy : undefined
}

/** An alarm's action: run the policy of this ARN. Whether it did: a policy that is gone, suspended or cooling down does not. */
export const runPolicyByAlarm = (tx: Tx, arn: string, { threshold, value }: Breach): boolean => {
  const policy = policyOfArn(tx, arn)
  const group = policy && tx.scalingGroups.in(policy.account).get(policy.groupName)
  if (!policy || !group || policy.isDisabled || isSuspended(group, 'AlarmNotification')) return false
  if (policy.type === 'SimpleScaling' && hasToWait(tx, group)) return false
  const distance = value === undefined ? undefined : value - threshold
  return runPolicy(tx, group, policy, distance, 'a CloudWatch alarm triggered')
}
