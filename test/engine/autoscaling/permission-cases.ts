// SPDX-License-Identifier: BSD-2-Clause
// What every operation of Auto Scaling asks of policies: with this request, its own action on this thing, no more and no
// less. Cases that follow one another may build upon what those before have done.
import {
  DescribeAutoScalingGroupsCommand,
  DescribeLaunchConfigurationsCommand,
  PutNotificationConfigurationCommand,
  PutScalingPolicyCommand,
  PutScheduledUpdateGroupActionCommand,
  SuspendProcessesCommand,
  TerminateInstanceInAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling'
import type { Clients, Cloud } from '../../support/cloud'
import { haveConfiguration, makeConfiguration, makeGroup } from './made'

/** One of each, all of them somebody's. What runs in the group stays: its processes are suspended. */
export const haveThings = async (c: Cloud, who: Clients) => {
  const image = await haveConfiguration(c, who)
  await makeConfiguration(who, 'spare', image)
  const tags = [{ Key: 'tier', Value: 'web' }]
  await makeGroup(who, 'web', { MinSize: 0, MaxSize: 9, DesiredCapacity: 4, Tags: tags })
  await makeGroup(who, 'spare')
  await c.pass(120)
  const client = who.autoscaling()
  const [first = '', second = '', third = '', fourth = ''] = c.engine.read(tx =>
    tx.scalingInstances.list().map(({ id }) => id),
  )
  // It leaves an activity, and an instance that is no group's.
  await client.send(
    new TerminateInstanceInAutoScalingGroupCommand({
      ...{ InstanceId: fourth, ShouldDecrementDesiredCapacity: true },
    }),
  )
  await client.send(new SuspendProcessesCommand({ AutoScalingGroupName: 'web' }))
  const { PolicyARN: policy = '' } = await client.send(
    new PutScalingPolicyCommand({
      ...{ AutoScalingGroupName: 'web', PolicyName: 'grow', AdjustmentType: 'ChangeInCapacity' },
      ScalingAdjustment: 1,
    }),
  )
  await client.send(
    new PutScheduledUpdateGroupActionCommand({
      ...{ AutoScalingGroupName: 'web', ScheduledActionName: 'nightly', Recurrence: '0 0 * * *', MinSize: 0 },
    }),
  )
  await client.send(
    new PutNotificationConfigurationCommand({
      ...{ AutoScalingGroupName: 'web', TopicARN: 'arn:aws:sns:eucalyptus:000000000000:hers' },
      NotificationTypes: ['autoscaling:EC2_INSTANCE_LAUNCH'],
    }),
  )
  await c.settle()
  const { AutoScalingGroups: groups = [] } = await client.send(new DescribeAutoScalingGroupsCommand({}))
  const { LaunchConfigurations: configurations = [] } = await client.send(
    new DescribeLaunchConfigurationsCommand({}),
  )
  const groupArn = (name: string) =>
    groups.find(group => group.AutoScalingGroupName === name)?.AutoScalingGroupARN ?? ''
  return {
    ...{ image, policy, instances: [first, second, third], web: groupArn('web'), spare: groupArn('spare') },
    spareConfiguration:
      configurations.find(one => one.LaunchConfigurationName === 'spare')?.LaunchConfigurationARN ?? '',
  }
}

export type Things = Awaited<ReturnType<typeof haveThings>>

export interface Case {
  readonly operation: string
  readonly input: object
  /** The thing that leave is needed for. */
  readonly on: string
  /**
   * What becomes of the request when leave is for another thing: told that there is no such thing (its words), refused as
   * one who may not make it, or done nothing for.
   */
  readonly otherwise: string | 'denied' | 'silence'
}

const noGroup = 'Auto scaling group not found: web'

export const casesOf = (things: Things, account: string): readonly Case[] => {
  const { web, policy } = things
  const [instance = '', other = '', third = ''] = things.instances
  const group = { AutoScalingGroupName: 'web' }
  const toBe = (kind: string, label: string) => `arn:aws:autoscaling::${account}:${kind}:*:${label}/new`
  const onGroup = (operation: string, input: object, otherwise = noGroup): Case => ({
    ...{ operation, input: { ...group, ...input }, on: web, otherwise },
  })
  const tag = { ResourceId: 'web', ResourceType: 'auto-scaling-group', Key: 'k' }
  const topic = { TopicARN: 'arn:aws:sns:eucalyptus:000000000000:his' }
  const action = { ScheduledActionName: 'his' }
  return [
    {
      operation: 'CreateLaunchConfiguration',
      input: { LaunchConfigurationName: 'new', ImageId: things.image, InstanceType: 'm1.small' },
      ...{ on: toBe('launchConfiguration', 'launchConfigurationName'), otherwise: 'denied' },
    },
    {
      operation: 'CreateAutoScalingGroup',
      input: {
        ...{ AutoScalingGroupName: 'new', LaunchConfigurationName: 'lc', MinSize: 0, MaxSize: 0 },
        AvailabilityZones: ['PARTI00'],
      },
      ...{ on: toBe('autoScalingGroup', 'autoScalingGroupName'), otherwise: 'denied' },
    },
    onGroup('UpdateAutoScalingGroup', { DefaultCooldown: 1 }),
    onGroup('SetDesiredCapacity', { DesiredCapacity: 4 }),
    onGroup('EnableMetricsCollection', { Granularity: '1Minute' }),
    onGroup('DisableMetricsCollection', {}),
    onGroup('SuspendProcesses', { ScalingProcesses: ['Launch'] }),
    onGroup('ResumeProcesses', { ScalingProcesses: ['AlarmNotification'] }),
    onGroup('PutScheduledUpdateGroupAction', { ...action, Recurrence: '0 1 * * *', MinSize: 0 }),
    onGroup('DeleteScheduledAction', action),
    onGroup('BatchPutScheduledUpdateGroupAction', {
      ScheduledUpdateGroupActions: [{ ...action, Recurrence: '0 1 * * *', MinSize: 0 }],
    }),
    onGroup('BatchDeleteScheduledAction', { ScheduledActionNames: ['his'] }),
    onGroup('PutNotificationConfiguration', {
      ...topic,
      NotificationTypes: ['autoscaling:TEST_NOTIFICATION'],
    }),
    onGroup('DeleteNotificationConfiguration', topic),
    onGroup('AttachLoadBalancers', { LoadBalancerNames: ['lb'] }),
    onGroup('DetachLoadBalancers', { LoadBalancerNames: ['lb'] }),
    onGroup('DescribeLoadBalancers', {}),
    onGroup('DescribeLoadBalancerTargetGroups', {}),
    onGroup('DescribeTrafficSources', {}),
    onGroup('DescribeLifecycleHooks', {}),
    onGroup('DescribeInstanceRefreshes', {}),
    onGroup('DescribeWarmPool', {}),
    onGroup('SetInstanceProtection', { InstanceIds: [instance], ProtectedFromScaleIn: true }),
    onGroup('DetachInstances', { InstanceIds: [third], ShouldDecrementDesiredCapacity: true }),
    onGroup('AttachInstances', { InstanceIds: [third] }),
    { operation: 'CreateOrUpdateTags', input: { Tags: [tag] }, on: web, otherwise: 'Resource not found web' },
    { operation: 'DeleteTags', input: { Tags: [tag] }, on: web, otherwise: 'silence' },
    {
      ...{ operation: 'SetInstanceHealth', input: { InstanceId: instance, HealthStatus: 'Unhealthy' } },
      ...{ on: web, otherwise: `Auto scaling instance not found: ${instance}` },
    },
    {
      operation: 'TerminateInstanceInAutoScalingGroup',
      input: { InstanceId: other, ShouldDecrementDesiredCapacity: true },
      ...{ on: web, otherwise: `Auto scaling instance not found: ${other}` },
    },
    {
      operation: 'PutScalingPolicy',
      input: { ...group, PolicyName: 'new', AdjustmentType: 'ChangeInCapacity', ScalingAdjustment: 1 },
      on: `arn:aws:autoscaling::${account}:scalingPolicy:*:autoScalingGroupName/web:policyName/new`,
      otherwise: 'denied',
    },
    {
      operation: 'PutScalingPolicy',
      input: { ...group, PolicyName: 'grow', AdjustmentType: 'ChangeInCapacity', ScalingAdjustment: 1 },
      ...{ on: policy, otherwise: 'denied' },
    },
    {
      ...{ operation: 'ExecutePolicy', input: { ...group, PolicyName: 'grow' }, on: policy },
      otherwise: 'Scaling policy not found: grow',
    },
    {
      ...{ operation: 'DeletePolicy', input: { ...group, PolicyName: 'grow' }, on: policy },
      otherwise: 'silence',
    },
    {
      ...{ operation: 'DeleteAutoScalingGroup', input: { AutoScalingGroupName: 'spare' }, on: things.spare },
      otherwise: 'silence',
    },
    {
      ...{ operation: 'DeleteLaunchConfiguration', input: { LaunchConfigurationName: 'spare' } },
      ...{ on: things.spareConfiguration, otherwise: 'silence' },
    },
  ]
}

export interface ListCase {
  readonly operation: string
  readonly input: object
  /** Words in the answer of who may see it. */
  readonly shows: string
  /** What leave is needed for to see it. */
  readonly by: string
}

export const listsOf = ({ web, policy, instances, spareConfiguration }: Things): readonly ListCase[] => {
  const of = { AutoScalingGroupName: 'web' }
  const [instance = ''] = instances
  return [
    { operation: 'DescribeAutoScalingGroups', input: {}, shows: web, by: web },
    {
      ...{ operation: 'DescribeAutoScalingGroups', input: { AutoScalingGroupNames: ['web'] } },
      ...{ shows: web, by: web },
    },
    { operation: 'DescribeAutoScalingInstances', input: {}, shows: instance, by: web },
    {
      ...{ operation: 'DescribeAutoScalingInstances', input: { InstanceIds: [instance] } },
      ...{ shows: instance, by: web },
    },
    {
      ...{ operation: 'DescribeLaunchConfigurations', input: {} },
      ...{ shows: spareConfiguration, by: spareConfiguration },
    },
    { operation: 'DescribeScalingActivities', input: {}, shows: 'Launching', by: web },
    { operation: 'DescribePolicies', input: of, shows: policy, by: policy },
    { operation: 'DescribePolicies', input: {}, shows: policy, by: policy },
    { operation: 'DescribeScheduledActions', input: {}, shows: 'nightly', by: web },
    { operation: 'DescribeNotificationConfigurations', input: {}, shows: 'hers', by: web },
    { operation: 'DescribeTags', input: {}, shows: 'tier', by: web },
  ]
}

/** They are about nothing of the account's, or about all of it: who may ask for them at all sees all. */
export const wholeLists = [
  ...['DescribeAccountLimits', 'DescribeAdjustmentTypes', 'DescribeAutoScalingNotificationTypes'],
  ...['DescribeMetricCollectionTypes', 'DescribeScalingProcessTypes', 'DescribeTerminationPolicyTypes'],
]
