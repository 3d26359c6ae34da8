// SPDX-License-Identifier: BSD-2-Clause
// Jobs: work that moves bytes. A job is a record; a process takes it by writing its name there, and another may take it
// over when that process is gone. A job that waits (a retry, a download that is not ready) gives its record a time and
// lets go, so waiting costs no process, and a simulated clock can jump over it.
//
// Of one name and target there is one job at a time. To start it again while it waits to be run changes nothing; while
// it runs, it is run once more afterwards. So two runs never work on the same files, whoever died when.
import { randomBytes } from 'node:crypto'
import { Refusal } from './errors'
import { firstFree, isHeld, type JobName, jobId, putJob, runs, unqueue } from './job-queue'
import type { JobContext, Tx } from './operation'
import { thisProcess } from './processes'
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

/** A job of a release that knows more. It waits for one. */
class UnknownJob extends Error {
  override readonly name = 'UnknownJob'
}

// A job that fails without having dealt with its failure is a bug; it is given up after this many failures.
const failureLimit = 5
const retrySeconds = 5
const unknownSeconds = 3600
/**
 * Of some jobs a process does no more at a time, and leaves places for others: they wait for servers that are none of this
 * cloud's, any number of which whoever names them may have fall silent.
 */
const mostAtOnce: Readonly<Record<string, number>> = { 'notification.post': 2 }

// How often a process with jobs under way looks for more of them, and for tasks that have come due.
const lookAgainMilliseconds = 200

/** When (ms) the next job may run that nobody holds; undefined when there is none. */
export const nextJob = (around: Surroundings): number | undefined =>
  transact(around, tx => firstFree(tx, Number.POSITIVE_INFINITY)?.notBefore, { reads: true })

/** Write this process' name on a job. What asked for one more run is served by this one. */
const hold = (tx: Tx, { again: _, ...job }: Job): Job => {
  const run = randomBytes(8).toString('hex')
  return tx.jobs.put({ ...job, holder: thisProcess, run, attempts: job.attempts + 1 })
}

type Choice = (job: Job) => boolean

/** Looks before it takes: the write lock is everybody's, and mostly there is no job. */
const take = (around: Surroundings, isPassedOver: Choice): Job | undefined => {
  const now = around.clock.now()
  const find = (tx: Tx) => firstFree(tx, now, isPassedOver)
  if (!transact(around, find, { reads: true })) return undefined
  return transact(around, tx => {
    const free = find(tx)
    return free && hold(tx, free)
  })
}

/** Take one job, if it may run now. `elsewhere` while another runs it, `over` when it is done or put off. */
const takeNamed = (around: Surroundings, name: JobName): Job | 'elsewhere' | 'over' =>
  transact(around, tx => {
    const job = tx.jobs.get(jobId(name))
    if (!job || (!job.holder && job.notBefore > tx.now.getTime())) return 'over'
    return isHeld(job) ? 'elsewhere' : hold(tx, job)
  })

const finish = (around: Surroundings, { id, run }: Job, error: unknown): void => {
  transact(around, tx => {
    const now = tx.jobs.get(id)
    // Another process holds it, if it took this one for dead.
    if (!now || now.run !== run) return
    const { holder: _, run: __, again, ...job } = now
    const what = `${job.job} of ${job.target}`
    unqueue(tx, now)
    const inSeconds = (seconds: number) => around.clock.now() + seconds * 1000
    if (error instanceof Later) putJob(tx, { ...job, notBefore: inSeconds(error.seconds) })
    else if (error instanceof UnknownJob) {
      tx.event('Jobs', 'WARN', error.message)
      putJob(tx, { ...job, notBefore: inSeconds(unknownSeconds) })
    } else if (error !== undefined && job.failures + 1 < failureLimit) {
      tx.event('Jobs', 'ERROR', `${what} failed: ${error}`)
      putJob(tx, { ...job, failures: job.failures + 1, notBefore: inSeconds(retrySeconds) })
    } else {
      if (error !== undefined) tx.event('Jobs', 'ERROR', `Gave up ${what}: ${error}`)
      if (again) putJob(tx, { ...job, notBefore: inSeconds(0), attempts: 0, failures: 0 })
      else tx.jobs.delete(id)
    }
  })
}

export interface WorkOptions {
  readonly home: string
  readonly jobs: Jobs
  readonly signal: AbortSignal
  /** Called now and then while jobs are under way. */
  readonly meanwhile?: () => Promise<void>
  /** How many jobs one process works on at a time: Eucalyptus' `CONCURRENT_DISK_OPS`. */
  readonly concurrent?: number
}

const runJob = async (around: Surroundings, job: Job, { home, jobs, signal }: WorkOptions): Promise<void> => {
  const work = Object.hasOwn(jobs, job.job) ? jobs[job.job] : undefined
  if (!work) throw new UnknownJob(`this release has no job ${job.job}, which ${job.target} waits for`)
  const context: JobContext = {
    clock: around.clock,
    home,
    blobs: around.blobs,
    signal,
    attempt: job.attempts,
    transact: (work, caller) => transact(around, work, caller && { caller }),
    sleep: seconds => Promise.reject(new Later(seconds)),
  }
  await work(context, job.target)
}

/** The records had no room. A job waits until they have: that is no fault of its own, and passes. */
export const isOutOfStorage = (error: unknown): error is Refusal =>
  error instanceof Refusal && error.code === 'InsufficientStorage'

const endOf = (reason: unknown, signal: AbortSignal): unknown => {
  if (signal.aborted) return new Later(0)
  return isOutOfStorage(reason) ? new Later(retrySeconds) : (reason ?? new Error('unknown'))
}

/** Run a job and write down how it ended. Rejects only when that cannot be written. */
const runToEnd = async (around: Surroundings, job: Job, options: WorkOptions): Promise<void> => {
  const run = job.run ?? ''
  runs.add(run)
  try {
    const error = await runJob(around, job, options).then(
      () => undefined,
      reason => endOf(reason, options.signal),
    )
    finish(around, job, error)
    if (error !== undefined && !(error instanceof Later) && !(error instanceof UnknownJob)) {
      around.onBug?.(error)
    }
  } finally {
    runs.delete(run)
  }
}

/** Resolves when one of the promises is settled, or after a while. */
const firstOf = async (promises: Iterable<Promise<unknown>>, milliseconds: number): Promise<void> => {
  let timer: NodeJS.Timeout | undefined
  const pause = new Promise<void>(resolve => {
    timer = setTimeout(resolve, milliseconds)
  })
  try {
    await Promise.race([...promises, pause])
  } finally {
    clearTimeout(timer)
  }
}

const pollMilliseconds = 20

/** Have one job run, by this process unless another has begun, and wait until it is done or puts itself off. */
export const workOn = async (around: Surroundings, name: JobName, options: WorkOptions): Promise<void> => {
  for (;;) {
    const job = takeNamed(around, name)
    if (job === 'over') return
    if (job !== 'elsewhere') return runToEnd(around, job, options)
    await firstOf([], pollMilliseconds)
  }
}

/** Work on every job that may run now, until none is left or the signal says to end. Jobs cut short are left on record. */
export const workOff = async (around: Surroundings, options: WorkOptions): Promise<void> => {
  const { signal, concurrent = 4 } = options
  const active = new Map<Promise<void>, string>()
  const isPassedOver = ({ job }: Job): boolean => {
    const most = mostAtOnce[job]
    return most !== undefined && [...active.values()].filter(name => name === job).length >= most
  }
  try {
    for (;;) {
      while (active.size < concurrent && !signal.aborted) {
        const job = take(around, isPassedOver)
        if (!job) break
        const work = runToEnd(around, job, options).finally(() => active.delete(work))
        active.set(work, job.job)
      }
      if (active.size === 0) return
      await firstOf(active.keys(), lookAgainMilliseconds)
      await options.meanwhile?.()
    }
  } finally {
    await Promise.allSettled(active.keys())
  }
}
