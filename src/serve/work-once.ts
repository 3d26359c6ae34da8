// SPDX-License-Identifier: BSD-2-Clause
import { setTimeout as pause } from 'node:timers/promises'
import { Engine } from '../engine/engine'
import { attendAlone, unattend, unattendWhenIdle } from '../engine/workers'

// How long a job that a tool left behind meanwhile may lie.
const lookAgainMilliseconds = 250

/** Work on the jobs of a folder until none is left that another process does not have, then end; at once where another process works on them. */
export const workOnce = async (home: string, signal: AbortSignal): Promise<void> => {
  const engine = await Engine.open({ home })
  const { around } = engine
  try {
    if (!attendAlone(around)) return
    try {
      for (;;) {
        await engine.work(signal)
        if (signal.aborted || unattendWhenIdle(around)) return
        await pause(lookAgainMilliseconds, undefined, { signal }).catch(() => {
          // Told to end: the loop sees it.
        })
      }
    } finally {
      unattend(around)
    }
  } finally {
    await engine.close()
  }
}
