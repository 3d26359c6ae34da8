// SPDX-License-Identifier: BSD-2-Clause
import { existsSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { Engine } from '../engine/engine'
import type { EngineOptions } from '../engine/engine-options'
import { attendAlone, unattend, unattendWhenIdle } from '../engine/workers'

// How long a job that a tool left behind meanwhile may lie.
const lookAgainMilliseconds = 250

// A job is often a link of a chain whose next one is due in a few seconds: an instance is seen to run, its group is looked
// after, it takes up its work. What comes as soon as this is waited for, so that the chain does not break off here.
const soonSeconds = 15
// What is due again and again is no chain: without a job in all this time it is left to whoever opens the folder next.
const chainMilliseconds = 60_000

/**
 * Work on the jobs of a folder, and on what comes due soon after them, until nothing is left that another process does not
 * have, then end; at once where another process works on them.
 */
export const workOnce = async (
  home: string,
  signal: AbortSignal,
  { endsProcess = false }: Pick<EngineOptions, 'endsProcess'> = {},
): Promise<void> => {
  const engine = await Engine.open({ home, endsProcess })
  const { around } = engine
  try {
    if (!attendAlone(around)) return
    try {
      let workedAt = performance.now()
      for (;;) {
        await engine.drain(signal)
        const hasWork = engine.hasJobs()
        await engine.work(signal)
        if (hasWork) workedAt = performance.now()
        const dueSeconds = performance.now() - workedAt < chainMilliseconds ? soonSeconds : 0
        if (signal.aborted || unattendWhenIdle(around, dueSeconds)) return
        await pause(lookAgainMilliseconds, undefined, { signal }).catch(() => {
          // Told to end: the loop sees it.
        })
        // Who removes a cloud's folder does not want to find a new log there.
        if (!existsSync(home)) return
      }
    } finally {
      unattend(around)
    }
  } finally {
    await engine.close()
  }
}
