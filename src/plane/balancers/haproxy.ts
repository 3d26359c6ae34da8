// SPDX-License-Identifier: BSD-2-Clause
// One load balancer, carried out by HAProxy: it goes by plans alone, and changes as little as it must.
//
// Who serves is told to the process that runs; all else is a new process. A configuration is checked before it is used,
// and a listener that is the reason why one is not good is left out, so that it does not keep the others from working.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BalancerPlan, PlannedListener } from '../../engine/elb/plan'
import type { Balancing, PlacedPorts, Tell } from './balancing'
import { addCounts, type BalancerCounts, countsOf, noCounts } from './counters'
import { configOf, type Shape, type Slots, serverAt, unwritable } from './haproxy-config'
import { BalancerFolder, writePems } from './haproxy-folder'
import { HaproxyProcess, socketName } from './haproxy-process'
import { configTrouble, type HaproxyProgram } from './haproxy-program'
import { ListenerPorts, placeOf } from './ports'
import { Restarts } from './restarts'
import { assignSlots, commandsToLeave, commandsToServe, hasObeyed, leftSlots } from './slots'
import { carriedSessions } from './stick-tables'

export interface HaproxyOptions {
  readonly program: HaproxyProgram
  readonly folder: string
  readonly threads: number
  readonly tell: Tell
}

/** What the process that runs was started with, and told since. */
interface Running {
  readonly process: HaproxyProcess
  readonly structure: string
  readonly listeners: readonly PlannedListener[]
  slots: Slots
}

const mostOld = 8

export class HaproxyBalancing implements Balancing {
  readonly by: string
  readonly #options: HaproxyOptions
  readonly #folder: BalancerFolder
  readonly #restarts = new Restarts()
  #name = ''
  #running: Running | undefined
  /** Processes that only finish what they have begun. */
  #old: { readonly process: HaproxyProcess; readonly listeners: readonly PlannedListener[] }[] = []
  #ports = new ListenerPorts()
  #refused = new Map<string, string>()
  #number = 0
  #failure: string | undefined
  #counted: BalancerCounts = noCounts()
  /** Another process is wanted, though the configuration is the same. */
  #isStale = false
  #isTidy = true
  /** Why its files cannot be put in order. */
  #untidy: string | undefined

  constructor(options: HaproxyOptions) {
    this.#options = options
    this.by = `HAProxy ${options.program.version}`
    this.#folder = new BalancerFolder(options.folder)
    this.#number = this.#folder.lastNumber
  }

  async apply(plan: BalancerPlan): Promise<PlacedPorts> {
    this.#name = plan.name
    await this.#tendOld()
    if (!this.#folder.isThere) this.#isStale = true
    await this.#ports.find(plan, new Set(this.#running?.listeners.map(({ port }) => port)))
    const listeners = plan.listeners.filter(listener => this.#troubleOf(listener) === undefined)
    if (listeners.length === 0) await this.#rest()
    else await this.#serve(plan, listeners)
    if (!this.#isTidy) this.#tidy()
    return plan.listeners.map(listener => this.#placeOf(listener))
  }

  async counts(): Promise<BalancerCounts> {
    for (const { process, listeners } of [...this.#old, ...(this.#running ? [this.#running] : [])]) {
      await this.#count(process, listeners)
    }
    const counts = this.#counted
    this.#counted = noCounts()
    return counts
  }

  isWriting = (logFile: string): boolean =>
    this.#processes.some(process => process.isAlive && process.logFile === logFile)

  freshLog(): void {
    this.#isStale = true
  }

  async stop(): Promise<void> {
    const processes = this.#processes
    this.#running = undefined
    this.#old = []
    await Promise.all(processes.map(process => process.end()))
    // Keys above all: while nothing runs they are nowhere in the clear.
    if (this.#folder.isThere) this.#tidy()
    this.#folder.close()
  }

  get #processes(): readonly HaproxyProcess[] {
    return [...this.#old, ...(this.#running ? [this.#running] : [])].map(({ process }) => process)
  }

  // ---- ports and troubles -------------------------------------------------------------------------------------------

  #troubleOf(listener: PlannedListener): string | undefined {
    const found = this.#ports.of(listener.port)
    if (found.bound === undefined) return found.trouble ?? 'it has no port'
    return unwritable(listener) ?? this.#refused.get(JSON.stringify(listener))
  }

  #placeOf(listener: PlannedListener): PlacedPorts[number] {
    const { port } = listener
    const isServed = this.#running?.listeners.some(one => one.port === port) === true
    const trouble = this.#troubleOf(listener) ?? (isServed ? undefined : (this.#failure ?? 'not yet'))
    return placeOf(port, trouble === undefined ? this.#ports.of(port) : { trouble })
  }

  // ---- bringing it about --------------------------------------------------------------------------------------------

  async #serve(plan: BalancerPlan, listeners: readonly PlannedListener[]): Promise<void> {
    const slots = assignSlots(this.#running?.slots ?? [], plan.targets)
    const shape: Shape = {
      plan,
      listeners,
      slots,
      boundAt: port => this.#ports.of(port).bound ?? port,
      socket: socketName(this.#number + 1),
      threads: this.#options.threads,
    }
    // The same for all who are in its places, and for each process.
    const structure = configOf({ ...shape, slots: slots.map(() => undefined), socket: 'any' })
    const running = this.#running
    if (running) await this.#leave(running, slots)
    const isSame = running?.structure === structure && !this.#isStale
    if (isSame && (await this.#tell(running, slots))) return
    if (this.#restarts.mayStart) await this.#start(shape, structure)
    // What cannot be changed at this moment is no reason to send requests to those who do not serve any more.
    if (running && !isSame && this.#running === running)
      await this.#tell(running, slots.slice(0, running.slots.length))
  }

  /** What goes to those who have left is cut, in old processes, too. */
  async #leave(running: Running, slots: Slots): Promise<void> {
    const commands = commandsToLeave(running.listeners, running.slots, slots)
    if (commands.length === 0) return
    for (const command of commands) await running.process.ask(command).catch(() => {})
    const left = new Set(leftSlots(running.slots, slots).map(serverAt))
    for (const { process } of this.#old) await process.cut(left).catch(() => {})
  }

  async #tell(running: Running, slots: Slots): Promise<boolean> {
    try {
      for (const command of commandsToServe(running.listeners, running.slots, slots)) {
        if (!hasObeyed(command, await running.process.ask(command))) return false
      }
    } catch {
      return false
    }
    running.slots = slots
    return true
  }

  async #start(shape: Shape, structure: string): Promise<void> {
    try {
      await this.#replace(shape, structure)
    } catch (error) {
      this.#failed((error as Error).message)
    }
    this.#isTidy = false
  }

  async #replace(shape: Shape, structure: string): Promise<void> {
    const { folder, program } = this.#options
    const { plan, listeners, slots } = shape
    this.#folder.prepare()
    writePems(folder, listeners)
    const trouble = await this.#check(shape)
    if (trouble !== undefined) {
      if (!(await this.#findCulprits(shape))) return this.#failed(trouble)
      const others = listeners.filter(listener => this.#troubleOf(listener) === undefined)
      return others.length > 0 ? this.#serve(plan, others) : this.#rest()
    }
    const before = this.#running
    const sessions = before ? await carriedSessions(before.process, before.listeners, listeners) : []
    const number = ++this.#number
    const process = await HaproxyProcess.start({
      program,
      folder,
      shortFolder: this.#folder.shortPath,
      number,
      config: configOf(shape),
      successorTo: before?.process,
      logFile: plan.accessLogs.enabled ? `access-${number}.log` : undefined,
      onEnd: (ended, how) => this.#ended(ended, how),
    })
    if (before?.process.isAlive) this.#old.push(before)
    this.#running = { process, structure, listeners, slots }
    this.#restarts.started()
    this.#failure = undefined
    this.#isStale = false
    for (const command of sessions) await process.ask(command).catch(() => {})
  }

  async #check(shape: Shape): Promise<string | undefined> {
    const { folder, program } = this.#options
    writeFileSync(join(folder, 'candidate.cfg'), configOf(shape), { mode: 0o600 })
    return configTrouble(program, folder, 'candidate.cfg')
  }

  /** Which listeners are not good by themselves: whether any was found. */
  async #findCulprits(shape: Shape): Promise<boolean> {
    let isFound = false
    for (const listener of shape.listeners) {
      const trouble = await this.#check({ ...shape, listeners: [listener] })
      if (trouble === undefined) continue
      isFound = true
      this.#refused.set(JSON.stringify(listener), `HAProxy refuses it: ${trouble}`)
      this.#options.tell(
        'ERROR',
        `HAProxy refuses port ${listener.port} of load balancer ${this.#name}: ${trouble}`,
      )
    }
    return isFound
  }

  /** Nothing can be answered. */
  async #rest(): Promise<void> {
    const running = this.#running
    this.#running = undefined
    if (!running) return
    await this.#count(running.process, running.listeners)
    await running.process.end()
    this.#isTidy = false
  }

  // ---- processes that end -------------------------------------------------------------------------------------------

  #failed(trouble: string): void {
    this.#restarts.failed()
    this.#failure = `HAProxy cannot be started: ${trouble}`
    this.#options.tell('ERROR', `HAProxy of load balancer ${this.#name} cannot be started: ${trouble}`)
    // Ports that could be had when they were tried may have been taken since.
    if (!this.#running) this.#ports.clear()
  }

  #ended(process: HaproxyProcess, how: string): void {
    this.#old = this.#old.filter(old => old.process !== process)
    if (this.#running?.process !== process) {
      // Not now: a successor may be about to be started, with keys that none has yet.
      this.#isTidy = false
      return
    }
    this.#running = undefined
    this.#restarts.ended()
    this.#failure = `HAProxy has ended (${how})`
    this.#options.tell(
      'ERROR',
      `HAProxy of load balancer ${this.#name} has ended (${how}) and is started again`,
    )
  }

  /** Old processes that serve nobody any more may go; of very many the oldest has to. */
  async #tendOld(): Promise<void> {
    for (const { process, listeners } of this.#old.slice(0, Math.max(0, this.#old.length - mostOld))) {
      this.#options.tell(
        'WARN',
        `cut what a reload ${mostOld} reloads ago had left of load balancer ${this.#name}`,
      )
      await this.#count(process, listeners)
      await process.end()
    }
    for (const { process, listeners } of [...this.#old]) {
      const connections = await process.connections().catch(() => 0)
      if (connections > 0) continue
      await this.#count(process, listeners)
      process.release()
    }
  }

  async #count(process: HaproxyProcess, listeners: readonly PlannedListener[]): Promise<void> {
    // One that has just ended says nothing more.
    const counted = await process.newlyCounted().catch(() => ({}))
    addCounts(this.#counted, countsOf(counted, listeners))
  }

  /** What cannot be written is tried again with the next plan. */
  #tidy(): void {
    try {
      this.#folder.tidy(this.#processes, this.#running?.listeners ?? [])
      this.#isTidy = true
      this.#untidy = undefined
    } catch (error) {
      const { message } = error as Error
      if (message !== this.#untidy) {
        this.#options.tell('WARN', `files of load balancer ${this.#name} are not in order: ${message}`)
      }
      this.#untidy = message
    }
  }
}
