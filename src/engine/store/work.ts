// SPDX-License-Identifier: BSD-2-Clause
// What is still to be done: due records (a task at a time), jobs (long work under a lease), and the answers kept for
// client tokens.
import type { ProcessName } from '../processes'
import { table } from './table'

/** A task to run on a target once `at` (ms) has come. `sequence` keeps equal times in the order they were asked for. */
export interface Due {
  readonly at: number
  readonly sequence: number
  readonly task: string
  readonly target: string
}

/** Long work. `holder` is the process that works on it now. */
export interface Job {
  readonly id: string
  readonly job: string
  readonly target: string
  /** Not before this engine time (ms): a job that waits is a record, not a sleeping process. */
  readonly notBefore: number
  /** Runs so far, and how many of them ended with an error that the job did not deal with. */
  readonly attempts: number
  readonly failures: number
  readonly holder?: ProcessName
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
  jobs: table<Job>({ scope: 'cloud', key: job => job.id }),
  tokenAnswers: table<TokenAnswer>({
    scope: 'account',
    key: answer => [answer.operation, answer.token],
    large: true,
  }),
  counters: table<Counter>({ scope: 'cloud', key: counter => counter.name }),
}
