// SPDX-License-Identifier: BSD-2-Clause
// Scaling policies.
import {
  DeletePolicy$,
  type DeletePolicyType,
  DescribePolicies$,
  type DescribePoliciesType,
  ExecutePolicy$,
  type ExecutePolicyType,
  type PoliciesType,
  type PolicyARNType,
  PutScalingPolicy$,
  type PutScalingPolicyType,
  type Alarm as WireAlarm,
  type ScalingPolicy as WirePolicy,
} from '@aws-sdk/client-auto-scaling'
import { alarmArn } from '../cloudwatch/alarm-names'
import { madeBy } from '../ec2/quotas'
import { refuse } from '../errors'
import { type Operation, type OperationEntry, operation, type Tx } from '../operation'
import { askedWithoutVerbose } from '../verbose'
import { groupNamed, mustGroup, policyArn, policyNamed } from './arns'
import { isCoolingDown } from './groups'
import { mayPolicy, onNewPolicy, onPolicy } from './permissions'
import { checkedRules, type PolicyRules } from './policy-checks'
import { isBusy, runPolicy } from './policy-execution'
import { checkQuota } from './quotas'
import { inCooldown, invalid, isScaling, unknownPolicy } from './refusals'
import type { ScalingPolicy, StepAdjustment } from './schema/policies'
import { freshUuid } from './uuids'
import { checkFields, recordsPage, rules } from './validation'

// AWS' limit for one group.
const mostPerGroup = 50

const policiesOf = (tx: Tx, group: { readonly account: string; readonly name: string }): ScalingPolicy[] => [
  ...tx.scalingPolicies.in(group.account).scan({ under: [group.name] }),
]

/** What a simple policy keeps, as in Eucalyptus, where the request that changes it says nothing of it. */
const kept = (before: ScalingPolicy | undefined, { type, adjustmentType }: PolicyRules) => {
  if (before?.type !== 'SimpleScaling' || type !== 'SimpleScaling') return {}
  const { cooldownSeconds, minimumMagnitude, minimumName } = before
  return {
    ...(cooldownSeconds !== undefined && { cooldownSeconds }),
    ...(adjustmentType === 'PercentChangeInCapacity' &&
      minimumMagnitude !== undefined &&
      minimumName && { minimumMagnitude, minimumName }),
  }
}

/** A policy of the same name is changed and keeps its ARN. */
const putScalingPolicy: Operation<PutScalingPolicyType, PolicyARNType> = (tx, input) => {
  const checked = checkedRules(input)
  const group = mustGroup(tx, input.AutoScalingGroupName)
  const name = input.PolicyName ?? ''
  const policies = tx.scalingPolicies.in(group.account)
  const before = policies.get(group.name, name)
  if (!before) {
    checkQuota(tx, 'policies')
    if (policiesOf(tx, group).length >= mostPerGroup)
      refuse('LimitExceeded', `You can have at most ${mostPerGroup} policies per Auto Scaling group`, 400)
  }
  const policy = policies.put({
    ...(before?.createdBy ? { createdBy: before.createdBy } : madeBy(tx)),
    ...kept(before, checked),
    ...checked,
    account: group.account,
    groupName: group.name,
    name,
    id: before?.id ?? freshUuid(tx),
  })
  const arn = policyArn(policy)
  return { PolicyARN: arn, Alarms: [...(alarmsByPolicy(tx, group.account).get(arn) ?? [])] }
}

/** One that is not there, or that the caller may not touch, is no error. */
const deletePolicy: Operation<DeletePolicyType, {}> = (tx, { AutoScalingGroupName, PolicyName }) => {
  const policy = policyNamed(tx, AutoScalingGroupName, PolicyName)
  if (policy && mayPolicy(tx)(policy))
    tx.scalingPolicies.in(policy.account).delete(policy.groupName, policy.name)
  return {}
}

const describePolicies: Operation<DescribePoliciesType, PoliciesType> = (tx, input) => {
  const { AutoScalingGroupName, PolicyNames, PolicyTypes = [] } = input
  checkFields([['AutoScalingGroupName', AutoScalingGroupName, rules.nameOrArn]])
  const group = groupNamed(tx, AutoScalingGroupName)
  // No group of this name has no policies, as in a list of groups.
  if (AutoScalingGroupName && !group) return { ScalingPolicies: [] }
  const { isVerbose, named: names } = askedWithoutVerbose(tx.caller, PolicyNames)
  const may = mayPolicy(tx)
  const all = isVerbose ? tx.scalingPolicies.everywhere() : tx.scalingPolicies.list()
  const found = (group ? policiesOf(tx, group) : all).filter(
    policy =>
      (names.length === 0 || names.includes(policy.name) || names.includes(policyArn(policy))) &&
      (PolicyTypes.length === 0 || PolicyTypes.includes(policy.type)) &&
      may(policy),
  )
  const { items, nextToken } = recordsPage(
    found,
    input,
    ({ account, groupName, name }) => `${account}:${groupName}:${name}`,
  )
  const alarms = new Map<string, AlarmsByPolicy>()
  const alarmsOf = (account: string): AlarmsByPolicy => {
    const known = alarms.get(account) ?? alarmsByPolicy(tx, account)
    alarms.set(account, known)
    return known
  }
  return {
    ScalingPolicies: items.map(policy => view(policy, alarmsOf(policy.account))),
    ...(nextToken && { NextToken: nextToken }),
  }
}

/** What AWS has for one type of policy only. */
const checkExecution = ({ type }: ScalingPolicy, input: ExecutePolicyType): void => {
  const { HonorCooldown, MetricValue, BreachThreshold } = input
  if (type === 'SimpleScaling') {
    if (MetricValue !== undefined) invalid('MetricValue is not supported for a SimpleScaling policy')
    if (BreachThreshold !== undefined) invalid('BreachThreshold is not supported for a SimpleScaling policy')
    return
  }
  if (HonorCooldown) invalid('HonorCooldown is not supported for a StepScaling policy')
  if (MetricValue === undefined) invalid('MetricValue must be specified for a StepScaling policy')
  if (BreachThreshold === undefined) invalid('BreachThreshold must be specified for a StepScaling policy')
}

const executePolicy: Operation<ExecutePolicyType, {}> = (tx, input) => {
  const { AutoScalingGroupName, PolicyName, HonorCooldown, MetricValue, BreachThreshold } = input
  const policy = policyNamed(tx, AutoScalingGroupName, PolicyName) ?? unknownPolicy(PolicyName)
  const group = tx.scalingGroups.in(policy.account).get(policy.groupName) ?? unknownPolicy(PolicyName)
  checkExecution(policy, input)
  if (HonorCooldown && isBusy(tx, group)) isScaling()
  if (HonorCooldown && isCoolingDown(group, tx.now)) inCooldown()
  const distance =
    MetricValue === undefined || BreachThreshold === undefined ? undefined : MetricValue - BreachThreshold
  if (!runPolicy(tx, group, policy, distance, 'a user request executed'))
    invalid(`No step adjustment found for metric value [${MetricValue}] and threshold ${BreachThreshold}`)
  return {}
}

const stepView = ({ lower, upper, adjustment }: StepAdjustment) => ({
  ...(lower !== undefined && { MetricIntervalLowerBound: lower }),
  ...(upper !== undefined && { MetricIntervalUpperBound: upper }),
  ScalingAdjustment: adjustment,
})

type AlarmsByPolicy = ReadonlyMap<string, readonly WireAlarm[]>

/** The alarms that run each policy of an account, by its ARN. Take it once for a list. */
const alarmsByPolicy = (tx: Tx, account: string): AlarmsByPolicy => {
  const found = new Map<string, WireAlarm[]>()
  for (const alarm of tx.alarms.in(account).list()) {
    const { alarmActions, okActions, insufficientDataActions } = alarm
    for (const arn of new Set([...alarmActions, ...okActions, ...insufficientDataActions])) {
      const alarms = found.get(arn) ?? []
      alarms.push({ AlarmName: alarm.name, AlarmARN: alarmArn(alarm) })
      found.set(arn, alarms)
    }
  }
  return found
}

const view = (policy: ScalingPolicy, alarms: AlarmsByPolicy): WirePolicy => {
  const { minimumName = 'MinAdjustmentStep', minimumMagnitude, steps = [] } = policy
  return {
    AutoScalingGroupName: policy.groupName,
    PolicyName: policy.name,
    PolicyARN: policyArn(policy),
    PolicyType: policy.type,
    AdjustmentType: policy.adjustmentType,
    ...(minimumMagnitude !== undefined && { [minimumName]: minimumMagnitude }),
    ...(policy.adjustment !== undefined && { ScalingAdjustment: policy.adjustment }),
    ...(policy.cooldownSeconds !== undefined && { Cooldown: policy.cooldownSeconds }),
    StepAdjustments: steps.map(stepView),
    ...(policy.aggregation !== undefined && { MetricAggregationType: policy.aggregation }),
    ...(policy.warmupSeconds !== undefined && { EstimatedInstanceWarmup: policy.warmupSeconds }),
    Alarms: [...(alarms.get(policyArn(policy)) ?? [])],
    Enabled: !policy.isDisabled,
  }
}

export const policyOperations: Readonly<Record<string, OperationEntry>> = {
  PutScalingPolicy: operation(PutScalingPolicy$, putScalingPolicy, { access: onNewPolicy }),
  DeletePolicy: operation(DeletePolicy$, deletePolicy, { access: 'list' }),
  DescribePolicies: operation(DescribePolicies$, describePolicies),
  ExecutePolicy: operation(ExecutePolicy$, executePolicy, { access: onPolicy }),
}
