// SPDX-License-Identifier: BSD-2-Clause
// Load balancers that listen.
//
// What is asked of them is read from the records each time, and each goes by its own plan. What they have to say, where
// they are answered and what they counted, goes back into the records.
import { rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { balancerOfKey } from '../../engine/elb/balancers'
import { putBalancerMetrics } from '../../engine/elb/metrics'
import { type BalancerPlan, balancerPlans } from '../../engine/elb/plan'
import type { Tx } from '../../engine/operation'
import { pathPart } from '../../engine/path-part'
import type { Part, Surroundings } from '../part'
import { deliverAccessLogs } from './access-logs'
import type { Balancing, PlacedPorts, Tell } from './balancing'
import { BuiltInBalancing } from './built-in'
import type { BalancerCounts } from './counters'
import { HaproxyBalancing } from './haproxy'
import { findHaproxy, type HaproxyProgram } from './haproxy-program'
import { KnownKeys } from './known-keys'
import { endLeftovers, foldersIn } from './leftovers'

export interface BalancersOptions extends Surroundings {
  /** A path of HAProxy, or `built in`; by default HAProxy where it is installed. */
  readonly haproxy?: string | undefined
  /** For tests that have no records. */
  readonly readPlans?: (tx: Tx) => readonly BalancerPlan[]
}

interface Carried {
  plan: BalancerPlan
  readonly balancing: Balancing
  readonly keys: KnownKeys
  readonly folder: string
  /** As they are on record. */
  told: string
  /** When its log has been delivered, or was to be (ms, of the engine's clock). */
  logged: number
  /** As it was while what could not be delivered yet was logged, when nothing is logged any more. */
  owing?: BalancerPlan
}

const atOnce = 8
const mostThreads = 4
const minute = 60_000

const inTurns = async <T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> => {
  const left = [...all]
  const worker = async (): Promise<void> => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) await work(one)
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, all.length) }, worker))
}

/** The values of the metrics of one balancer. */
const metricsOf = (counts: BalancerCounts) => {
  const counted = (count: number) => ({ count, sum: count, minimum: 1, maximum: 1 })
  const mean = counts.timed > 0 ? counts.latencySeconds / counts.timed : 0
  return {
    RequestCount: counted(counts.requests),
    Latency: { count: counts.timed, sum: counts.latencySeconds, minimum: mean, maximum: mean },
    HTTPCode_ELB_4XX: counted(counts.elb4xx),
    HTTPCode_ELB_5XX: counted(counts.elb5xx),
    HTTPCode_Backend_2XX: counted(counts.backend2xx),
    HTTPCode_Backend_3XX: counted(counts.backend3xx),
    HTTPCode_Backend_4XX: counted(counts.backend4xx),
    HTTPCode_Backend_5XX: counted(counts.backend5xx),
  }
}

class Balancers implements Part {
  readonly #options: BalancersOptions
  readonly #home: string
  readonly #carried = new Map<string, Carried>()
  #program: Promise<HaproxyProgram | undefined> | undefined
  #isPrepared = false
  #countedAt = 0

  constructor(options: BalancersOptions) {
    this.#options = options
    this.#home = join(options.home, 'plane', 'balancers')
    this.#countedAt = Math.floor(this.#now / minute)
  }

  get #now(): number {
    return this.#options.engine.around.clock.now()
  }

  /** Called from anywhere, also when a process has ended: nobody there could do anything about a store that fails. */
  #tell: Tell = (level, text) => {
    try {
      this.#options.engine.write(tx => tx.event('LoadBalancing', level, text))
    } catch (error) {
      this.#options.onBug(error)
    }
  }

  async #findProgram(): Promise<HaproxyProgram | undefined> {
    const { haproxy } = this.#options
    if (haproxy === 'built in') return undefined
    const found = await findHaproxy(haproxy)
    if (typeof found !== 'string') return found
    const text = `${found}: load balancers are carried out by the small proxy that is built in`
    this.#tell('WARN', text)
    this.#options.onTrouble?.(text)
    return undefined
  }

  async settle(): Promise<void> {
    const { engine, readPlans = balancerPlans } = this.#options
    const plans = engine.read(readPlans)
    const wanted = new Set(plans.map(({ id }) => id))
    await inTurns(
      [...this.#carried.values()].filter(({ plan }) => !wanted.has(plan.id)),
      carried => this.#remove(carried),
    )
    if (!this.#isPrepared) {
      // What was left behind is ended before anything is begun.
      await endLeftovers(this.#home)
      this.#isPrepared = true
      this.#forgetFolders(wanted)
    }
    if (plans.length > 0) {
      this.#program ??= this.#findProgram()
      const program = await this.#program
      await inTurns(plans, plan => this.#apply(plan, program))
    }
    await this.#count()
  }

  // What goes wrong with one is no reason to leave the others.

  async #apply(plan: BalancerPlan, program: HaproxyProgram | undefined): Promise<void> {
    try {
      const carried = this.#carried.get(plan.id) ?? this.#begin(plan, program)
      const wasLogged = carried.plan.accessLogs.enabled
      if (wasLogged && !plan.accessLogs.enabled) {
        carried.owing = carried.plan
        await this.#deliver(carried)
      }
      carried.plan = plan
      if (plan.accessLogs.enabled) carried.owing = undefined
      this.#place(carried, await carried.balancing.apply(await carried.keys.trusted(plan)))
      await this.#deliverWhenDue(carried)
    } catch (error) {
      this.#options.onBug(error)
    }
  }

  #begin(plan: BalancerPlan, program: HaproxyProgram | undefined): Carried {
    const folder = join(this.#home, pathPart(plan.id))
    const threads = Math.min(mostThreads, availableParallelism())
    const balancing = program
      ? new HaproxyBalancing({ program, folder, threads, tell: this.#tell })
      : new BuiltInBalancing({ tell: this.#tell })
    const carried = { plan, balancing, keys: new KnownKeys(), folder, told: '', logged: this.#now }
    this.#carried.set(plan.id, carried)
    return carried
  }

  async #remove(carried: Carried): Promise<void> {
    try {
      await carried.balancing.stop()
      await this.#deliver(carried)
      this.#carried.delete(carried.plan.id)
      rmSync(carried.folder, { recursive: true, force: true })
    } catch (error) {
      this.#options.onBug(error)
    }
  }

  /** Folders of balancers that were deleted while no server ran. */
  #forgetFolders(wanted: ReadonlySet<string>): void {
    for (const name of foldersIn(this.#home)) {
      if (!wanted.has(name) && !this.#carried.has(name)) {
        rmSync(join(this.#home, name), { recursive: true, force: true })
      }
    }
  }

  /** Have it on record where a balancer is answered. */
  #place(carried: Carried, ports: PlacedPorts): void {
    const { plan, balancing } = carried
    const text = JSON.stringify(ports)
    if (text === carried.told) return
    this.#options.engine.write(tx => {
      if (balancerOfKey(tx, plan.key)?.id !== plan.id) return
      tx.balancerPlaces.put({ balancer: plan.key, balancerId: plan.id, at: tx.now, ports, by: balancing.by })
      for (const { port, mapped, trouble } of ports) {
        if (trouble === undefined) continue
        const what = mapped === undefined ? 'is not answered' : `is answered at port ${mapped}`
        tx.event('LoadBalancing', 'WARN', `port ${port} of load balancer ${plan.name} ${what}: ${trouble}`)
      }
    })
    carried.told = text
  }

  // ---- logs and metrics ---------------------------------------------------------------------------------------------

  async #deliverWhenDue(carried: Carried): Promise<void> {
    const { enabled, interval } = carried.plan.accessLogs
    const slice = (time: number): number => Math.floor(time / (carried.owing ? minute : interval * minute))
    if ((enabled || carried.owing) && slice(this.#now) !== slice(carried.logged)) await this.#deliver(carried)
  }

  async #deliver(carried: Carried): Promise<void> {
    const { balancing, folder, plan, owing } = carried
    const options = {
      engine: this.#options.engine,
      folder,
      isWriting: balancing.isWriting,
      freshLog: () => balancing.freshLog(),
      tell: this.#tell,
    }
    const end = new Date(this.#now)
    try {
      if (await deliverAccessLogs(options, owing ?? plan, end)) carried.owing = undefined
    } catch (error) {
      this.#options.onBug(error)
    }
    carried.logged = end.getTime()
  }

  async #count(isLast = false): Promise<void> {
    const now = Math.floor(this.#now / minute)
    if (now === this.#countedAt && !isLast) return
    this.#countedAt = now
    const counted: { readonly plan: BalancerPlan; readonly counts: BalancerCounts }[] = []
    for (const { plan, balancing } of this.#carried.values()) {
      const counts = await balancing.counts()
      if (counts.requests > 0) counted.push({ plan, counts })
    }
    if (counted.length === 0) return
    this.#options.engine.write(tx => {
      for (const { plan, counts } of counted) {
        const balancer = balancerOfKey(tx, plan.key)
        if (balancer?.id !== plan.id) continue
        // It listens once, not once in each zone: what comes in is counted in the first.
        putBalancerMetrics(tx, balancer, balancer.zones[0] ?? '', metricsOf(counts))
      }
    })
  }

  async stop(): Promise<void> {
    await this.#count(true).catch(this.#options.onBug)
    await inTurns([...this.#carried.values()], async carried => {
      await carried.balancing.stop()
      await this.#deliver(carried)
    })
    const { engine } = this.#options
    const ids = new Set(this.#carried.keys())
    if (ids.size === 0) return
    this.#carried.clear()
    engine.write(tx => {
      for (const place of [...tx.balancerPlaces.scan()]) {
        if (ids.has(place.balancerId)) tx.balancerPlaces.delete(place.balancer)
      }
    })
  }
}

export const balancers = (options: BalancersOptions): Part => new Balancers(options)
