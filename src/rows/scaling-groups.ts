// SPDX-License-Identifier: BSD-2-Clause
import type {
  AutoScalingGroup,
  AutoScalingInstanceDetails,
  NotificationConfiguration,
  TagDescription,
} from '@aws-sdk/client-auto-scaling'
import { joined, type Row, text } from './cell'

const groupRow = (group: AutoScalingGroup, isLong: boolean): Row => [
  'AUTO-SCALING-GROUP',
  group.AutoScalingGroupName,
  group.LaunchConfigurationName,
  joined(',', group.AvailabilityZones),
  ...(isLong ? [text(group.CreatedTime)] : []),
  joined(',', group.LoadBalancerNames),
  ...(isLong ? [group.HealthCheckType] : []),
  group.MinSize,
  group.MaxSize,
  group.DesiredCapacity,
  ...(isLong
    ? [
        group.DefaultCooldown,
        group.HealthCheckGracePeriod,
        group.VPCZoneIdentifier,
        group.PlacementGroup,
        group.AutoScalingGroupARN,
      ]
    : []),
  joined(',', group.TerminationPolicies),
]

/** A group, and below it what belongs to it. */
const rowsOfGroup = (group: AutoScalingGroup, isLong: boolean): Row[] => [
  groupRow(group, isLong),
  ...(group.Instances ?? []).map(instance => [
    'INSTANCE',
    instance.InstanceId,
    instance.AvailabilityZone,
    instance.LifecycleState,
    instance.HealthStatus,
    instance.LaunchConfigurationName,
  ]),
  ...(group.SuspendedProcesses ?? []).map(process => [
    'SUSPENDED-PROCESS',
    process.ProcessName,
    process.SuspensionReason,
    group.AutoScalingGroupName,
  ]),
  ...(group.EnabledMetrics ?? []).map(({ Metric, Granularity }) => ['ENABLED-METRICS', Metric, Granularity]),
  ...(group.Tags ?? []).map(tag => [
    'TAG',
    tag.ResourceType,
    tag.ResourceId,
    tag.Key,
    tag.Value,
    text(tag.PropagateAtLaunch),
  ]),
]

export const scalingGroupRows = (groups: readonly AutoScalingGroup[] | undefined, isLong: boolean): Row[] =>
  (groups ?? []).flatMap(group => rowsOfGroup(group, isLong))

export const scalingInstanceRows = (instances: readonly AutoScalingInstanceDetails[] | undefined): Row[] =>
  (instances ?? []).map(instance => [
    'INSTANCE',
    instance.InstanceId,
    instance.AutoScalingGroupName,
    instance.AvailabilityZone,
    instance.LifecycleState,
    instance.HealthStatus,
    instance.LaunchConfigurationName,
  ])

/** In a list of their own the ID stands before the type; below a group it is the other way round. */
export const scalingTagRows = (tags: readonly TagDescription[] | undefined): Row[] =>
  (tags ?? []).map(tag => [
    'TAG',
    tag.ResourceId,
    tag.ResourceType,
    tag.Key,
    tag.Value,
    text(tag.PropagateAtLaunch),
  ])

export const scalingNotificationRows = (
  notifications: readonly NotificationConfiguration[] | undefined,
): Row[] =>
  (notifications ?? []).map(({ AutoScalingGroupName, TopicARN, NotificationType }) => [
    'NOTIFICATION-CONFIG',
    AutoScalingGroupName,
    TopicARN,
    NotificationType,
  ])
