// SPDX-License-Identifier: BSD-2-Clause
// When a process that has ended, or could not be started, may be tried again.

// One that ends soon after its start is not started again at once each time.
const soonMilliseconds = 10_000
const firstPauseMilliseconds = 250
const longestPauseMilliseconds = 30_000

export class Restarts {
  #failures = 0
  #retryAt = 0
  #startedAt = 0

  get mayStart(): boolean {
    return performance.now() >= this.#retryAt
  }

  started(): void {
    this.#startedAt = performance.now()
  }

  failed(): void {
    this.#failures++
    this.#retryAt = performance.now() + this.#pause
  }

  ended(): void {
    const now = performance.now()
    this.#failures = now - this.#startedAt > soonMilliseconds ? 0 : this.#failures + 1
    this.#retryAt = now + (this.#failures > 1 ? this.#pause : 0)
  }

  get #pause(): number {
    return Math.min(longestPauseMilliseconds, firstPauseMilliseconds * 2 ** this.#failures)
  }
}
