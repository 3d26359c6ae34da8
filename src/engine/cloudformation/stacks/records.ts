// SPDX-License-Identifier: BSD-2-Clause
// Reading and writing what is on record of a stack: its parts that are sealed, its resources, its events, and when it is
// looked after next.
import { freshUuid } from '../../autoscaling/uuids'
import { nextNumber } from '../../counters'
import type { Tx } from '../../operation'
import { stackArn } from '../arns'
import type { Made } from '../resources/contracts'
import type { Leftover, Remains, Stack, StackForm, StackResource, StackStatus } from '../schema'
import type { EvaluatedObject, StackParameter } from '../template/contracts'

// ---- what is sealed ----------------------------------------------------------------------------------------------

export interface StackOutput {
  readonly key: string
  readonly value: string
  readonly description?: string
  readonly exportName?: string
}

/** What a stack was before its update. */
export interface Previously extends StackForm {
  readonly parameters: readonly StackParameter[]
  readonly outputs: readonly StackOutput[]
}

/** What there is of a resource, with what it was made from. */
export interface Body extends Made {
  readonly properties: EvaluatedObject
  /** The name that was drawn for it. */
  readonly name?: string
}

/** A resource as it was before an update. */
export type Before = Pick<
  StackResource,
  'dependsOn' | 'deletionPolicy' | 'position' | 'physicalId' | 'body' | 'type'
>

export const parametersOf = ({ parameters }: Pick<Stack, 'parameters'>): readonly StackParameter[] =>
  JSON.parse(parameters)

export const outputsOf = ({ outputs }: Pick<Stack, 'outputs'>): readonly StackOutput[] => JSON.parse(outputs)

export const previouslyOf = ({ previously }: Pick<Stack, 'previously'>): Previously | undefined =>
  previously === undefined ? undefined : JSON.parse(previously)

export const bodyOf = ({ body }: Pick<Remains, 'body'>): Body | undefined =>
  body === undefined ? undefined : JSON.parse(body)

export const beforeOf = ({ before }: Pick<StackResource, 'before'>): Before | undefined =>
  before === undefined ? undefined : JSON.parse(before)

// ---- stacks ------------------------------------------------------------------------------------------------------

/** Names a stack for chores: the account and the UUID. */
export const stackKey = ({ account, id }: Pick<Stack, 'account' | 'id'>): string => `${account}/${id}`

export const stackOfKey = (tx: Tx, key: string): Stack | undefined => {
  const slash = key.indexOf('/')
  return tx.stacks.in(key.slice(0, slash)).get(key.slice(slash + 1))
}

export const putStack = (tx: Tx, stack: Stack): Stack => tx.stacks.in(stack.account).put(stack)

// What should have been done so long ago was given up, or the clock has jumped, and once more does no harm.
const lostSeconds = 24 * 3600

/** Have the stack looked after in so many seconds, unless that is planned for an earlier time. */
export const wake = (tx: Tx, stack: Pick<Stack, 'account' | 'id'>, seconds: number): void => {
  const at = tx.now.getTime() + seconds * 1000
  const planned = tx.stackWakes.get(stack.id)
  if (planned && planned.at <= at && planned.at > tx.now.getTime() - lostSeconds * 1000) return
  tx.stackWakes.put({ stackId: stack.id, at })
  tx.after(seconds, 'cloudformation.step', stackKey(stack))
}

// ---- resources ---------------------------------------------------------------------------------------------------

/** In the order of creation. */
export const resourcesOf = (
  tx: Tx,
  { account, id }: Pick<Stack, 'account' | 'id'>,
): readonly StackResource[] =>
  [...tx.stackResources.in(account).scan({ under: [id] })].sort((a, b) => a.position - b.position)

/** In the order in which they were left. */
export const leftoversOf = (tx: Tx, { account, id }: Pick<Stack, 'account' | 'id'>): readonly Leftover[] => [
  ...tx.stackLeftovers.in(account).scan({ under: [id] }),
]

const isLeftover = (record: StackResource | Leftover): record is Leftover => 'sequence' in record

/** Write a resource or a leftover. */
export const putRemains = <R extends StackResource | Leftover>(tx: Tx, record: R): R => {
  if (isLeftover(record)) tx.stackLeftovers.in(record.account).put(record)
  else tx.stackResources.in(record.account).put(record)
  return record
}

export const deleteResource = (tx: Tx, { account, stackId, logicalId }: StackResource): void =>
  tx.stackResources.in(account).delete(stackId, logicalId)

export const deleteLeftover = (tx: Tx, { account, stackId, sequence }: Leftover): void =>
  tx.stackLeftovers.in(account).delete(stackId, sequence)

// ---- events ------------------------------------------------------------------------------------------------------

export const stackType = 'AWS::CloudFormation::Stack'

/** AWS keeps them for as long. */
const rememberedMs = 90 * 24 * 3600 * 1000

/** A stack that is updated every day for years has events without end. */
export const forgetOldEvents = (tx: Tx, { account, id }: Pick<Stack, 'account' | 'id'>): void => {
  const table = tx.stackEvents.in(account)
  const old: number[] = []
  for (const { at, sequence } of table.scan({ under: [id] })) {
    if (tx.now.getTime() - at.getTime() <= rememberedMs) break
    old.push(sequence)
  }
  for (const sequence of old) table.delete(id, sequence)
}

/** The stack in another state, with the event that tells of it. Without a reason it has none. */
export const enter = (tx: Tx, stack: Stack, status: StackStatus, reason?: string): Stack => {
  const { reason: _, ...rest } = stack
  const why = reason === undefined ? {} : { reason }
  tx.stackEvents.in(stack.account).put({
    ...{ account: stack.account, stackId: stack.id, sequence: nextNumber(tx, 'stackEvent') },
    ...{ id: freshUuid(tx), at: tx.now, logicalId: stack.name, physicalId: stackArn(stack) },
    ...{ type: stackType, status, ...why, ...(stack.token !== undefined && { token: stack.token }) },
  })
  return putStack(tx, { ...rest, ...why, status })
}

/** The resource in another state, written down with the event that tells of it. Without a reason it has none. */
export const mark = <R extends StackResource | Leftover>(
  tx: Tx,
  stack: Stack,
  record: R,
  status: R['status'],
  reason?: string,
): R => {
  const { reason: _, ...rest } = record
  // Eucalyptus' ids of events have the time in them; whoever watches goes by the ids.
  const eventAt = Math.max(tx.now.getTime(), (record.eventAt ?? 0) + 1)
  const { logicalId, type, physicalId } = record
  const why = reason === undefined ? {} : { reason }
  tx.stackEvents.in(stack.account).put({
    ...{ account: stack.account, stackId: stack.id, sequence: nextNumber(tx, 'stackEvent') },
    ...{ id: `${logicalId}-${status}-${eventAt}`, at: tx.now, logicalId, type, status, ...why },
    ...(physicalId !== undefined && { physicalId }),
    ...(stack.token !== undefined && { token: stack.token }),
  })
  return putRemains(tx, { ...rest, ...why, status, eventAt, changedAt: tx.now } as unknown as R)
}
