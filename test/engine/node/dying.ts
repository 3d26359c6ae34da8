// SPDX-License-Identifier: BSD-2-Clause
// Jobs that die, before or after any of their transactions.
import type { JobContext } from '../../../src/engine/operation'
import { transact } from '../../../src/engine/transaction'
import type { Cloud } from '../../support/cloud'
import { assertNoOrphans } from '../../support/orphans'

export type Job = (context: JobContext, target: string) => Promise<void>

/** What a job gets that dies when it wants its `last + 1`st transaction, or has just had it. */
export const dying = (c: Cloud, last: number, when: 'before' | 'after') => {
  const abort = new AbortController()
  const state = { died: false, count: 0 }
  const die = (): never => {
    state.died = true
    abort.abort()
    throw new Error('died')
  }
  const context: JobContext = {
    ...{ clock: c.clock, home: c.home, blobs: c.engine.around.blobs, attempt: 1, signal: abort.signal },
    transact: work => {
      const isLast = state.count++ === last
      if (isLast && when === 'before') die()
      const result = transact(c.engine.around, work)
      if (isLast) die()
      return result
    },
    sleep: () => Promise.reject(new Error('waits')),
  }
  return { context, state }
}

/** Have a job die at its first transaction, then at its second, and so on; then let the cloud go on. */
export const survive = async (
  c: Cloud,
  job: Job,
  prepare: () => Promise<string>,
  check: (target: string) => unknown,
  step = 1,
) => {
  for (const when of ['before', 'after'] as const) {
    for (let last = 0; ; last += step) {
      const target = await prepare()
      const { context, state } = dying(c, last, when)
      await job(context, target).catch(error => {
        if (!state.died) throw error
      })
      await c.pass(10)
      await check(target)
      assertNoOrphans(c.engine, c.home)
      if (!state.died) break
    }
  }
}
