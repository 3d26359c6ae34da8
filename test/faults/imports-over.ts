// SPDX-License-Identifier: BSD-2-Clause
import { setTimeout as pause } from 'node:timers/promises'
import { SimulatedClock } from '../../src/engine/clock'
import { Engine } from '../../src/engine/engine'

const endings: readonly string[] = ['COMPLETED', 'FAILED', 'CANCELLED']

/**
 * Open a folder and see to its imports until they are over. Their workers are instances, which take some seconds to boot:
 * that time is walked through instead of waited for, unless another process is at work.
 */
export const finishImports = async (home: string): Promise<void> => {
  const clock = new SimulatedClock(new Date().toISOString())
  const engine = await Engine.open({ home, clock })
  const isOver = () => engine.read(tx => tx.conversions.list().every(({ state }) => endings.includes(state)))
  try {
    for (;;) {
      await engine.work(new AbortController().signal)
      if (!engine.hasJobs() && isOver()) return
      const isElsewhere = engine.hasJobs() && engine.nextJob() === undefined
      if (isElsewhere) await pause(50)
      else clock.advance(Math.max(0, (engine.nextWork() ?? 0) - clock.now()) / 1000)
    }
  } finally {
    await engine.close()
  }
}
