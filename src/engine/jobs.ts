// SPDX-License-Identifier: BSD-2-Clause
// Jobs: work that moves bytes. A job is a record; a process takes it by writing its name there, and another may take it
// over when that process is gone. A job that waits (a retry, a download that is not ready) gives its record a time and
// lets go, so waiting costs no process, and a simulated clock can jump over it.
import type { JobContext } from './operation'
import { isRunning, thisProcess } from './processes'
import type { Job } from './store/work'
import { type Surroundings, transact } from './transaction'

export type Jobs = Readonly<Record<string, (context: JobContext, target: string) => Promise<void>>>

/** Thrown by `JobContext.sleep`: the job is to be run again, from its start, at a later time. */
export class Later extends Error {
  constructor(readonly seconds: number) {
    super(`again in ${seconds} s`)
    this.name = 'Later'
  }
}

// A job that fails without having dealt with its failure is a bug; it is given up after this many failures.
const failureLimit = 5
const retrySeconds = 5

const isHeld = ({ holder }: Job): boolean => holder !== undefined && isRunning(holder)

export interface JobState {
  /** Jobs on record. */
  readonly open: number
  /** When the next one that nobody holds may run (ms). */
  readonly next: number | undefined
}

export const jobState = (around: Surroundings): JobState =>
  transact(
    around,
    tx => {
      const jobs = tx.jobs.list()
      const free = jobs.filter(job => !isHeld(job)).map(job => job.notBefore)
      return { open: jobs.length, next: free.length > 0 ? Math.min(...free) : undefined }
    },
    { reads: true },
  )

/** Looks before it takes: the write lock is everybody's, and mostly there is no job. */
const take = (around: Surroundings): Job | undefined => {
  const now = around.clock.now()
  const { next } = jobState(around)
  if (next === undefined || next > now) return undefined
  return transact(around, tx => {
    const job = tx.jobs.list().find(job => job.notBefore <= now && !isHeld(job))
    return job && tx.jobs.put({ ...job, holder: thisProcess, attempts: job.attempts + 1 })
  })
}

const finish = (around: Surroundings, job: Job, error: unknown): void => {
  transact(around, tx => {
    const { holder: _, ...free } = job
    if (error === undefined) tx.jobs.delete(job.id)
    else if (error instanceof Later) {
      tx.jobs.put({ ...free, notBefore: around.clock.now() + error.seconds * 1000 })
    } else if (job.failures + 1 >= failureLimit) {
      tx.jobs.delete(job.id)
      tx.event('Jobs', 'ERROR', `Gave up ${job.job} of ${job.target}: ${error}`)
    } else {
      tx.jobs.put({
        ...free,
        failures: job.failures + 1,
        notBefore: around.clock.now() + retrySeconds * 1000,
      })
      tx.event('Jobs', 'ERROR', `${job.job} of ${job.target} failed: ${error}`)
    }
  })
}

export interface WorkOptions {
  readonly home: string
  readonly jobs: Jobs
  readonly signal: AbortSignal
  /** How many jobs one process works on at a time: Eucalyptus' `CONCURRENT_DISK_OPS`. */
  readonly concurrent?: number
}

/** Work on every job that may run now, until none is left or the signal says to end. Jobs cut short are left on record. */
export const workOff = async (around: Surroundings, options: WorkOptions): Promise<void> => {
  const { home, jobs, signal, concurrent = 4 } = options
  const contextOf = (job: Job): JobContext => ({
    clock: around.clock,
    home,
    blobs: around.blobs,
    signal,
    attempt: job.attempts,
    transact: work => transact(around, work),
    sleep: seconds => Promise.reject(new Later(seconds)),
  })
  const one = async (job: Job): Promise<void> => {
    try {
      const work = jobs[job.job]
      if (!work) throw new Error(`no job ${job.job}`)
      await work(contextOf(job), job.target)
      finish(around, job, undefined)
    } catch (error) {
      finish(around, job, signal.aborted ? new Later(0) : (error ?? new Error('unknown')))
    }
  }
  const active = new Set<Promise<void>>()
  for (;;) {
    while (active.size < concurrent && !signal.aborted) {
      const job = take(around)
      if (!job) break
      const work = one(job).finally(() => active.delete(work))
      active.add(work)
    }
    if (active.size === 0) return
    await Promise.race(active)
  }
}
