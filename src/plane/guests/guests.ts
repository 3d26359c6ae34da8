// SPDX-License-Identifier: BSD-2-Clause
// Guests: processes that stand for instances. One that was killed stays so until its instance is rebooted, or the cloud
// is served anew: a machine that is broken does not mend itself.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { type GuestPlan, guestLimit, guestPlans } from '../../engine/ec2/guest-plan'
import { impair, mend } from '../../engine/ec2/impairment'
import { writtenOn } from '../../engine/node/console'
import type { Part, Surroundings } from '../part'
import { GuestProcess } from './guest-process'
import { guestFolders, guestsFolder } from './place'

export interface GuestSurroundings extends Surroundings {
  /** Runs `mallee` again: program and first arguments. */
  readonly command: readonly string[]
}

// Starting a process takes a core for a tenth of a second, and others want to be served meanwhile.
const startedAtOnce = 4

const flushMilliseconds = 50

class Guests implements Part {
  readonly #around: GuestSurroundings
  readonly #guests = new Map<string, GuestProcess>()
  readonly #tooMany = new Set<string>()
  readonly #lines = new Map<string, string[]>()
  #folders: Set<string>
  #flushing: NodeJS.Timeout | undefined
  #isStopped = false

  constructor(around: GuestSurroundings) {
    this.#around = around
    this.#folders = new Set(guestFolders(around.home))
  }

  async settle(): Promise<void> {
    const { engine } = this.#around
    const [plans, limit] = engine.read(tx => [guestPlans(tx), guestLimit(tx)] as const)
    const wanted = new Map(plans.slice(0, limit).map(plan => [plan.instanceId, plan]))
    const gone = [...this.#guests.values()].filter(guest => {
      const plan = wanted.get(guest.instanceId)
      return plan === undefined || plan.boot !== guest.boot || plan.address !== guest.address
    })
    await Promise.all(gone.map(guest => this.#end(guest)))
    this.#forget()
    this.#tellTooMany(plans.slice(limit), limit)
    const fresh = [...wanted.values()].filter(({ instanceId }) => !this.#guests.has(instanceId))
    const started = fresh.slice(0, startedAtOnce).map(plan => this.#start(plan))
    await Promise.all([
      ...started.map(guest => guest.opened()),
      ...[...wanted].map(([id, plan]) => this.#guests.get(id)?.rule(plan)),
    ])
  }

  #start(plan: GuestPlan): GuestProcess {
    const { home, endpoint, command } = this.#around
    const { instanceId } = plan
    this.#folders.add(instanceId)
    const guest = new GuestProcess(plan, {
      home,
      endpoint,
      command,
      onLines: lines => this.#hear(instanceId, lines),
      onEnd: how => this.#breakDown(plan, how),
      onTrouble: this.#around.onBug,
    })
    this.#guests.set(instanceId, guest)
    // What broke down in an earlier server's time has been started again.
    this.#around.engine.write(tx => mend(tx, instanceId))
    return guest
  }

  /** What stood for the instance is no more, of its own accord or by somebody's hand. */
  #breakDown({ instanceId, boot }: GuestPlan, how: string): void {
    try {
      this.#event(`The guest of instance ${instanceId} has ended: ${how}`)
      this.#around.engine.write(tx => impair(tx, instanceId, boot))
    } catch (error) {
      // Nobody waits for this but the process that has just ended.
      this.#around.onBug(error)
    }
  }

  async #end(guest: GuestProcess): Promise<void> {
    await guest.end()
    this.#guests.delete(guest.instanceId)
  }

  /** The folders of instances that are over go with them. */
  #forget(): void {
    const { engine, home } = this.#around
    const over = [...this.#folders].filter(id => {
      const state = engine.read(tx => tx.instances.get(id)?.state ?? 'terminated')
      return state === 'terminated' && !this.#guests.has(id)
    })
    for (const id of over) {
      rmSync(join(guestsFolder(home), id), { recursive: true, force: true })
      this.#folders.delete(id)
    }
  }

  #tellTooMany(plans: readonly GuestPlan[], limit: number): void {
    for (const { instanceId } of plans) {
      if (this.#tooMany.has(instanceId)) continue
      this.#tooMany.add(instanceId)
      this.#event(
        `The instance ${instanceId} has no guest: there are ${limit} already, which GUESTS_MAX allows`,
      )
    }
  }

  #event(text: string): void {
    this.#around.engine.write(tx => tx.event('Guests', 'WARN', text))
  }

  #hear(instanceId: string, lines: readonly string[]): void {
    if (this.#isStopped) return
    this.#lines.set(instanceId, [...(this.#lines.get(instanceId) ?? []), ...lines])
    this.#flushing ??= setTimeout(() => this.#flush(), flushMilliseconds)
  }

  /** Write down what guests said. An instance that ended meanwhile has no console any more. */
  #flush(): void {
    clearTimeout(this.#flushing)
    this.#flushing = undefined
    const all = [...this.#lines]
    this.#lines.clear()
    if (all.length === 0) return
    try {
      this.#around.engine.write(tx => {
        for (const [instanceId, lines] of all) {
          const console = tx.consoles.get(instanceId)
          if (console && tx.instances.get(instanceId)?.state === 'running') {
            tx.consoles.put(writtenOn(console, lines, tx.now))
          }
        }
      })
    } catch (error) {
      this.#around.onBug(error)
    }
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#guests.values()].map(guest => this.#end(guest)))
    this.#flush()
    this.#isStopped = true
  }
}

export const guests = (around: GuestSurroundings): Part => new Guests(around)
