// SPDX-License-Identifier: BSD-2-Clause
// Scheduled actions: sizes that a group is given at a time, or again and again.
import {
  BatchDeleteScheduledAction$,
  type BatchDeleteScheduledActionAnswer,
  type BatchDeleteScheduledActionType,
  BatchPutScheduledUpdateGroupAction$,
  type BatchPutScheduledUpdateGroupActionAnswer,
  type BatchPutScheduledUpdateGroupActionType,
  DeleteScheduledAction$,
  type DeleteScheduledActionType,
  DescribeScheduledActions$,
  type DescribeScheduledActionsType,
  type FailedScheduledUpdateGroupActionRequest,
  PutScheduledUpdateGroupAction$,
  type PutScheduledUpdateGroupActionType,
  type ScheduledActionsType,
  type ScheduledUpdateGroupAction,
} from '@aws-sdk/client-auto-scaling'
import { Refusal } from '../errors'
import { type Operation, type OperationEntry, operation, type Tx } from '../operation'
import { askedWithoutVerbose } from '../verbose'
import { groupNamed, mustGroup, scheduledActionArn } from './arns'
import { mayGroup, onGroup, sizesAsked } from './permissions'
import { invalid } from './refusals'
import { checkedSchedule, type ScheduleInput } from './schedule-checks'
import { planAction } from './scheduling'
import type { ScalingGroup } from './schema/groups'
import type { ScheduledAction } from './schema/policies'
import { freshUuid } from './uuids'
import { checkCount, checkFields, recordsPage, rules } from './validation'

// AWS' limit for one request.
const mostAtOnce = 50

/** An action of the same name is replaced and keeps its ARN. */
const putAction = (tx: Tx, group: ScalingGroup, input: ScheduleInput): void => {
  const name = input.ScheduledActionName ?? ''
  const checked = checkedSchedule(tx, group, input)
  const actions = tx.scheduledActions.in(group.account)
  const before = actions.get(group.name, name)
  const id = before?.id ?? freshUuid(tx)
  const action = actions.put({ account: group.account, groupName: group.name, name, id, ...checked })
  // What is put again and again plans nothing again.
  if (before?.nextAt?.getTime() !== action.nextAt?.getTime()) planAction(tx, action)
}

const putScheduledUpdateGroupAction: Operation<PutScheduledUpdateGroupActionType, {}> = (tx, input) => {
  putAction(tx, mustGroup(tx, input.AutoScalingGroupName), input)
  return {}
}

/** The action that a name or an ARN means, in a group. */
const actionNamed = (tx: Tx, group: ScalingGroup, text = ''): ScheduledAction | undefined => {
  const name = text.startsWith('arn:') ? (/:scheduledActionName\/(.+)$/.exec(text)?.[1] ?? '') : text
  const action = tx.scheduledActions.in(group.account).get(group.name, name)
  return action && (name === text || scheduledActionArn(action) === text) ? action : undefined
}

const deleteAction = (tx: Tx, group: ScalingGroup, name: string | undefined): void => {
  const action = actionNamed(tx, group, name) ?? invalid('Scheduled action name not found')
  tx.scheduledActions.in(group.account).delete(group.name, action.name)
}

const deleteScheduledAction: Operation<DeleteScheduledActionType, {}> = (tx, input) => {
  deleteAction(tx, mustGroup(tx, input.AutoScalingGroupName), input.ScheduledActionName)
  return {}
}

/** Each for itself: one that is refused, which has written nothing, keeps none of the others. */
const failuresOf = <R>(
  requests: readonly R[],
  nameOf: (request: R) => string | undefined,
  run: (request: R) => void,
): FailedScheduledUpdateGroupActionRequest[] => {
  const failures: FailedScheduledUpdateGroupActionRequest[] = []
  for (const request of requests) {
    try {
      run(request)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      failures.push({
        ScheduledActionName: nameOf(request) ?? '',
        ErrorCode: error.code,
        ErrorMessage: error.message,
      })
    }
  }
  return failures
}

const batchPut: Operation<
  BatchPutScheduledUpdateGroupActionType,
  BatchPutScheduledUpdateGroupActionAnswer
> = (tx, { AutoScalingGroupName, ScheduledUpdateGroupActions: requests = [] }) => {
  checkCount('scheduledUpdateGroupActions', requests, mostAtOnce)
  const group = mustGroup(tx, AutoScalingGroupName)
  const failed = failuresOf(
    requests,
    ({ ScheduledActionName }) => ScheduledActionName,
    request => putAction(tx, group, request),
  )
  return { FailedScheduledUpdateGroupActions: failed }
}

const batchDelete: Operation<BatchDeleteScheduledActionType, BatchDeleteScheduledActionAnswer> = (
  tx,
  { AutoScalingGroupName, ScheduledActionNames: names = [] },
) => {
  checkCount('scheduledActionNames', names, mostAtOnce)
  const group = mustGroup(tx, AutoScalingGroupName)
  const failed = failuresOf(
    names,
    name => name,
    name => deleteAction(tx, group, name),
  )
  return { FailedScheduledActions: failed }
}

const isWithin = (
  { nextAt }: ScheduledAction,
  { StartTime, EndTime }: DescribeScheduledActionsType,
): boolean =>
  (!StartTime || (nextAt !== undefined && nextAt >= StartTime)) &&
  (!EndTime || (nextAt !== undefined && nextAt <= EndTime))

const describeScheduledActions: Operation<DescribeScheduledActionsType, ScheduledActionsType> = (
  tx,
  input,
) => {
  const { AutoScalingGroupName } = input
  const { isVerbose, named: names } = askedWithoutVerbose(tx.caller, input.ScheduledActionNames)
  checkFields([['AutoScalingGroupName', AutoScalingGroupName, rules.nameOrArn]])
  const group = groupNamed(tx, AutoScalingGroupName)
  if (AutoScalingGroupName && !group) return { ScheduledUpdateGroupActions: [] }
  const all = group
    ? [...tx.scheduledActions.in(group.account).scan({ under: [group.name] })]
    : isVerbose
      ? tx.scheduledActions.everywhere()
      : tx.scheduledActions.list()
  const may = mayGroup(tx)
  const found = all.filter(action => {
    const owner = tx.scalingGroups.in(action.account).get(action.groupName)
    // Times are passed over where names are given, as AWS documents.
    const isAsked =
      names.length > 0
        ? names.includes(action.name) || names.includes(scheduledActionArn(action))
        : isWithin(action, input)
    return isAsked && owner !== undefined && may(owner)
  })
  const { items, nextToken } = recordsPage(
    found,
    input,
    ({ account, groupName, name }) => `${account}:${groupName}:${name}`,
  )
  return { ScheduledUpdateGroupActions: items.map(view), ...(nextToken && { NextToken: nextToken }) }
}

const view = (action: ScheduledAction): ScheduledUpdateGroupAction => ({
  AutoScalingGroupName: action.groupName,
  ScheduledActionName: action.name,
  ScheduledActionARN: scheduledActionArn(action),
  // The next time, also of those that come again.
  ...(action.nextAt && { Time: action.nextAt, StartTime: action.nextAt }),
  ...(action.endAt && { EndTime: action.endAt }),
  ...(action.recurrence !== undefined && { Recurrence: action.recurrence }),
  ...(action.minSize !== undefined && { MinSize: action.minSize }),
  ...(action.maxSize !== undefined && { MaxSize: action.maxSize }),
  ...(action.desired !== undefined && { DesiredCapacity: action.desired }),
  ...(action.timeZone !== undefined && { TimeZone: action.timeZone }),
})

const access = onGroup('AutoScalingGroupName')

export const scheduleOperations: Readonly<Record<string, OperationEntry>> = {
  PutScheduledUpdateGroupAction: operation(PutScheduledUpdateGroupAction$, putScheduledUpdateGroupAction, {
    access: onGroup('AutoScalingGroupName', (_: Tx, input: PutScheduledUpdateGroupActionType) => [
      sizesAsked(input),
    ]),
  }),
  DescribeScheduledActions: operation(DescribeScheduledActions$, describeScheduledActions),
  DeleteScheduledAction: operation(DeleteScheduledAction$, deleteScheduledAction, { access }),
  BatchPutScheduledUpdateGroupAction: operation(BatchPutScheduledUpdateGroupAction$, batchPut, {
    access: onGroup('AutoScalingGroupName', (_: Tx, input: BatchPutScheduledUpdateGroupActionType) =>
      (input.ScheduledUpdateGroupActions ?? []).map(sizesAsked),
    ),
  }),
  BatchDeleteScheduledAction: operation(BatchDeleteScheduledAction$, batchDelete, { access }),
}
