// SPDX-License-Identifier: BSD-2-Clause
// Making, changing and deleting groups (engine-autoscaling §2). What a group does about it is the loop's business.
import {
  AttachLoadBalancers$,
  CreateAutoScalingGroup$,
  type CreateAutoScalingGroupType,
  DeleteAutoScalingGroup$,
  type DeleteAutoScalingGroupType,
  DescribeAutoScalingGroups$,
  DescribeLoadBalancers$,
  DetachLoadBalancers$,
  UpdateAutoScalingGroup$,
  type UpdateAutoScalingGroupType,
} from '@aws-sdk/client-auto-scaling'
import { madeBy } from '../ec2/quotas'
import { type Operation, type OperationEntry, operation, type Tx } from '../operation'
import { requestTags } from '../tag-conditions'
import { configurationNamed, groupNamed, mustGroup } from './arns'
import { attachLoadBalancers, describeLoadBalancers, detachLoadBalancers } from './balancer-operations'
import { forgetGroup } from './group-belongings'
import { describeAutoScalingGroups } from './group-lists'
import { checkKeys, checkTagLimit, tagFields, tagsOf, trimmed, withTags } from './group-tags'
import { causeAt, changeDesired, hasActivity, membersOf, putGroup, wake } from './groups'
import { createLaunchConfiguration, toCreateConfiguration } from './launch-configuration-operations'
import { mayGroup, newGroup, onGroup, sizesAsked } from './permissions'
import { checkQuota } from './quotas'
import { checkGroupReferences, type GroupPlaces } from './references'
import { alreadyExists, inUse, invalid, isScaling, unknownConfiguration } from './refusals'
import type { LaunchConfiguration, ScalingGroup } from './schema/groups'
import { subnetIdsOf } from './subnets'
import { terminateMembers } from './terminating'
import { freshUuid } from './uuids'
import { checkFields, type Faults, type Field, fieldsOf, refuseMembers, required, rules } from './validation'

/** What AWS has learnt since, and this cloud has not. */
const missingMembers = [
  ...['LaunchTemplate', 'MixedInstancesPolicy', 'TargetGroupARNs', 'TrafficSources'],
  ...['CapacityRebalance', 'LifecycleHookSpecificationList', 'DeletionProtection', 'ServiceLinkedRoleARN'],
  ...['MaxInstanceLifetime', 'DefaultInstanceWarmup', 'InstanceMaintenancePolicy'],
  ...['AvailabilityZoneImpairmentPolicy', 'CapacityReservationSpecification', 'InstanceLifecyclePolicy'],
  ...['Operator', 'Context'],
] as const

type Given = Partial<CreateAutoScalingGroupType & UpdateAutoScalingGroupType>

const refuseMissing = (input: Given): void => {
  refuseMembers(input, missingMembers)
  const { DesiredCapacityType: type, AvailabilityZoneDistribution: distribution } = input
  if (type && type !== 'units') invalid(`DesiredCapacityType ${type} is not supported by this cloud`)
  // AWS' default, which Terraform says with every change.
  const strategy = distribution?.CapacityDistributionStrategy ?? 'balanced-best-effort'
  if (strategy !== 'balanced-best-effort') {
    invalid(`CapacityDistributionStrategy ${strategy} is not supported by this cloud`)
  }
}

/** What both requests that say what a group is like have. */
const fields = (input: Given): readonly Field[] => [
  ['LaunchConfigurationName', input.LaunchConfigurationName, rules.nameOrArn],
  ['MinSize', input.MinSize, rules.count],
  ['MaxSize', input.MaxSize, rules.count],
  ['DesiredCapacity', input.DesiredCapacity, rules.count],
  ['DefaultCooldown', input.DefaultCooldown, rules.count],
  ['HealthCheckType', input.HealthCheckType, rules.healthCheck],
  ['HealthCheckGracePeriod', input.HealthCheckGracePeriod, rules.count],
  ['PlacementGroup', input.PlacementGroup, rules.text],
  ...fieldsOf('AvailabilityZones', input.AvailabilityZones, rules.text),
  ...fieldsOf('AvailabilityZoneIds', input.AvailabilityZoneIds, rules.text),
  ...fieldsOf('TerminationPolicies', input.TerminationPolicies, rules.terminationPolicy),
]

const tooSmall = 'DesiredCapacity must not be less than MinSize'
const tooLarge = 'DesiredCapacity must not be greater than MaxSize'

/** The sizes of a request among themselves. Zero is a size like another. */
const sizeFaults = ({ MinSize: min, MaxSize: max, DesiredCapacity: desired }: Given): Faults => ({
  MinSize: min !== undefined && max !== undefined && min > max && 'MinSize must not be greater than MaxSize',
  DesiredCapacity:
    desired !== undefined &&
    ((max !== undefined && desired > max && tooLarge) || (min !== undefined && desired < min && tooSmall)),
})

/** A zone's id is its name here. */
const zonesGiven = ({ AvailabilityZones = [], AvailabilityZoneIds = [] }: Given): readonly string[] => [
  ...AvailabilityZones,
  ...AvailabilityZoneIds,
]

const mustConfigurationOf = (tx: Tx, account: string, name: string | undefined): LaunchConfiguration => {
  const configuration = configurationNamed(tx, name)
  return configuration?.account === account ? configuration : unknownConfiguration(name)
}

// ---- operations --------------------------------------------------------------------------------------------------

// AWS' words, without the members that this cloud does not have.
const oneModel = 'Valid requests must contain either LaunchConfigurationName or InstanceId parameter.'

const checkCreation = (tx: Tx, input: CreateAutoScalingGroupType): GroupPlaces => {
  refuseMissing(input)
  const zones = zonesGiven(input)
  checkFields(
    [
      ['AutoScalingGroupName', input.AutoScalingGroupName, rules.name],
      ...fields(input),
      ['InstanceId', input.InstanceId, rules.instance],
      ['VPCZoneIdentifier', input.VPCZoneIdentifier, rules.subnets],
      ...fieldsOf('LoadBalancerNames', input.LoadBalancerNames, rules.text),
      ...tagFields(input.Tags),
    ],
    {
      ...sizeFaults(input),
      LaunchConfigurationName:
        input.InstanceId === undefined
          ? required('LaunchConfigurationName', input.LaunchConfigurationName)
          : input.LaunchConfigurationName !== undefined && oneModel,
      'AvailabilityZones.member.1':
        zones.length === 0 &&
        input.VPCZoneIdentifier === undefined &&
        'One of AvailabilityZones or VPCZoneIdentifier is required',
    },
  )
  checkKeys(input.Tags)
  checkTagLimit(withTags([], tagsOf(input.Tags)))
  checkQuota(tx, 'groups')
  return checkGroupReferences(tx, {
    account: tx.caller.account,
    zones,
    balancers: input.LoadBalancerNames ?? [],
    subnets: input.VPCZoneIdentifier,
    placementGroup: input.PlacementGroup,
  })
}

export const createAutoScalingGroup: Operation<CreateAutoScalingGroupType, object> = (tx, input) => {
  const places = checkCreation(tx, input)
  const { AutoScalingGroupName: name = '', MinSize: minSize = 0, MaxSize: maxSize = 0 } = input
  const { InstanceId } = input
  if (InstanceId === undefined) mustConfigurationOf(tx, tx.caller.account, input.LaunchConfigurationName)
  if (tx.scalingGroups.get(name)) alreadyExists()
  // A group in the likeness of an instance has a launch configuration of its own name, as with AWS.
  if (InstanceId !== undefined) createLaunchConfiguration(tx, { LaunchConfigurationName: name, InstanceId })
  const configuration = mustConfigurationOf(tx, tx.caller.account, input.LaunchConfigurationName ?? name)
  const policies = [...new Set(input.TerminationPolicies ?? [])]
  const group = putGroup(tx, {
    ...madeBy(tx),
    name,
    id: freshUuid(tx),
    createdAt: tx.now,
    launchConfigurationName: configuration.name,
    minSize,
    maxSize,
    desired: input.DesiredCapacity ?? minSize,
    cooldownSeconds: input.DefaultCooldown ?? 300,
    graceSeconds: input.HealthCheckGracePeriod ?? 0,
    healthCheckType: input.HealthCheckType === 'ELB' ? 'ELB' : 'EC2',
    zones: [],
    ...places,
    loadBalancerNames: [...new Set(input.LoadBalancerNames ?? [])],
    terminationPolicies: policies.length > 0 ? policies : ['Default'],
    protectsNew: input.NewInstancesProtectedFromScaleIn ?? false,
    tags: withTags([], tagsOf(input.Tags)),
    suspensions: [],
    metrics: [],
    notifications: [],
    causes: [],
  })
  wake(tx, group, 0)
  return {}
}

/** The group with the members that are given, before its desired capacity is looked at. */
const changed = (tx: Tx, group: ScalingGroup, input: UpdateAutoScalingGroupType): ScalingGroup => {
  const { LaunchConfigurationName: name, TerminationPolicies: policies = [] } = input
  return {
    ...group,
    cooldownSeconds: input.DefaultCooldown ?? group.cooldownSeconds,
    graceSeconds: input.HealthCheckGracePeriod ?? group.graceSeconds,
    // Only these two pass the check.
    healthCheckType: (input.HealthCheckType ?? group.healthCheckType) === 'ELB' ? 'ELB' : 'EC2',
    protectsNew: input.NewInstancesProtectedFromScaleIn ?? group.protectsNew,
    launchConfigurationName:
      name === undefined ? group.launchConfigurationName : mustConfigurationOf(tx, group.account, name).name,
    maxSize: input.MaxSize ?? group.maxSize,
    minSize: input.MinSize ?? group.minSize,
    terminationPolicies: policies.length > 0 ? [...new Set(policies)] : group.terminationPolicies,
  }
}

/**
 * As Eucalyptus 4.4: the given members are applied, and without a desired capacity the present one is brought within the
 * bounds. Then it is judged whether that fits together.
 */
export const updateAutoScalingGroup: Operation<UpdateAutoScalingGroupType, object> = (tx, input) => {
  refuseMissing(input)
  const name: Field = ['AutoScalingGroupName', input.AutoScalingGroupName, rules.nameOrArn]
  const subnets: Field = ['VPCZoneIdentifier', input.VPCZoneIdentifier, rules.text]
  checkFields([name, ...fields(input), subnets], sizeFaults(input))
  const was = mustGroup(tx, input.AutoScalingGroupName)
  const group = changed(tx, was, input)
  const { minSize, maxSize } = group
  const desired = input.DesiredCapacity ?? Math.min(Math.max(was.desired, minSize), maxSize)
  if (desired < minSize) invalid(tooSmall)
  if (desired > maxSize) invalid(tooLarge)
  const zones = zonesGiven(input)
  const places = checkGroupReferences(tx, {
    account: group.account,
    zones,
    // Other zones than those of its subnets it can have with other subnets only.
    subnets: input.VPCZoneIdentifier ?? (zones.length > 0 ? group.vpcZoneIdentifier : undefined),
    placementGroup: input.PlacementGroup,
  })
  const placed = { ...group, ...places }
  const bounds = `min: ${minSize}, max: ${maxSize}, desired: ${desired}`
  const why = `a user request update of AutoScalingGroup constraints to ${bounds}`
  const change = `changing the desired capacity from ${was.desired} to ${desired}`
  changeDesired(tx, placed, desired, `${why} ${change}`)
  return {}
}

/** With force, its instances are told to end and the group is gone at once; a group that is not there is no error. */
export const deleteAutoScalingGroup: Operation<DeleteAutoScalingGroupType, object> = (tx, input) => {
  checkFields([['AutoScalingGroupName', input.AutoScalingGroupName, rules.nameOrArn]])
  const group = groupNamed(tx, input.AutoScalingGroupName)
  if (!group || !mayGroup(tx)(group)) return {}
  if (!input.ForceDelete) {
    if (hasActivity(tx, group)) isScaling()
    if (membersOf(tx, group).length > 0) inUse()
  }
  terminateMembers(
    tx,
    group,
    causeAt(tx.now, 'instance was taken out of service in response to a user request'),
  )
  forgetGroup(tx, group)
  tx.groupWakes.delete(group.id)
  tx.scalingGroups.in(group.account).delete(group.name)
  return {}
}

/** What conditions may look at of the group that is asked for: of the launch configuration the name, also for an ARN. */
const asked = (tx: Tx, input: Given) => ({
  'autoscaling:LaunchConfigurationName':
    configurationNamed(tx, input.LaunchConfigurationName)?.name ?? input.LaunchConfigurationName,
  'autoscaling:VPCZoneIdentifiers': subnetIdsOf(input.VPCZoneIdentifier),
  ...sizesAsked(input),
})

/** The launch configuration that comes with a group in the likeness of an instance. */
const likeInstance = (tx: Tx, { AutoScalingGroupName, InstanceId }: CreateAutoScalingGroupType) =>
  InstanceId === undefined
    ? []
    : toCreateConfiguration(tx, { LaunchConfigurationName: AutoScalingGroupName, InstanceId })

export const groupOperations: Readonly<Record<string, OperationEntry>> = {
  CreateAutoScalingGroup: operation(CreateAutoScalingGroup$, createAutoScalingGroup, {
    access: (tx, input) => [
      newGroup(tx, input.AutoScalingGroupName ?? '', {
        ...requestTags(trimmed(input.Tags)),
        ...asked(tx, input),
      }),
      ...likeInstance(tx, input),
    ],
  }),
  UpdateAutoScalingGroup: operation(UpdateAutoScalingGroup$, updateAutoScalingGroup, {
    access: onGroup('AutoScalingGroupName', (tx, input: Given) => [asked(tx, input)]),
  }),
  DeleteAutoScalingGroup: operation(DeleteAutoScalingGroup$, deleteAutoScalingGroup, { access: 'list' }),
  DescribeAutoScalingGroups: operation(DescribeAutoScalingGroups$, describeAutoScalingGroups),
  AttachLoadBalancers: operation(AttachLoadBalancers$, attachLoadBalancers, {
    access: onGroup('AutoScalingGroupName'),
  }),
  DetachLoadBalancers: operation(DetachLoadBalancers$, detachLoadBalancers, {
    access: onGroup('AutoScalingGroupName'),
  }),
  DescribeLoadBalancers: operation(DescribeLoadBalancers$, describeLoadBalancers, {
    access: onGroup('AutoScalingGroupName'),
  }),
}
