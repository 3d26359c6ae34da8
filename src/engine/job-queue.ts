// SPDX-License-Identifier: BSD-2-Clause
// The records of jobs: one for each name and target, and the line they stand in, which is ordered by when they may run.
import { createHash } from 'node:crypto'
import type { Tx } from './operation'
import { isRunning, thisProcess } from './processes'
import type { Job } from './store/work'

/** Runs of this process. Its name on a job is not enough: a run whose end could not be written down is over. */
export const runs = new Set<string>()

/** Whether a process that lives works on the job. */
export const isHeld = ({ holder, run = '' }: Job): boolean =>
  holder !== undefined &&
  (holder.pid === thisProcess.pid && holder.started === thisProcess.started
    ? runs.has(run)
    : isRunning(holder))

/** What a job is called by who asks for it. */
export interface JobName {
  readonly job: string
  readonly target: string
}

/** The id that a job's record has. */
export const jobId = ({ job, target }: JobName): string =>
  createHash('sha256').update(`${job}\n${target}`).digest('hex').slice(0, 32)

/** Write a job, and its place in the line. */
export const putJob = (tx: Tx, job: Job): Job => {
  tx.jobQueue.put({ at: job.notBefore, sequence: job.sequence, job: job.id })
  return tx.jobs.put(job)
}

/** Take a job out of the line; its record stays. */
export const unqueue = (tx: Tx, { notBefore, sequence }: Job): void => tx.jobQueue.delete(notBefore, sequence)

/** Have a job run, now or once more. `sequence` is a number that grows. */
export const startJob = (tx: Tx, job: string, target: string, sequence: number): void => {
  const id = jobId({ job, target })
  const open = tx.jobs.get(id)
  if (open) {
    // Whether its holder is alive is found out when it ends or is taken over.
    if (open.holder) tx.jobs.put({ ...open, again: true })
    return
  }
  putJob(tx, { id, job, target, notBefore: tx.now.getTime(), sequence, attempts: 0, failures: 0 })
}

/** Jobs in the order in which they want to be run; those whose time is after `until` (ms) are left out. */
function* queued(tx: Tx, until: number): Generator<Job> {
  for (const place of tx.jobQueue.scan()) {
    if (place.at > until) return
    const job = tx.jobs.get(place.job)
    if (job?.notBefore === place.at && job.sequence === place.sequence) yield job
  }
}

/** The next job that nobody works on, of those that are not passed over. */
export const firstFree = (
  tx: Tx,
  until: number,
  isPassedOver: (job: Job) => boolean = () => false,
): Job | undefined => {
  for (const job of queued(tx, until)) if (!isPassedOver(job) && !isHeld(job)) return job
  return undefined
}
