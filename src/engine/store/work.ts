// SPDX-License-Identifier: BSD-2-Clause
// What is still to be done: due records (a task at a time), jobs (long work under a lease), the processes that work on
// these, and the answers kept for client tokens.
import type { ProcessName } from '../processes'
import { table } from './table'

/** A task to run on a target once `at` (ms) has come. `sequence` keeps equal times in the order they were asked for. */
export interface Due {
  readonly at: number
  readonly sequence: number
  readonly task: string
  readonly target: string
  /** How often it threw. */
  readonly failures?: number
}

/** Long work. `holder` is the process that works on it now, `run` what that calls this run. */
export interface Job {
  /** Made from `job` and `target`. */
  readonly id: string
  readonly job: string
  readonly target: string
  /** Not before this engine time (ms): a job that waits is a record, not a sleeping process. */
  readonly notBefore: number
  /** Keeps jobs of one time in the order they were asked for. */
  readonly sequence: number
  /** Runs so far, and how many of them ended with an error that the job did not deal with. */
  readonly attempts: number
  readonly failures: number
  readonly holder?: ProcessName
  readonly run?: string
  /** It was asked for again while it ran. */
  readonly again?: boolean
}

/** Where a job stands in line. */
export interface QueuedJob {
  readonly at: number
  readonly sequence: number
  readonly job: string
}

/** What a request with a client token was answered, so that its repetition gets the same. */
export interface TokenAnswer {
  readonly account: string
  readonly operation: string
  readonly token: string
  /** SHA-256 of the input, hex. */
  readonly digest: string
  readonly output: unknown
}

export interface Counter {
  readonly name: string
  readonly value: number
}

export const workTables = {
  due: table<Due>({ scope: 'cloud', key: due => [due.at, due.sequence], large: true }),
  jobs: table<Job>({ scope: 'cloud', key: job => job.id, large: true }),
  jobQueue: table<QueuedJob>({ scope: 'cloud', key: place => [place.at, place.sequence], large: true }),
  workers: table<ProcessName>({ scope: 'cloud', key: ({ pid }) => pid }),
  tokenAnswers: table<TokenAnswer>({
    scope: 'account',
    key: answer => [answer.operation, answer.token],
    large: true,
  }),
  counters: table<Counter>({ scope: 'cloud', key: counter => counter.name }),
}
