// SPDX-License-Identifier: BSD-2-Clause
// Health checks that connect. When each is due, and what follows from it, is the engine's.
import { type CheckResult, dueChecks, type PlannedDueCheck, recordChecks } from '../../engine/elb/health'
import type { Part, Surroundings } from '../part'
import { probe } from './probe'

// Connections under way at a time.
const atOnce = 256
// Most instances answer at once; nobody waits for those that do not.
const waitMilliseconds = 250

const nameOf = ({ balancerId, instanceId, registeredAt }: PlannedDueCheck): string =>
  `${balancerId} ${instanceId} ${registeredAt.getTime()}`

class Checks implements Part {
  readonly #around: Surroundings
  readonly #ending = new AbortController()
  /** Under way, or waiting for their turn, or told next time. */
  readonly #begun = new Set<string>()
  readonly #waiting: PlannedDueCheck[] = []
  #results: CheckResult[] = []
  #running = 0
  #whenIdle: (() => void) | undefined

  constructor(around: Surroundings) {
    this.#around = around
  }

  async settle(): Promise<void> {
    this.#record()
    const { due } = this.#around.engine.read(dueChecks)
    for (const one of due) {
      if (this.#begun.has(nameOf(one))) continue
      this.#begun.add(nameOf(one))
      this.#waiting.push(one)
    }
    this.#begin()
    if (this.#running > 0) await this.#wait()
    this.#record()
  }

  async stop(): Promise<void> {
    this.#waiting.length = 0
    // What is broken off says nothing of the instance.
    this.#record()
    this.#ending.abort()
    if (this.#running > 0) await new Promise<void>(resolve => (this.#whenIdle = resolve))
  }

  #wait(): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, waitMilliseconds)
      this.#whenIdle = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  #begin(): void {
    while (this.#running < atOnce) {
      const next = this.#waiting.shift()
      if (!next) return
      this.#running++
      void this.#make(next)
    }
  }

  async #make(planned: PlannedDueCheck): Promise<void> {
    const { balancer, balancerId, instanceId, registeredAt, check, from, to, foreseen } = planned
    const trouble = await (to === undefined ? foreseen : probe({ check, from, to }, this.#ending.signal))
    const told = { balancer, balancerId, instanceId, registeredAt }
    if (!this.#ending.signal.aborted) this.#results.push(trouble === undefined ? told : { ...told, trouble })
    this.#running--
    this.#begun.delete(nameOf(planned))
    this.#begin()
    if (this.#running > 0) return
    this.#whenIdle?.()
    this.#whenIdle = undefined
  }

  #record(): void {
    const results = this.#results
    this.#results = []
    if (results.length > 0) this.#around.engine.write(tx => recordChecks(tx, results))
  }
}

export const checks = (around: Surroundings): Part => new Checks(around)
