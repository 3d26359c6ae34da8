// SPDX-License-Identifier: BSD-2-Clause
// AWS::AutoScaling::AutoScalingGroup. It is made empty, tagged, and only then given its sizes, so that its first instances
// have the tags; it is brought to nothing before it is deleted.
import type { Tag } from '@aws-sdk/client-auto-scaling'
import { withTags } from '../../autoscaling/group-tags'
import { membersOf, putGroup } from '../../autoscaling/groups'
import type { ScalingGroup } from '../../autoscaling/schema/groups'
import type { Made, Work } from './contracts'
import { keysGiven, parted } from './ec2-tags'
import {
  boolean,
  inPlace,
  integer,
  listOf,
  objectOf,
  required,
  resourceType,
  text,
  texts,
  type ValuesOf,
} from './kinds'
import { complete, mustBeGone, onceNot, waiting } from './removal'
import { services } from './services'

const notification = objectOf({
  NotificationTypes: texts,
  TopicARN: required(text),
})

const properties = {
  AutoScalingGroupName: text,
  AvailabilityZones: inPlace(texts),
  Cooldown: inPlace(integer),
  DesiredCapacity: inPlace(integer),
  HealthCheckGracePeriod: inPlace(integer),
  HealthCheckType: inPlace(text),
  InstanceId: text,
  LaunchConfigurationName: inPlace(text),
  LoadBalancerNames: inPlace(texts),
  MaxSize: required(inPlace(integer)),
  MetricsCollection: inPlace(listOf(objectOf({ Granularity: required(text), Metrics: texts }))),
  MinSize: required(inPlace(integer)),
  NewInstancesProtectedFromScaleIn: inPlace(boolean),
  NotificationConfiguration: inPlace(notification),
  NotificationConfigurations: inPlace(listOf(notification)),
  PlacementGroup: inPlace(text),
  Tags: inPlace(
    listOf(objectOf({ Key: required(text), PropagateAtLaunch: required(boolean), Value: required(text) })),
  ),
  TerminationPolicies: inPlace(texts),
  VPCZoneIdentifier: inPlace(texts),
} as const
type Values = ValuesOf<typeof properties>

const call = (work: Work, operation: string, name: string, input: object): void => {
  work.call(services.autoscaling, operation, { AutoScalingGroupName: name, ...input })
}

const recordOf = (work: Work, name: string): ScalingGroup | undefined =>
  work.tx.scalingGroups.in(work.stack.account).get(name)

/** Another one of that name is not this one. */
const there = (work: Work, { physicalId, memory }: Made): ScalingGroup | undefined => {
  const group = recordOf(work, physicalId)
  return group?.id === memory?.id ? group : undefined
}

/** What a group is like, but for its sizes, its balancers and what it is told apart by. */
const manner = (values: Values) => ({
  AvailabilityZones: values.AvailabilityZones,
  DefaultCooldown: values.Cooldown,
  HealthCheckGracePeriod: values.HealthCheckGracePeriod,
  HealthCheckType: values.HealthCheckType,
  LaunchConfigurationName: values.LaunchConfigurationName,
  NewInstancesProtectedFromScaleIn: values.NewInstancesProtectedFromScaleIn,
  PlacementGroup: values.PlacementGroup,
  TerminationPolicies: values.TerminationPolicies,
  VPCZoneIdentifier: values.VPCZoneIdentifier?.join(',') || undefined,
})

const sizes = ({ MinSize, MaxSize, DesiredCapacity }: Values) => ({ MinSize, MaxSize, DesiredCapacity })

/** The stack's tags go on to the instances; of the template's own, those that say so. */
const tag = (work: Work, name: string, own: Values['Tags'] = [], before?: Made): readonly string[] => {
  const { ofCloud, ofUser } = parted(work, own)
  const propagates = new Map(own.map(({ Key, PropagateAtLaunch }) => [Key, PropagateAtLaunch]))
  const of = (tag: Pick<Tag, 'Key' | 'Value'>, PropagateAtLaunch?: boolean): Tag => ({
    ResourceId: name,
    ResourceType: 'auto-scaling-group',
    PropagateAtLaunch,
    ...tag,
  })
  const keys = ofUser.map(({ Key }) => Key)
  const gone = keysGiven(before).filter(key => !keys.includes(key))
  if (gone.length > 0) {
    work.call(services.autoscaling, 'DeleteTags', { Tags: gone.map(Key => of({ Key })) })
  }
  if (ofUser.length > 0) {
    const Tags = ofUser.map(one => of(one, propagates.get(one.Key) ?? true))
    work.call(services.autoscaling, 'CreateOrUpdateTags', { Tags })
  }
  const group = work.tx.scalingGroups.in(work.stack.account).must(name)
  const written = ofCloud.map(({ Key, Value }) => ({ key: Key, value: Value, propagates: true }))
  putGroup(work.tx, { ...group, tags: withTags(group.tags, written) })
  return keys
}

const notifications = (values: Values) => [
  ...(values.NotificationConfigurations ?? []),
  ...(values.NotificationConfiguration ? [values.NotificationConfiguration] : []),
]

const tell = (work: Work, name: string, values: Values, before?: Values): void => {
  const topics = new Set(notifications(values).map(({ TopicARN }) => TopicARN))
  const gone = before ? notifications(before).filter(({ TopicARN }) => !topics.has(TopicARN)) : []
  for (const { TopicARN } of gone) call(work, 'DeleteNotificationConfiguration', name, { TopicARN })
  for (const one of notifications(values)) call(work, 'PutNotificationConfiguration', name, one)
}

const measure = (work: Work, name: string, values: Values, before?: Values): void => {
  if (before?.MetricsCollection) call(work, 'DisableMetricsCollection', name, {})
  for (const one of values.MetricsCollection ?? []) call(work, 'EnableMetricsCollection', name, one)
}

const balance = (work: Work, name: string, values: Values, before: Values): void => {
  const [are, were] = [values.LoadBalancerNames ?? [], before.LoadBalancerNames ?? []]
  const gone = were.filter(one => !are.includes(one))
  const added = are.filter(one => !were.includes(one))
  if (gone.length > 0) call(work, 'DetachLoadBalancers', name, { LoadBalancerNames: gone })
  if (added.length > 0) call(work, 'AttachLoadBalancers', name, { LoadBalancerNames: added })
}

export const scalingGroup = resourceType({
  name: 'AWS::AutoScaling::AutoScalingGroup',
  properties,
  attributes: [],
  takesTags: true,
  takesSignals: true,
  create: (work, values) => {
    const name = values.AutoScalingGroupName ?? work.newName(255)
    const { InstanceId, LoadBalancerNames } = values
    const empty = { MinSize: 0, MaxSize: 0, DesiredCapacity: 0 }
    call(work, 'CreateAutoScalingGroup', name, { ...manner(values), InstanceId, LoadBalancerNames, ...empty })
    const tagKeys = tag(work, name, values.Tags)
    tell(work, name, values)
    measure(work, name, values)
    call(work, 'UpdateAutoScalingGroup', name, sizes(values))
    return { physicalId: name, ref: name, attributes: {}, memory: { tagKeys, id: recordOf(work, name)?.id } }
  },
  update: (work, made, values, before) => {
    const name = made.physicalId
    const tagKeys = tag(work, name, values.Tags, made)
    // A desired capacity that the template had and has still is left as it is: somebody may have scaled the group.
    const isSame = values.DesiredCapacity === before.DesiredCapacity
    const asked = isSame ? { ...sizes(values), DesiredCapacity: undefined } : sizes(values)
    balance(work, name, values, before)
    call(work, 'UpdateAutoScalingGroup', name, { ...manner(values), ...asked })
    tell(work, name, values, before)
    measure(work, name, values, before)
    return { ...made, memory: { ...made.memory, tagKeys } }
  },
  remove: (work, made) => {
    const name = made.physicalId
    const group = there(work, made)
    if (!group) return complete
    if (group.desired > 0 || group.maxSize > 0) {
      call(work, 'UpdateAutoScalingGroup', name, { MinSize: 0, MaxSize: 0, DesiredCapacity: 0 })
    }
    if (membersOf(work.tx, group).length > 0) return waiting(`Autoscaling group ${name} still has instances`)
    return onceNot(['ScalingActivityInProgress', 'ResourceInUse'], () => {
      call(work, 'DeleteAutoScalingGroup', name, {})
      return mustBeGone(`the group ${name}`, there(work, made) !== undefined)
    })
  },
})
