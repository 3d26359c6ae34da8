// SPDX-License-Identifier: BSD-2-Clause
// Running what has come due. Whoever opens the folder next does it, before anything else it was asked for.
import type { Tx } from './operation'
import { type Surroundings, transact } from './transaction'

export type Tasks = Readonly<Record<string, (tx: Tx, target: string) => void>>

// Tasks run in portions, so that a folder untouched for a month does not hold the write lock for a second.
const portion = 100

/** When the next task is due (ms), if any is waiting. */
export const nextDue = (around: Surroundings): number | undefined =>
  transact(around, tx => tx.due.first()?.at, { reads: true })

/** Run every task whose time has come, in order of time. */
export const drain = (around: Surroundings, tasks: Tasks): void => {
  for (;;) {
    const at = nextDue(around)
    if (at === undefined || at > around.clock.now()) return
    transact(around, tx => {
      for (let count = 0; count < portion; count++) {
        const due = tx.due.first()
        if (!due || due.at > around.clock.now()) return
        tx.due.delete(due.at, due.sequence)
        const task = tasks[due.task]
        if (!task) throw new Error(`no task ${due.task}`)
        task(tx, due.target)
      }
    })
  }
}
