// SPDX-License-Identifier: BSD-2-Clause
import type { Activity, ScalingPolicy, ScheduledUpdateGroupAction } from '@aws-sdk/client-auto-scaling'
import { type Row, text } from './cell'

export const activityRows = (activities: readonly Activity[] | undefined, isLong: boolean): Row[] =>
  (activities ?? []).map(activity => [
    'ACTIVITY',
    activity.ActivityId,
    text(activity.EndTime),
    activity.AutoScalingGroupName,
    activity.StatusCode,
    activity.StatusMessage,
    ...(isLong
      ? [activity.Cause, activity.Progress, activity.Description, activity.Details, text(activity.StartTime)]
      : []),
  ])

/** What has begun with an instance that somebody had terminated. */
export const terminationRows = (activity: Activity | undefined, isLong: boolean): Row[] => [
  [
    'INSTANCE',
    activity?.ActivityId,
    text(activity?.EndTime),
    activity?.StatusCode,
    activity?.Cause,
    ...(isLong
      ? [activity?.StatusMessage, activity?.Progress, activity?.Description, text(activity?.StartTime)]
      : []),
  ],
]

export const scalingPolicyRows = (policies: readonly ScalingPolicy[] | undefined, isLong: boolean): Row[] =>
  (policies ?? []).map(policy => [
    'SCALING-POLICY',
    policy.AutoScalingGroupName,
    policy.PolicyName,
    policy.ScalingAdjustment,
    ...(isLong ? [policy.MinAdjustmentStep] : []),
    policy.AdjustmentType,
    ...(isLong ? [policy.Cooldown] : []),
    policy.PolicyARN,
  ])

export const scheduledActionRows = (
  actions: readonly ScheduledUpdateGroupAction[] | undefined,
  isLong: boolean,
): Row[] =>
  (actions ?? []).map(action => [
    'UPDATE-GROUP-ACTION',
    action.AutoScalingGroupName,
    action.ScheduledActionName,
    text(action.StartTime),
    action.Recurrence,
    action.MinSize,
    action.MaxSize,
    action.DesiredCapacity,
    ...(isLong ? [action.ScheduledActionARN] : []),
  ])
