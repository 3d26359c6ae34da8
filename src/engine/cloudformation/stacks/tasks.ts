// SPDX-License-Identifier: BSD-2-Clause
// What a stack in progress is made of: tasks, one a resource, each of which is done in a transaction with its record and its
// events, or not at all. What can be done is found out anew by every transaction, from the records.
import { Refusal } from '../../errors'
import type { Tx } from '../../operation'
import { type Progress, ResourceFailure, type ResourceType } from '../resources/contracts'
import { resourceTypeNamed } from '../resources/index'
import type { Leftover, Remains, Stack, StackResource } from '../schema'
import { Unresolved } from '../template'
import { type Body, putRemains } from './records'

export interface Task {
  /** The same for as long as it is to be done. */
  readonly key: string
  run(): void
  /** Write down that it could not be done. */
  fail(reason: string): void
}

/** What there is to do for a stack. */
export interface Found {
  readonly tasks: readonly Task[]
  /** When (ms) something is to be asked again. */
  readonly waitsUntil?: number | undefined
}

/** What goes on in a state of a stack. */
export interface Phase {
  find(tx: Tx, stack: Stack): Found
  /** Nothing is left to do or to wait for: what follows? */
  conclude(tx: Tx, stack: Stack): void
}

/** Why something could not be done, as is shown; `undefined` of what is a bug. */
export const reasonOf = (error: unknown): string | undefined =>
  error instanceof Refusal || error instanceof ResourceFailure || error instanceof Unresolved
    ? error.message
    : undefined

export const internalFailure = 'Internal Failure'

/** Another release, with which the folder is shared, may know types that this one does not. */
export const typeOf = ({ type }: Pick<Remains, 'type'>): ResourceType => {
  const found = resourceTypeNamed(type)
  if (!found) throw new ResourceFailure(`Unknown resource type ${type}`)
  return found
}

// ---- waiting -----------------------------------------------------------------------------------------------------

const firstPause = 2
const longestPause = 5
/** No type asks for a longer one. */
const largestPause = 60
/** What is not ready by then never is; some types have a time of their own. */
const patienceSeconds = 3600
/** It has to have been asked so often, too: while no server runs, or the clock leaps, nothing can become ready. */
const fewestAsked = patienceSeconds / largestPause

/** Whether it is time to ask how far it is. What is to be in an hour was planned by a clock that has been turned back. */
export const isToBeAsked = ({ askAt = 0 }: Remains, now: Date): boolean =>
  askAt <= now.getTime() || askAt > now.getTime() + largestPause * 1000

export const earliest = (records: readonly Remains[]): number | undefined =>
  records.length === 0 ? undefined : Math.min(...records.map(({ askAt = 0 }) => askAt))

type Waiting = Extract<Progress, { readonly is: 'waiting' }>

/** Write down that it is waited for, for no longer than anybody has patience. */
export const waitOn = <R extends StackResource | Leftover>(
  tx: Tx,
  record: R,
  { seconds, reason, hasOwnLimit }: Waiting,
): R => {
  const { begunAt = tx.now, asked = 0 } = record
  const isLate = tx.now.getTime() - begunAt.getTime() > patienceSeconds * 1000
  if (!hasOwnLimit && isLate && asked >= fewestAsked) {
    throw new ResourceFailure(reason ?? 'Resource timed out waiting for completion')
  }
  const pause = Math.min(seconds ?? Math.min(firstPause + asked, longestPause), largestPause)
  return putRemains(tx, { ...record, begunAt, asked: asked + 1, askAt: tx.now.getTime() + pause * 1000 })
}

/** A record of something that begins now, to be asked as soon as may be. */
export const begun = <R extends StackResource | Leftover>(tx: Tx, record: R): R => ({
  ...record,
  ...{ begunAt: tx.now, askAt: tx.now.getTime(), asked: 0 },
})

/** A record of a resource with what there is of it. */
export const withBody = <R extends StackResource | Leftover>(record: R, body: Body): R => ({
  ...record,
  physicalId: body.physicalId,
  body: JSON.stringify(body),
})
