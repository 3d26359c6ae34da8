// SPDX-License-Identifier: BSD-2-Clause
// Instances that somebody puts into a group, or takes out of it, without launching or terminating them. Texts are AWS'.
import type {
  AttachInstancesQuery,
  DetachInstancesAnswer,
  DetachInstancesQuery,
  SetInstanceProtectionAnswer,
  SetInstanceProtectionQuery,
} from '@aws-sdk/client-auto-scaling'
import type { Instance } from '../ec2/schema/instances'
import type { Operation, Tx } from '../operation'
import { putTags } from '../tags'
import { endLaunch, moved } from './activities'
import { activityView } from './activity-operations'
import { mustGroup } from './arns'
import { causeAt, groupKey, membersOf, putGroup, wake } from './groups'
import { addToBalancers, takeFromBalancers } from './load-balancing'
import { invalid } from './refusals'
import type { ScalingGroup, ScalingInstance } from './schema/groups'
import { release } from './terminating'
import { checkCount, checkFields, fieldsOf, required, rules } from './validation'

// AWS' limits for one request.
const mostMoved = 20
const mostProtected = 50

const idsOf = (ids: readonly string[] | undefined): readonly string[] => [
  ...new Set((ids ?? []).map(id => id.toLowerCase())),
]

// ---- attaching ---------------------------------------------------------------------------------------------------

const attachable = (tx: Tx, group: ScalingGroup, id: string): Instance => {
  const instance = tx.instances.get(id)
  if (!instance || instance.account !== group.account)
    return invalid(`Invalid Instance ID(s): [${id}] specified`)
  const member = tx.scalingInstances.get(id)
  if (member) invalid(`The Instance: ${id} is already part of AutoScalingGroup:${member.groupName}`)
  if (instance.state !== 'running') {
    invalid(
      `Instance ${id} [${instance.state}] is not in correct state. Instance(s) must be in 'running' state.`,
    )
  }
  if (!group.zones.includes(instance.zone)) {
    invalid(`Instance ${id} is not in an availability zone of the group: ${instance.zone}`)
  }
  return instance
}

const attach = (tx: Tx, group: ScalingGroup, instance: Instance): void => {
  tx.instances.put({ ...instance, scalingGroup: groupKey(group) })
  putTags(tx, instance.id, [{ key: 'aws:autoscaling:groupName', value: group.name }], group.account)
  const member: ScalingInstance = {
    id: instance.id,
    account: group.account,
    groupId: group.id,
    groupName: group.name,
    zone: instance.zone,
    instanceType: instance.instanceType,
    launchConfigurationName: group.launchConfigurationName,
    lifecycle: 'InService',
    health: 'Healthy',
    isProtected: group.protectsNew,
    joinedAt: tx.now,
    inServiceAt: tx.now,
  }
  tx.scalingInstances.put(member)
  addToBalancers(tx, group, instance.id)
  const cause = causeAt(tx.now, 'an instance was attached in response to a user request')
  moved(tx, group, member, 'Attaching an existing', cause)
}

/** The desired capacity grows by the instances that come. */
export const attachInstances: Operation<AttachInstancesQuery, void> = (tx, input) => {
  checkCount('instanceIds', input.InstanceIds, mostMoved)
  checkFields(fieldsOf('InstanceIds', input.InstanceIds, rules.instance), {
    InstanceIds: required('InstanceIds', input.InstanceIds?.[0]),
  })
  const group = mustGroup(tx, input.AutoScalingGroupName)
  const ids = idsOf(input.InstanceIds)
  const instances = ids.map(id => attachable(tx, group, id))
  const { minSize, maxSize, desired } = group
  if (desired + instances.length > maxSize) {
    const many = `${instances.length} instance${instances.length > 1 ? 's' : ''}`
    invalid(
      `AutoScalingGroup ${group.name} has min-size=${minSize}, max-size=${maxSize}, and desired-size=${desired}. To attach ${many}, please update the AutoScalingGroup sizes appropriately.`,
    )
  }
  for (const instance of instances) attach(tx, group, instance)
  wake(tx, putGroup(tx, { ...group, desired: desired + instances.length }), 0)
}

// ---- members that a request names --------------------------------------------------------------------------------

const membersNamed = (
  tx: Tx,
  group: ScalingGroup,
  ids: readonly string[] | undefined,
): readonly ScalingInstance[] => {
  const members = new Map(membersOf(tx, group).map(member => [member.id, member]))
  return idsOf(ids).map(
    id => members.get(id) ?? invalid(`The instance ${id} is not part of Auto Scaling group ${group.name}.`),
  )
}

const detach = (tx: Tx, group: ScalingGroup, member: ScalingInstance) => {
  endLaunch(tx, group, member, 'Cancelled')
  tx.scalingInstances.delete(member.id)
  release(tx, member.id)
  takeFromBalancers(tx, group, member.id)
  tx.tags.in(group.account).delete(member.id, 'aws:autoscaling:groupName')
  const cause = causeAt(tx.now, `instance ${member.id} was detached in response to a user request`)
  return moved(tx, group, member, 'Detaching', cause)
}

/** The instances run on, and belong to no group any more. */
export const detachInstances: Operation<DetachInstancesQuery, DetachInstancesAnswer> = (tx, input) => {
  checkCount('instanceIds', input.InstanceIds, mostMoved)
  checkFields(fieldsOf('InstanceIds', input.InstanceIds, rules.instance))
  const group = mustGroup(tx, input.AutoScalingGroupName)
  const members = membersNamed(tx, group, input.InstanceIds)
  const early = members.find(({ lifecycle }) => lifecycle !== 'InService')
  if (early) invalid(`The instance ${early.id} is not in InService or Standby.`)
  const desired = input.ShouldDecrementDesiredCapacity ? group.desired - members.length : group.desired
  if (desired < group.minSize) {
    invalid(
      `AutoScalingGroup ${group.name} has min-size=${group.minSize}, max-size=${group.maxSize}, and desired-size=${group.desired}. To detach ${members.length} instance${members.length > 1 ? 's' : ''}, please update the AutoScalingGroup sizes appropriately.`,
    )
  }
  const activities = members.map(member => detach(tx, group, member))
  wake(tx, putGroup(tx, { ...group, desired }), 0)
  return { Activities: activities.map(activityView) }
}

export const setInstanceProtection: Operation<SetInstanceProtectionQuery, SetInstanceProtectionAnswer> = (
  tx,
  input,
) => {
  checkCount('instanceIds', input.InstanceIds, mostProtected)
  checkFields(fieldsOf('InstanceIds', input.InstanceIds, rules.instance))
  const group = mustGroup(tx, input.AutoScalingGroupName)
  const isProtected = input.ProtectedFromScaleIn === true
  for (const member of membersNamed(tx, group, input.InstanceIds)) {
    tx.scalingInstances.put({ ...member, isProtected })
  }
  wake(tx, group, 0)
  return {}
}
