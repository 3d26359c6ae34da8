// SPDX-License-Identifier: BSD-2-Clause
// Keeps a served cloud going: due tasks at their time, jobs as they come, also those that other processes left.
import type { Engine } from './engine'
import { attend, unattend } from './workers'

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
  /** How long there is nothing to do. A store that fails is not asked again at once. */
  const workThenWait = async (): Promise<number> => {
    try {
      await engine.work(ending.signal)
      const next = engine.nextWork() ?? Number.POSITIVE_INFINITY
      return Math.max(next - engine.around.clock.now(), 1)
    } catch (error) {
      onBug(error)
      return lookAgainMilliseconds
    }
  }
  const run = async (): Promise<void> => {
    attend(engine.around)
    while (!ending.signal.aborted) {
      const wait = await workThenWait()
      if (!ending.signal.aborted) await idle(Math.min(wait, lookAgainMilliseconds))
    }
    unattend(engine.around)
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
