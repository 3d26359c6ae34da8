// SPDX-License-Identifier: BSD-2-Clause
// Jobs that an answer waits for, such as keeping a volume as it was at the moment of the call.
import type { JobName } from './job-queue'
import { type Jobs, workOn } from './jobs'
import type { Surroundings } from './transaction'

export interface ErrandOptions {
  readonly home: string
  readonly loadJobs: () => Promise<Jobs>
  /** How long an answer may wait; infinite where nobody gives up. */
  readonly patienceSeconds: number
  readonly onBug: (error: unknown) => void
}

export class Errands {
  readonly #around: Surroundings
  readonly #options: ErrandOptions
  readonly #ending = new AbortController()
  readonly #running = new Set<Promise<unknown>>()

  constructor(around: Surroundings, options: ErrandOptions) {
    this.#around = around
    this.#options = options
  }

  /** Resolves when these are done, or go on without the answer, as it would come too late for its client. */
  async see(names: readonly JobName[]): Promise<void> {
    if (names.length === 0) return
    const { home, loadJobs, patienceSeconds, onBug } = this.#options
    const jobs = await loadJobs()
    const options = { home, jobs, signal: this.#ending.signal }
    const done = Promise.all(names.map(name => workOn(this.#around, name, options))).catch(onBug)
    this.#running.add(done)
    void done.finally(() => this.#running.delete(done))
    if (!Number.isFinite(patienceSeconds)) return void (await done)
    let timer: NodeJS.Timeout | undefined
    const patience = new Promise(resolve => {
      timer = setTimeout(resolve, patienceSeconds * 1000)
    })
    await Promise.race([done, patience])
    clearTimeout(timer)
  }

  /** What is not done is left to others. */
  async end(): Promise<void> {
    this.#ending.abort()
    await Promise.all(this.#running)
  }
}
