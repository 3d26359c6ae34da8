// SPDX-License-Identifier: BSD-2-Clause
// Running what has come due. Whoever opens the folder next does it, before anything else it was asked for.
//
// A task that throws is a bug, or is the word of a release that knows it and shares the folder with this one. It must
// not stand in the way of the others, nor of every request: it is undone, put off, and given up in the end.
//
// A chore is a task that is more than one transaction, such as a pass over a group of a thousand instances. It stays on
// record until it has ended, so that it is begun again when its process dies; two processes may be at the same at once.
// Between its transactions others have their turn.
import { setImmediate as letOthersIn } from 'node:timers/promises'
import type { Caller, Chores, Tx } from './operation'
import type { Due } from './store/work'
import { type Surroundings, transact } from './transaction'

export type Tasks = Readonly<Record<string, (tx: Tx, target: string) => void>>

export interface Work {
  readonly tasks: Tasks
  readonly chores: Chores
}

// Tasks run in portions, so that a folder untouched for a month does not hold the write lock for a second.
const portion = 100

const retrySeconds = 60
// The pauses double: with these the last try comes seventeen hours after the first.
const failureLimit = 10

/** When the next task is due (ms), if any is waiting. */
export const nextDue = (around: Surroundings): number | undefined =>
  transact(around, tx => tx.due.first()?.at, { reads: true })

/** Whether the time of any task has come. */
export const isDue = (around: Surroundings): boolean =>
  (nextDue(around) ?? Number.POSITIVE_INFINITY) <= around.clock.now()

class UnknownTask extends Error {
  override readonly name = 'UnknownTask'
}

/** The tasks whose time has come. One that is planned meanwhile, also for now, is in another portion. */
const duePortion = (tx: Tx, { chores }: Work, passesChores: boolean): readonly Due[] => {
  const found: Due[] = []
  for (const due of tx.due.scan()) {
    if (due.at > tx.now.getTime() || found.length === portion) break
    if (!Object.hasOwn(chores, due.task)) found.push(due)
    // A chore has transactions of its own, between those of the tasks before and after it.
    else if (!passesChores) break
  }
  return found
}

const run = (tx: Tx, tasks: Tasks, { task, target }: Due): void => {
  const work = Object.hasOwn(tasks, task) ? tasks[task] : undefined
  if (!work) throw new UnknownTask(`this release has no task ${task}`)
  work(tx, target)
}

const putOff = (around: Surroundings, { at, sequence }: Due, error: unknown): void => {
  transact(around, tx => {
    // Another process may have had more luck with it by now.
    const due = tx.due.get(at, sequence)
    if (!due) return
    tx.due.delete(at, sequence)
    const failures = (due.failures ?? 0) + 1
    const what = `${due.task} of ${due.target}: ${error}`
    if (failures >= failureLimit) {
      tx.event('Tasks', 'ERROR', `Gave up ${what}`)
      return
    }
    tx.event('Tasks', error instanceof UnknownTask ? 'WARN' : 'ERROR', `Put off ${what}`)
    tx.due.put({ ...due, at: around.clock.now() + retrySeconds * 1000 * 2 ** (failures - 1), failures })
  })
  if (!(error instanceof UnknownTask)) around.onBug?.(error)
}

/** Run a portion of the tasks up to the next chore, or of all. How many have been dealt with. */
const runTasks = (around: Surroundings, work: Work, passesChores: boolean): number => {
  const current: { due?: Due } = {}
  try {
    return transact(around, tx => {
      const portion = duePortion(tx, work, passesChores)
      for (const due of portion) {
        // An earlier one may have taken it back.
        if (!tx.due.get(due.at, due.sequence)) continue
        current.due = due
        tx.due.delete(due.at, due.sequence)
        run(tx, work.tasks, due)
      }
      delete current.due
      return portion.length
    })
  } catch (error) {
    // Without a task to blame it is the store that cannot go on.
    if (!current.due) throw error
    putOff(around, current.due, error)
    return 1
  }
}

/** The process ends: whoever opens the folder next begins the chore again. */
class Interrupted extends Error {
  override readonly name = 'Interrupted'
}

const runChore = async (
  around: Surroundings,
  { chores }: Work,
  due: Due,
  signal: AbortSignal | undefined,
): Promise<void> => {
  const transacting = async <T>(work: (tx: Tx) => T, caller?: Caller): Promise<T> => {
    if (signal?.aborted) throw new Interrupted()
    const result = transact(around, work, caller && { caller })
    await letOthersIn()
    return result
  }
  try {
    await chores[due.task]?.({ clock: around.clock, transact: transacting, onBug: around.onBug }, due.target)
    transact(around, tx => tx.due.delete(due.at, due.sequence))
  } catch (error) {
    if (error instanceof Interrupted) return
    putOff(around, due, error)
  }
}

/** Run every task and chore whose time has come, in order of time, unless the signal says to end. */
export const drain = async (around: Surroundings, work: Work, signal?: AbortSignal): Promise<void> => {
  while (!signal?.aborted) {
    const due = transact(around, tx => tx.due.first(), { reads: true })
    if (!due || due.at > around.clock.now()) return
    if (Object.hasOwn(work.chores, due.task)) await runChore(around, work, due, signal)
    else runTasks(around, work, false)
  }
}

/** Run every task whose time has come, and leave the chores to somebody who can wait for them. */
export const drainTasks = (around: Surroundings, work: Work): void => {
  const hasTask = (tx: Tx): boolean => duePortion(tx, work, true).length > 0
  while (transact(around, hasTask, { reads: true }) && runTasks(around, work, true) > 0) {
    // The next portion.
  }
}
