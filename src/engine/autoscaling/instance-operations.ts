// SPDX-License-Identifier: BSD-2-Clause
import {
  type ActivityType,
  AttachInstances$,
  type AutoScalingInstancesType,
  DescribeAutoScalingInstances$,
  type DescribeAutoScalingInstancesType,
  DetachInstances$,
  SetDesiredCapacity$,
  type SetDesiredCapacityType,
  SetInstanceHealth$,
  type SetInstanceHealthQuery,
  SetInstanceProtection$,
  TerminateInstanceInAutoScalingGroup$,
  type TerminateInstanceInAutoScalingGroupType,
} from '@aws-sdk/client-auto-scaling'
import { type Operation, type OperationEntry, operation, type Tx } from '../operation'
import { askedWithoutVerbose } from '../verbose'
import { activityView } from './activity-operations'
import { mustGroup } from './arns'
import {
  beginScaling,
  causeAt,
  changeDesired,
  hasActivity,
  isCoolingDown,
  isWithin,
  putGroup,
  wake,
} from './groups'
import { attachInstances, detachInstances, setInstanceProtection } from './memberships'
import { mayGroup, onGroup, onGroupOfInstance } from './permissions'
import { inCooldown, invalid, isScaling } from './refusals'
import type { ScalingGroup, ScalingInstance } from './schema/groups'
import { terminateMember } from './terminating'
import { checkFields, fieldsOf, recordsPage, refuseMembers, required, rules } from './validation'
import { memberView } from './views'

// ---- lists -------------------------------------------------------------------------------------------------------

/** Instances by their ids, which need not be of any group. Cloud administrators see all accounts' with `verbose`. */
export const describeAutoScalingInstances: Operation<
  DescribeAutoScalingInstancesType,
  AutoScalingInstancesType
> = (tx, input) => {
  const { isVerbose, named: ids } = askedWithoutVerbose(tx.caller, input.InstanceIds)
  checkFields(fieldsOf('InstanceIds', ids, rules.instance))
  const wanted = new Set(ids.map(id => id.toLowerCase()))
  const may = mayGroup(tx)
  const seen = new Map<string, boolean>()
  const isSeen = ({ account, groupName, groupId }: ScalingInstance): boolean => {
    const known = seen.get(groupId)
    if (known !== undefined) return known
    const group = tx.scalingGroups.in(account).get(groupName)
    const is = group !== undefined && may(group)
    seen.set(groupId, is)
    return is
  }
  const found = tx.scalingInstances
    .list()
    .filter(({ account }) => isVerbose || account === tx.caller.account)
    .filter(one => (wanted.size === 0 || wanted.has(one.id)) && isSeen(one))
  const { items, nextToken } = recordsPage(found, input, ({ id }) => id)
  return {
    AutoScalingInstances: items.map(one => ({ ...memberView(one), AutoScalingGroupName: one.groupName })),
    NextToken: nextToken,
  }
}

// ---- one instance ------------------------------------------------------------------------------------------------

const unknownInstance = (id: string): never => invalid(`Auto scaling instance not found: ${id}`)

interface Membership {
  readonly group: ScalingGroup
  readonly member: ScalingInstance
}

const memberNamed = (tx: Tx, id = ''): Membership => {
  const member = tx.scalingInstances.get(id.toLowerCase())
  if (!member || (member.account !== tx.caller.account && !tx.caller.isCloudAdmin)) return unknownInstance(id)
  const group = tx.scalingGroups.in(member.account).get(member.groupName)
  return group?.id === member.groupId ? { group, member } : unknownInstance(id)
}

/** Whether the instance has only just come into service, or has not yet, and is given time. */
const isInGrace = (tx: Tx, { group, member: { inServiceAt } }: Membership): boolean =>
  inServiceAt === undefined || isWithin(group.graceSeconds, inServiceAt, tx.now)

export const setInstanceHealth: Operation<SetInstanceHealthQuery, void> = (tx, input) => {
  const { InstanceId, HealthStatus, ShouldRespectGracePeriod = false } = input
  checkFields(
    [
      ['HealthStatus', HealthStatus, rules.healthStatus],
      ['InstanceId', InstanceId, rules.instance],
    ],
    {
      HealthStatus: required('HealthStatus', HealthStatus),
      InstanceId: required('InstanceId', InstanceId),
    },
  )
  const found = memberNamed(tx, InstanceId)
  if (ShouldRespectGracePeriod && isInGrace(tx, found)) return
  tx.scalingInstances.put({ ...found.member, health: HealthStatus as ScalingInstance['health'] })
  wake(tx, found.group, 0)
}

const byUser = 'instance was taken out of service in response to a user request'

const terminateInstanceInGroup: Operation<TerminateInstanceInAutoScalingGroupType, ActivityType> = (
  tx,
  input,
) => {
  // AWS has learnt to take several of a group at once.
  refuseMembers(input, ['InstanceIds'])
  const { InstanceId, ShouldDecrementDesiredCapacity } = input
  checkFields([['InstanceId', InstanceId, rules.instance]], {
    InstanceId: required('InstanceId', InstanceId),
  })
  const { group, member } = memberNamed(tx, InstanceId)
  const desired = ShouldDecrementDesiredCapacity ? group.desired - 1 : group.desired
  if (desired < group.minSize) {
    invalid(
      `Currently, desiredSize equals minSize (${group.minSize}). Terminating instance without replacement will violate group's min size constraint. Either set shouldDecrementDesiredCapacity flag to false or lower group's min size.`,
    )
  }
  const activity = terminateMember(tx, group, member, causeAt(tx.now, byUser))
  wake(tx, putGroup(tx, { ...group, desired }), 0)
  return { Activity: activityView(activity) }
}

// ---- the size ----------------------------------------------------------------------------------------------------

export const setDesiredCapacity: Operation<SetDesiredCapacityType, void> = (tx, input) => {
  const { AutoScalingGroupName, DesiredCapacity: wanted, HonorCooldown = false } = input
  checkFields(
    [
      ['AutoScalingGroupName', AutoScalingGroupName, rules.nameOrArn],
      ['DesiredCapacity', wanted, rules.count],
    ],
    { DesiredCapacity: required('DesiredCapacity', wanted) },
  )
  const group = mustGroup(tx, AutoScalingGroupName)
  if (hasActivity(tx, group)) isScaling()
  const { minSize, maxSize, desired } = group
  const say = (side: string): never =>
    invalid(`New SetDesiredCapacity value ${wanted} is ${side} for the AutoScalingGroup.`)
  const size = wanted ?? desired
  if (size < minSize) say(`below min value ${minSize}`)
  if (size > maxSize) say(`above max value ${maxSize}`)
  if (HonorCooldown && isCoolingDown(group, tx.now)) inCooldown()
  changeDesired(
    tx,
    beginScaling(group, tx.now),
    size,
    `a user request explicitly set group desired capacity changing the desired capacity from ${desired} to ${size}`,
  )
}

export const instanceOperations: Readonly<Record<string, OperationEntry>> = {
  DescribeAutoScalingInstances: operation(DescribeAutoScalingInstances$, describeAutoScalingInstances),
  SetInstanceHealth: operation(SetInstanceHealth$, setInstanceHealth, {
    access: onGroupOfInstance(unknownInstance),
  }),
  TerminateInstanceInAutoScalingGroup: operation(
    TerminateInstanceInAutoScalingGroup$,
    terminateInstanceInGroup,
    { access: onGroupOfInstance(unknownInstance) },
  ),
  SetDesiredCapacity: operation(SetDesiredCapacity$, setDesiredCapacity, {
    access: onGroup('AutoScalingGroupName'),
  }),
  AttachInstances: operation(AttachInstances$, attachInstances, { access: onGroup('AutoScalingGroupName') }),
  DetachInstances: operation(DetachInstances$, detachInstances, { access: onGroup('AutoScalingGroupName') }),
  SetInstanceProtection: operation(SetInstanceProtection$, setInstanceProtection, {
    access: onGroup('AutoScalingGroupName'),
  }),
}
