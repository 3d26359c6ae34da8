// SPDX-License-Identifier: BSD-2-Clause
// Removing what may be gone already, as somebody took it away by hand.
import { Refusal } from '../../errors'
import { type Progress, ResourceFailure } from './contracts'

export const complete: Progress = { is: 'complete' }

export const waiting = (reason: string, seconds?: number): Progress => ({
  is: 'waiting',
  reason,
  ...(seconds !== undefined && { seconds }),
})

const isOf = (error: unknown, codes: readonly string[]): error is Refusal =>
  error instanceof Refusal && codes.includes(error.code)

/** Complete also when the refusal is that it is not there. */
export const removed = (run: () => unknown, ...absent: readonly string[]): Progress => {
  try {
    run()
  } catch (error) {
    if (!isOf(error, absent)) throw error
  }
  return complete
}

/** Wait for as long as it is refused for one of these reasons; operations leave no trace when they refuse. */
export const onceNot = (codes: readonly string[], run: () => Progress): Progress => {
  try {
    return run()
  } catch (error) {
    if (!isOf(error, codes)) throw error
    return waiting(error.message)
  }
}

/** For operations that pass over what the caller may not remove as if it were not there. */
export const mustBeGone = (what: string, isThere: boolean): Progress => {
  if (isThere) throw new ResourceFailure(`You are not authorized to delete ${what}.`)
  return complete
}
