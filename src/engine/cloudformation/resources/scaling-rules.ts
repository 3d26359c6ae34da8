// SPDX-License-Identifier: BSD-2-Clause
// AWS::AutoScaling::ScalingPolicy and AWS::AutoScaling::ScheduledAction: what changes the size of a group.
import type { PolicyARNType } from '@aws-sdk/client-auto-scaling'
import { groupNamed, policyNamed } from '../../autoscaling/arns'
import { ResourceFailure, type Work } from './contracts'
import {
  inPlace,
  integer,
  listOf,
  number,
  objectOf,
  required,
  resourceType,
  text,
  type ValuesOf,
} from './kinds'
import { complete } from './removal'
import { services } from './services'

const step = objectOf({
  MetricIntervalLowerBound: number,
  MetricIntervalUpperBound: number,
  ScalingAdjustment: required(integer),
})

const policyProperties = {
  AdjustmentType: inPlace(text),
  AutoScalingGroupName: required(text),
  Cooldown: inPlace(integer),
  EstimatedInstanceWarmup: inPlace(integer),
  MetricAggregationType: inPlace(text),
  MinAdjustmentMagnitude: inPlace(integer),
  MinAdjustmentStep: inPlace(integer),
  PolicyType: text,
  ScalingAdjustment: inPlace(integer),
  StepAdjustments: inPlace(listOf(step)),
} as const

/** Again with the same name, it is changed. */
const putPolicy = (work: Work, PolicyName: string, values: ValuesOf<typeof policyProperties>): string => {
  const request = { PolicyName, ...values }
  const { PolicyARN = '' } = work.call<PolicyARNType>(services.autoscaling, 'PutScalingPolicy', request)
  return PolicyARN
}

export const scalingPolicy = resourceType({
  name: 'AWS::AutoScaling::ScalingPolicy',
  properties: policyProperties,
  attributes: ['Arn', 'PolicyName'],
  create: (work, values) => {
    const name = work.newName(255)
    const arn = putPolicy(work, name, values)
    return { physicalId: arn, ref: arn, attributes: { Arn: arn, PolicyName: name } }
  },
  update: (work, made, values) => {
    putPolicy(work, String(made.attributes.PolicyName), values)
    return made
  },
  // What a simple policy is not told again it keeps: one that is to lose something is made anew.
  mustReplace: (_, __, values, before) => {
    const names = Object.keys(before) as (keyof typeof before)[]
    return names.some(name => before[name] !== undefined && values[name] === undefined)
  },
  remove: (work, { physicalId: PolicyName }, { AutoScalingGroupName }) => {
    if (policyNamed(work.tx, PolicyName, undefined)) {
      work.call(services.autoscaling, 'DeletePolicy', { PolicyName, AutoScalingGroupName })
    }
    return complete
  },
})

const scheduleProperties = {
  AutoScalingGroupName: required(text),
  DesiredCapacity: inPlace(integer),
  EndTime: inPlace(text),
  MaxSize: inPlace(integer),
  MinSize: inPlace(integer),
  Recurrence: inPlace(text),
  StartTime: inPlace(text),
  TimeZone: inPlace(text),
} as const

const timeOf = (written: string | undefined, name: string): Date | undefined => {
  if (written === undefined) return undefined
  const time = new Date(written)
  if (Number.isNaN(time.getTime()))
    throw new ResourceFailure(`Value ${written} of property ${name} is no time`)
  return time
}

const schedule = (work: Work, name: string, values: ValuesOf<typeof scheduleProperties>): void => {
  work.call(services.autoscaling, 'PutScheduledUpdateGroupAction', {
    ...values,
    ScheduledActionName: name,
    StartTime: timeOf(values.StartTime, 'StartTime'),
    EndTime: timeOf(values.EndTime, 'EndTime'),
  })
}

export const scheduledAction = resourceType({
  name: 'AWS::AutoScaling::ScheduledAction',
  properties: scheduleProperties,
  attributes: ['ScheduledActionName'],
  create: (work, values) => {
    const name = work.newName(255)
    schedule(work, name, values)
    return { physicalId: name, ref: name, attributes: { ScheduledActionName: name } }
  },
  update: (work, made, values) => {
    schedule(work, made.physicalId, values)
    return made
  },
  remove: (work, { physicalId }, { AutoScalingGroupName }) => {
    const group = groupNamed(work.tx, AutoScalingGroupName)
    if (group && work.tx.scheduledActions.in(group.account).get(group.name, physicalId)) {
      const request = { AutoScalingGroupName, ScheduledActionName: physicalId }
      work.call(services.autoscaling, 'DeleteScheduledAction', request)
    }
    return complete
  },
})
