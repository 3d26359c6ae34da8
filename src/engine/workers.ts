// SPDX-License-Identifier: BSD-2-Clause
// Which processes see to the jobs of a folder, so that a tool that leaves one behind does not start one process more
// where another is at work already.
import { firstFree } from './job-queue'
import type { Tx } from './operation'
import { isRunning, thisProcess } from './processes'
import { type Surroundings, transact } from './transaction'

// Jobs that may not run for longer than this are left to whoever opens the folder then.
const patienceSeconds = 600

const isAttendedBy = (tx: Tx, isMeant: (pid: number) => boolean): boolean =>
  [...tx.workers.scan()].some(worker => isMeant(worker.pid) && isRunning(worker))

/** Whether some process sees to the jobs. */
export const isAttended = (around: Surroundings): boolean =>
  transact(around, tx => isAttendedBy(tx, () => true), { reads: true })

/** See to the jobs beside whoever does already. Names of processes that are gone go from the list. */
export const attend = (around: Surroundings): void =>
  transact(around, tx => {
    for (const worker of [...tx.workers.scan()]) if (!isRunning(worker)) tx.workers.delete(worker.pid)
    tx.workers.put(thisProcess)
  })

/** See to the jobs unless another process does; tells which. */
export const attendAlone = (around: Surroundings): boolean =>
  transact(around, tx => {
    if (isAttendedBy(tx, pid => pid !== thisProcess.pid)) return false
    tx.workers.put(thisProcess)
    return true
  })

export const unattend = (around: Surroundings): void =>
  transact(around, tx => tx.workers.delete(thisProcess.pid))

/**
 * End seeing to the jobs when there is none, and no task that comes due within so many seconds. In one transaction, so that
 * a job which comes at this moment either keeps this process or finds nobody who sees to it.
 */
export const unattendWhenIdle = (around: Surroundings, dueSeconds = 0): boolean =>
  transact(around, tx => {
    const now = around.clock.now()
    if (firstFree(tx, now + patienceSeconds * 1000)) return false
    const due = dueSeconds > 0 ? tx.due.first() : undefined
    if (due && due.at <= now + dueSeconds * 1000) return false
    tx.workers.delete(thisProcess.pid)
    return true
  })
