// SPDX-License-Identifier: BSD-2-Clause

/** Time as the engine knows it: milliseconds since the epoch. Tests move a simulated one. */
export interface Clock {
  now(): number
}

export const systemClock: Clock = { now: () => Date.now() }

export class SimulatedClock implements Clock {
  #now: number
  constructor(start: Date | string) {
    this.#now = new Date(start).getTime()
  }
  now(): number {
    return this.#now
  }
  advance(seconds: number): void {
    this.#now += seconds * 1000
  }
}
