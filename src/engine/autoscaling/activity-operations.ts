// SPDX-License-Identifier: BSD-2-Clause
import {
  type ActivitiesType,
  type Activity,
  DescribeScalingActivities$,
  type DescribeScalingActivitiesType,
} from '@aws-sdk/client-auto-scaling'
import { type Operation, type OperationEntry, operation, type Tx } from '../operation'
import { askedWithoutVerbose } from '../verbose'
import { groupArn, groupNamed } from './arns'
import { mayGroup } from './permissions'
import { unknownGroup } from './refusals'
import type { ScalingActivity } from './schema/activities'
import type { ScalingGroup } from './schema/groups'
import { checkFields, fieldsOf, recordsPage, rules } from './validation'

export const activityView = (activity: ScalingActivity): Activity => ({
  ActivityId: activity.id,
  AutoScalingGroupName: activity.groupName,
  AutoScalingGroupARN: groupArn({
    account: activity.account,
    id: activity.groupId,
    name: activity.groupName,
  }),
  Description: activity.description,
  Cause: activity.cause,
  StartTime: activity.startedAt,
  EndTime: activity.endedAt,
  StatusCode: activity.status,
  StatusMessage: activity.statusMessage,
  Progress: activity.progress,
  Details: activity.details,
})

// Digits in front, so that texts are in the order of numbers: the newest first.
const pageKey = ({ startedAt, sequence }: ScalingActivity): string =>
  [startedAt.getTime(), sequence]
    .map(number => String(Number.MAX_SAFE_INTEGER - number).padStart(16, '0'))
    .join(' ')

/** The group that is asked about: by its name also one that is gone, if these are asked for. */
const groupAsked = (
  tx: Tx,
  { AutoScalingGroupName: name, IncludeDeletedGroups }: DescribeScalingActivitiesType,
): ScalingGroup | undefined => {
  if (name === undefined) return undefined
  const group = groupNamed(tx, name)
  if (group && mayGroup(tx)(group)) return group
  return IncludeDeletedGroups && !group ? undefined : unknownGroup(name)
}

/** Newest first, of all accounts together. */
const everybodys = (tx: Tx): readonly ScalingActivity[] =>
  [...tx.scalingActivities.everywhere()].sort((a, b) => (pageKey(a) < pageKey(b) ? -1 : 1))

/**
 * Activities of groups that there are, and of the others where they are asked for. Cloud administrators see all accounts'
 * with the id `verbose`.
 */
export const describeScalingActivities: Operation<DescribeScalingActivitiesType, ActivitiesType> = (
  tx,
  input,
) => {
  const { AutoScalingGroupName: name, IncludeDeletedGroups: all = false } = input
  const { isVerbose, named: ids } = askedWithoutVerbose(tx.caller, input.ActivityIds)
  checkFields([['AutoScalingGroupName', name, rules.nameOrArn], ...fieldsOf('ActivityIds', ids, rules.text)])
  const group = groupAsked(tx, input)
  const account = group?.account ?? tx.caller.account
  const may = mayGroup(tx)
  const seen = new Map<string, boolean>()
  /** Of a group of this name there may have been several. */
  const isSeen = ({ groupName, groupId, account: owner }: ScalingActivity): boolean => {
    const known = seen.get(groupId)
    if (known !== undefined) return known
    const record = tx.scalingGroups.in(owner).get(groupName)
    const isThere = record?.id === groupId
    const is = isThere ? may(record) : all && (record === undefined || may(record)) && tx.permitsAll()
    seen.set(groupId, is)
    return is
  }
  const wanted = new Set(ids)
  const found: ScalingActivity[] = []
  for (const activity of isVerbose && !group ? everybodys(tx) : tx.scalingActivities.in(account).scan()) {
    const isNamed = name === undefined || activity.groupName === (group?.name ?? name)
    if (isNamed && (wanted.size === 0 || wanted.has(activity.id)) && isSeen(activity)) found.push(activity)
  }
  const { items, nextToken } = recordsPage(found, input, pageKey)
  return { Activities: items.map(activityView), NextToken: nextToken }
}

export const activityOperations: Readonly<Record<string, OperationEntry>> = {
  DescribeScalingActivities: operation(DescribeScalingActivities$, describeScalingActivities),
}
