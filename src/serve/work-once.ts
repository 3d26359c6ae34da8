// SPDX-License-Identifier: BSD-2-Clause
import { setTimeout as pause } from 'node:timers/promises'
import { Engine } from '../engine/engine'

/** Work on the jobs of a folder until none is left that another process does not have, then end. */
export const workOnce = async (home: string, signal: AbortSignal): Promise<void> => {
  const engine = await Engine.open({ home })
  try {
    while (!signal.aborted) {
      await engine.work(signal)
      const next = engine.nextJob()
      if (next === undefined) return
      const wait = Math.max(1, next - engine.around.clock.now())
      await pause(wait, undefined, { signal }).catch(() => {
        // Told to end: the loop sees it.
      })
    }
  } finally {
    await engine.close()
  }
}
