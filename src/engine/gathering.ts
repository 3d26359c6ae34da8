// SPDX-License-Identifier: BSD-2-Clause
// Requests that come at the same time are committed together: while one commit waits for the disk others arrive, and
// those are the next one.
import { type Piece, type Surroundings, transactTogether } from './transaction'

// While these are run nothing else is.
const most = 64

interface Waiting {
  readonly piece: Piece
  readonly settle: (result: PromiseSettledResult<unknown>) => void
}

export class Gathering {
  readonly #around: Surroundings
  #waiting: Waiting[] = []

  constructor(around: Surroundings) {
    this.#around = around
  }

  /** Run a piece of work in a transaction soon, with others or alone. */
  add(piece: Piece): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const settle = (result: PromiseSettledResult<unknown>): void =>
        result.status === 'fulfilled' ? resolve(result.value) : reject(result.reason)
      this.#waiting.push({ piece, settle })
      // Whatever else has arrived by now is read first.
      if (this.#waiting.length === 1) setImmediate(() => this.#commit())
    })
  }

  #commit(): void {
    const now = this.#waiting.splice(0, most)
    if (this.#waiting.length > 0) setImmediate(() => this.#commit())
    try {
      const results = transactTogether(
        this.#around,
        now.map(({ piece }) => piece),
      )
      for (const [index, result] of results.entries()) now[index]?.settle(result)
    } catch (reason) {
      // Nobody may wait for ever.
      for (const { settle } of now) settle({ status: 'rejected', reason })
    }
  }
}
