// SPDX-License-Identifier: BSD-2-Clause
// How resources go: each after those that depend on it, and whatever becomes of them; one that cannot be removed does not keep
// the others.
import type { Tx } from '../../operation'
import type { Progress } from '../resources/contracts'
import type { Leftover, Stack, StackResource } from '../schema'
import { bodyOf, mark, putRemains } from './records'
import { begun, earliest, type Found, isToBeAsked, type Task, typeOf, waitOn } from './tasks'
import { workFor } from './work'

export type Removable = StackResource | Leftover

/** Whether nothing more is done about it in this generation of its stack. */
export const isOver = (stack: Stack, { status, generation, body }: Removable): boolean =>
  body === undefined ||
  status === 'DELETE_COMPLETE' ||
  status === 'DELETE_SKIPPED' ||
  (status === 'DELETE_FAILED' && generation === stack.generation)

const isRetained = (stack: Stack, { deletionPolicy, logicalId }: Removable): boolean =>
  deletionPolicy === 'Retain' || stack.retained?.includes(logicalId) === true

/**
 * Whether a creation is being taken back, all of which was made by the one order. Only that is cleared away when whoever gave the
 * order is gone: what others made would otherwise go by the order of somebody who may not remove it, and has himself removed.
 */
const isTakenBack = ({ status, isUndone }: Stack): boolean =>
  status === 'ROLLBACK_IN_PROGRESS' || (status === 'DELETE_IN_PROGRESS' && isUndone === true)

/** Go on with what is being removed: first its snapshot, where one is wanted. */
const proceed = (tx: Tx, stack: Stack, record: Removable): Removable => {
  const type = typeOf(record)
  const body = bodyOf(record)
  if (!body) throw new Error(`nothing of ${record.logicalId} is left to remove`)
  const isClearing = isTakenBack(stack)
  const work = workFor(tx, stack, { ...record, name: body.name }, { isClearing })
  let now = record
  let made = body
  if (record.deletionPolicy === 'Snapshot' && type.snapshot && !record.hasSnapshot) {
    const taken: Progress = type.snapshot(work, body, body.properties)
    if (taken.is === 'waiting') return waitOn(tx, record, taken)
    made = { ...body, ...taken.made }
    now = { ...record, hasSnapshot: true, body: JSON.stringify(made) }
  }
  const progress = type.remove(work, made, body.properties)
  if (progress.is === 'waiting') return waitOn(tx, now, progress)
  return mark(tx, stack, now, 'DELETE_COMPLETE')
}

const begin = (tx: Tx, stack: Stack, record: Removable): Removable => {
  const { generation } = stack
  if (isRetained(stack, record)) return mark(tx, stack, { ...record, generation }, 'DELETE_SKIPPED')
  const marked = mark(tx, stack, begun(tx, { ...record, generation }), 'DELETE_IN_PROGRESS')
  return proceed(tx, stack, marked)
}

const keyOf = (record: Removable): string =>
  'sequence' in record ? `${record.logicalId} ${record.sequence}` : record.logicalId

/** What can be done to remove these. */
export const removals = (tx: Tx, stack: Stack, records: readonly Removable[]): Found => {
  const left = records.filter(record => !isOver(stack, record))
  const isWanted = (record: Removable): boolean =>
    left.some(other => other !== record && other.dependsOn.includes(record.logicalId))
  const isGoing = ({ status }: Removable): boolean => status === 'DELETE_IN_PROGRESS'
  const task = (record: Removable, work: (tx: Tx, stack: Stack, record: Removable) => unknown): Task => ({
    key: `remove ${keyOf(record)}`,
    run: () => {
      work(tx, stack, record)
    },
    fail: reason => {
      const { generation } = stack
      const begunNow = isGoing(record)
        ? record
        : mark(tx, stack, begun(tx, { ...record, generation }), 'DELETE_IN_PROGRESS')
      mark(tx, stack, { ...begunNow, generation }, 'DELETE_FAILED', reason)
    },
  })
  const going = left.filter(isGoing)
  // The last that was made is the first to go.
  const waiting = left.filter(record => !isGoing(record) && !isWanted(record)).reverse()
  return {
    tasks: [
      ...going.filter(record => isToBeAsked(record, tx.now)).map(record => task(record, proceed)),
      ...waiting.map(record => task(record, begin)),
    ],
    waitsUntil: earliest(going),
  }
}

/** Logical ids of what could not be removed. */
export const unremoved = (records: readonly Removable[]): readonly string[] => [
  ...new Set(records.filter(({ status }) => status === 'DELETE_FAILED').map(({ logicalId }) => logicalId)),
]

/** A resource that another one has taken the place of, or that has no place, to be removed at the end. */
export const leave = (
  tx: Tx,
  stack: Stack,
  remains: Pick<StackResource, 'logicalId' | 'type' | 'dependsOn' | 'deletionPolicy' | 'physicalId' | 'body'>,
  sequence: number,
): Leftover =>
  putRemains(tx, {
    ...{ account: stack.account, stackId: stack.id, sequence },
    ...{ logicalId: remains.logicalId, type: remains.type, dependsOn: remains.dependsOn },
    ...{ deletionPolicy: remains.deletionPolicy, status: 'UPDATE_COMPLETE', changedAt: tx.now },
    generation: stack.generation,
    ...(remains.physicalId !== undefined && { physicalId: remains.physicalId }),
    ...(remains.body !== undefined && { body: remains.body }),
  } as Leftover)
