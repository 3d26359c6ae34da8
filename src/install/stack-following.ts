// SPDX-License-Identifier: BSD-2-Clause
// --wait of the tools that change stacks: the work begins once the answer is there. Events are told as they come.
import type { Stack, StackEvent } from '@aws-sdk/client-cloudformation'
import type { Context } from '../cli/context'
import type { CloudFormationClient } from '../clients'
import { receivedText } from '../clients'
import { isUnknown, until, WaitError } from './waiting'

/** The stack of a name or an ID, unless there is none. One that was deleted is found by its ID only. */
const stackOf = async (cloudformation: CloudFormationClient, stack: string): Promise<Stack | undefined> => {
  try {
    return (await cloudformation.describeStacks({ StackName: stack })).Stacks?.[0]
  } catch (error) {
    if (isUnknown(error)) return undefined
    throw error
  }
}

/** Each look returns the events of a stack that are new since the last, the oldest first. */
const follower = (cloudformation: CloudFormationClient) => {
  const known = new Set<string>()
  return async (stack: string): Promise<StackEvent[]> => {
    const fresh: StackEvent[] = []
    let NextToken: string | undefined
    do {
      const page = await cloudformation.describeStackEvents({ StackName: stack, NextToken })
      const events = (page.StackEvents ?? []).filter(({ EventId = '' }) => !known.has(EventId))
      fresh.push(...events)
      // The newest come first: behind a page of nothing but old ones there are only older ones.
      NextToken = events.length > 0 ? page.NextToken : undefined
    } while (NextToken)
    for (const { EventId = '' } of fresh) known.add(EventId)
    return fresh.reverse()
  }
}

const textOf = (event: StackEvent): string => {
  const { Timestamp, ResourceStatus, LogicalResourceId, ResourceType, ResourceStatusReason: reason } = event
  const what = [Timestamp && receivedText(Timestamp), ResourceStatus, LogicalResourceId, ResourceType]
  return `${what.filter(Boolean).join(' ')}${reason ? `: ${reason}` : ''}`
}

const cancelled = 'Resource creation cancelled'

/** Why it went wrong: what failed first, and not what was given up because of it; else why the stack failed itself. */
const causeOf = (events: readonly StackEvent[], stack: Stack): string => {
  const failed = events.filter(
    ({ ResourceStatus, ResourceStatusReason: reason }) =>
      ResourceStatus?.endsWith('_FAILED') === true && reason && reason !== cancelled,
  )
  const isOwn = ({ PhysicalResourceId }: StackEvent): boolean => PhysicalResourceId === stack.StackId
  const first = failed.find(event => !isOwn(event))
  if (first) return `${first.LogicalResourceId}: ${first.ResourceStatusReason}`
  return failed.find(isOwn)?.ResourceStatusReason || stack.StackStatusReason || 'no reason was given'
}

interface Following {
  /** Its name, or that or the ID of one that is there. */
  readonly stack: string
  /** The state that was asked for; every other one that lasts is a failure. */
  readonly goal: 'CREATE_COMPLETE' | 'UPDATE_COMPLETE' | 'UPDATE_ROLLBACK_COMPLETE' | 'DELETE_COMPLETE'
}

/** Makes a change; with --wait it is over when the stack is in the state that was asked for. */
export const following = async <Result extends { readonly StackId?: string | undefined }>(
  context: Context,
  cloudformation: CloudFormationClient,
  { stack, goal }: Following,
  change: () => Promise<Result>,
): Promise<Result> => {
  const { patience } = context
  if (patience === undefined) return change()
  // Who may not look had better learn that before anything is changed. What has happened by now is none of the change's.
  const before = await stackOf(cloudformation, stack)
  const follow = follower(cloudformation)
  if (before?.StackId) await follow(before.StackId)
  const result = await change()
  const id = result.StackId ?? before?.StackId
  // There was none to delete, which is no mistake.
  if (id === undefined) return result
  const events: StackEvent[] = []
  const look = async (): Promise<string | undefined> => {
    const now = await stackOf(cloudformation, id)
    // After the state, so that none is missed that led to it.
    for (const event of await follow(id)) {
      events.push(event)
      await context.warn(textOf(event))
    }
    if (now === undefined && goal === 'DELETE_COMPLETE') return undefined
    if (now === undefined) throw new WaitError(`${stack}: the stack is gone`)
    const status = now.StackStatus
    if (status === goal) return undefined
    if (!status?.endsWith('_IN_PROGRESS'))
      throw new WaitError(`${stack}: ended as ${status}: ${causeOf(events, now)}`)
    return `${stack}: ${status}`
  }
  await until(context, patience, look, { isTold: true })
  return result
}
