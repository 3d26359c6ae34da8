// SPDX-License-Identifier: BSD-2-Clause
// --wait: looking again and again whether something has come about, for as long as the user wants to wait.
import type { Context } from '../cli/context'

/** What was waited for has not come about. */
export class WaitError extends Error {
  override readonly name = 'WaitError'
}

const firstSeconds = 0.5
const longestSeconds = 5

/** Whether a service says that there is no such thing, as those do that have no code of their own for it. */
export const isUnknown = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ValidationError'

/**
 * Looks until there is nothing left to see. What is seen is told whenever it is new, unless the look tells by itself what
 * there is to tell.
 */
export const until = async (
  context: Context,
  patience: number,
  look: () => Promise<string | undefined>,
  { isTold = false }: { readonly isTold?: boolean } = {},
): Promise<void> => {
  const start = context.now()
  let waited = 0
  let told: string | undefined
  for (let seconds = firstSeconds; ; seconds = Math.min(longestSeconds, seconds * 2)) {
    const seen = await look()
    if (seen === undefined) return
    if (seen !== told && !isTold) await context.tell(seen)
    told = seen
    const left = patience - Math.max(waited, (context.now() - start) / 1000)
    if (left <= 0) throw new WaitError(`gave up waiting after ${patience} seconds: ${seen}`)
    const pause = Math.min(seconds, left)
    await context.pause(pause)
    waited += pause
  }
}
