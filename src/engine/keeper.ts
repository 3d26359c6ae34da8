// SPDX-License-Identifier: BSD-2-Clause
// Keeps a served cloud going: due tasks at their time, jobs as they come, also those that other processes left.
import type { Engine } from './engine'

export interface Keeper {
  /** Something was asked for that may have left work: do it now. */
  wake(): void
  /** Resolves once the work under way has stopped. */
  stop(): Promise<void>
}

// How long work that another process left on this folder may lie.
const lookAgainMilliseconds = 1000

export const keepWorking = (engine: Engine, onBug: (error: unknown) => void): Keeper => {
  const ending = new AbortController()
  let wake = () => {}
  const idle = (milliseconds: number): Promise<void> =>
    new Promise(resolve => {
      const timer = setTimeout(resolve, milliseconds)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  const run = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      try {
        await engine.work(ending.signal)
      } catch (error) {
        onBug(error)
      }
      const next = engine.nextWork() ?? Number.POSITIVE_INFINITY
      const wait = next - engine.around.clock.now()
      if (!ending.signal.aborted) await idle(Math.min(Math.max(wait, 1), lookAgainMilliseconds))
    }
  }
  const done = run()
  return {
    wake: () => wake(),
    stop: () => {
      ending.abort()
      wake()
      return done
    },
  }
}
