// SPDX-License-Identifier: BSD-2-Clause
import type {
  Stack,
  StackEvent,
  StackResource,
  StackResourceDetail,
  StackResourceSummary,
  StackSummary,
} from '@aws-sdk/client-cloudformation'
import { type Row, text } from './cell'
import { plain } from './plain'

export const stackEventRows = (events: readonly StackEvent[] | undefined): Row[] =>
  (events ?? []).map(event => [
    'EVENT',
    event.StackName,
    event.EventId,
    event.ResourceType,
    event.LogicalResourceId,
    event.PhysicalResourceId,
    text(event.Timestamp),
    event.ResourceStatus,
    event.ResourceStatusReason,
  ])

type Resource = StackResource | StackResourceDetail | StackResourceSummary

/** Where the answer calls it `Timestamp` the time is left out, as it was in the original. */
export const stackResourceRow = (resource: Resource): Row => [
  'RESOURCE',
  resource.LogicalResourceId,
  resource.PhysicalResourceId,
  resource.ResourceType,
  'LastUpdatedTimestamp' in resource ? text(resource.LastUpdatedTimestamp) : undefined,
  resource.ResourceStatus,
  resource.ResourceStatusReason,
]

export const stackResourceRows = (resources: readonly Resource[] | undefined): Row[] =>
  (resources ?? []).map(stackResourceRow)

const stackRow = (stack: Stack | StackSummary): Row => [
  'STACK',
  stack.StackName,
  stack.StackStatus,
  stack.StackStatusReason,
  'Description' in stack ? stack.Description : undefined,
  text(stack.CreationTime),
]

/** The last topic alone, and in the notation of a language that these tools are no longer written in. */
const topicsLine = (topics: readonly string[] | undefined): string => {
  const last = topics?.at(-1)
  if (last !== undefined) return `{'member': '${last}'}`
  return topics === undefined ? 'None' : '{}'
}

export const stackRows = (stacks: readonly Stack[] | undefined, isLong: boolean): Row[] =>
  (stacks ?? []).flatMap(stack => [
    stackRow(stack),
    ...(isLong ? [plain(stack.StackId), topicsLine(stack.NotificationARNs)] : []),
    ...(stack.Parameters ?? []).map(({ ParameterKey, UsePreviousValue, ParameterValue }) => [
      'PARAMETER',
      ParameterKey,
      text(UsePreviousValue),
      ParameterValue,
    ]),
    ...(stack.Outputs ?? []).map(({ OutputKey, OutputValue }) => ['OUTPUT', OutputKey, OutputValue]),
  ])

/** In a list of all stacks there is no description. */
export const stackSummaryRows = (stacks: readonly StackSummary[] | undefined): Row[] =>
  (stacks ?? []).map(stackRow)
