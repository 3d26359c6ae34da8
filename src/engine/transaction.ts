// SPDX-License-Identifier: BSD-2-Clause
// Making the `tx` of an operation: tables on the store's transaction, and the few other things an operation may know.
// What reaches outside the store (files, the log, jobs) is kept until the commit.
import { type Demand, deniedByDefault, type RequestFacts } from './access'
import { Authority } from './authority'
import type { Blobs, StagedFile } from './bytes/blobs'
import type { Blob } from './bytes/schema'
import { systemCaller } from './callers'
import type { Clock } from './clock'
import { nextNumber } from './counters'
import type { Entropy } from './entropy'
import type { Event, EventLog } from './event-log'
import { type JobName, startJob } from './job-queue'
import type { Caller, Core, Service, Tx } from './operation'
import type { Decision, Limit } from './policy/contracts'
import type { Store } from './store/store'
import { type Tables, tables } from './store/tables'

// A reader that looked a blob up has this long to open its file.
const releaseSeconds = 60

export interface Surroundings {
  readonly store: Store
  readonly blobs: Blobs
  readonly clock: Clock
  readonly entropy: Entropy
  readonly log: EventLog
  readonly region: string
  /** What the operator set for a name. Looked up when an operation asks. */
  readonly setting?: (name: string) => number | undefined
  readonly settingText?: (name: string) => string | undefined
  /** Called with errors that no client is there for. */
  readonly onBug?: (error: unknown) => void
  /** Called once a transaction of this process has committed a task or a job to be done. */
  readonly onWork?: () => void
}

interface Pending {
  readonly adopted: StagedFile[]
  readonly events: Event[]
  readonly awaited: JobName[]
  hasWork: boolean
}

const newPending = (): Pending => ({ adopted: [], events: [], awaited: [], hasWork: false })

/**
 * What operations know as `tx`. It is made several times a request, so that its methods and its tables, of which most
 * operations want two of the many, are on the prototype.
 */
class Transaction implements Core {
  readonly now: Date
  readonly caller: Caller
  readonly endpoint: string
  readonly #around: Surroundings
  readonly #asked: Asked
  readonly #pending: Pending
  #authority: Authority | undefined

  constructor(around: Surroundings, asked: Asked, pending: Pending) {
    this.now = new Date(around.clock.now())
    this.caller = asked.caller ?? systemCaller
    this.endpoint = asked.endpoint ?? ''
    this.#around = around
    this.#asked = asked
    this.#pending = pending
  }

  static {
    for (const name of Object.keys(tables) as (keyof Tables)[]) {
      Object.defineProperty(Transaction.prototype, name, {
        get(this: Transaction) {
          return this.#around.store.table(name, tables[name] as never, this.caller.account)
        },
      })
    }
  }

  /** The tables that `static` defined, which the compiler cannot see. */
  get #tables(): Tables {
    return this as unknown as Tables
  }

  get region(): string {
    return this.#around.region
  }

  get request(): RequestFacts {
    return this.#asked.request ?? withoutRequest
  }

  get #rights(): Authority {
    const { service, operation = '' } = this.#asked
    const action = `${service?.vendor ?? service?.name ?? ''}:${operation}`
    this.#authority ??= new Authority(this as Core as Tx, this.request, action)
    return this.#authority
  }

  authorize(...demands: readonly Demand[]): void {
    for (const demand of demands) {
      const decision = this.#rights.decide(demand)
      if (!decision.allowed) this.#refuse(demand, decision)
    }
  }

  authorizeList(): void {
    if (!this.#rights.perhaps()) this.#refuse({ resource: '*' }, this.decide({ resource: '*' }))
  }

  permitsAll(): boolean {
    return this.#rights.everywhere()
  }

  refuseAccess(): never {
    return this.#refuse({ resource: '*' }, { allowed: false, reason: 'implicit-deny', by: [] })
  }

  permits(demand: Demand): boolean {
    return this.#rights.decide(demand).allowed
  }

  decide(demand: Demand): Decision {
    return this.#rights.decide(demand)
  }

  limits(key: string, demand: Demand): readonly Limit[] {
    return this.#rights.limits(key, demand)
  }

  #refuse(demand: Demand, decision: Decision): never {
    const denied = this.#asked.service?.denied ?? deniedByDefault
    return denied(this as Core as Tx, { action: this.#rights.action, ...demand }, decision)
  }

  id(prefix: string, digits = 8): string {
    const hex = this.random(Math.ceil(digits / 2)).toString('hex')
    return `${prefix}-${hex.slice(0, digits)}`
  }

  random(bytes: number): Buffer {
    return this.#around.entropy.bytes(bytes)
  }

  as(caller: Caller, asked: Pick<Asked, 'service' | 'operation' | 'endpoint'> = {}): Tx {
    return makeTx(this.#around, { ...this.#asked, ...asked, caller }, this.#pending)
  }

  rsaKey(): string {
    return this.#around.entropy.rsaKey()
  }

  after(seconds: number, task: string, target: string): void {
    const at = this.now.getTime() + seconds * 1000
    this.#pending.hasWork = true
    this.#tables.due.put({ at, sequence: nextNumber(this.#tables, 'due'), task, target })
  }

  start(job: string, target: string): void {
    this.#pending.hasWork = true
    startJob(this as Core as Tx, job, target, nextNumber(this.#tables, 'job'))
  }

  startBeforeAnswer(job: string, target: string): void {
    this.start(job, target)
    this.#pending.awaited.push({ job, target })
  }

  adopt(staged: StagedFile, bytes: number): Blob {
    // In its place before the commit: whoever reads the record finds the file.
    this.#pending.adopted.push(staged)
    this.#around.blobs.adopt(staged)
    return this.#tables.blobs.put({ id: staged.id, bytes })
  }

  copyBlob(id: string): Blob {
    return this.adopt(this.#around.blobs.stageLink(id), this.#tables.blobs.must(id).bytes)
  }

  readBlob(id: string, start: number, end: number): Buffer {
    return this.#around.blobs.read(id, start, end)
  }

  release(id: string, seconds = releaseSeconds): void {
    this.#tables.blobs.delete(id)
    this.after(seconds, 'blob.released', id)
  }

  setting(name: string): number | undefined {
    return this.#around.setting?.(name)
  }

  settingText(name: string): string | undefined {
    return this.#around.settingText?.(name)
  }

  event(logger: string, level: Event['level'], text: string): void {
    this.#pending.events.push({ at: this.now, logger, level, text })
  }
}

const makeTx = (around: Surroundings, asked: Asked, pending: Pending): Tx =>
  new Transaction(around, asked, pending) as Core as Tx

/** Thrown through a transaction to undo it and still answer. */
class Undo<T> extends Error {
  constructor(readonly result: T) {
    super('undone')
  }
}

/** Who wants what, and how it came in. Without it, it is the engine itself. */
export interface Asked {
  readonly caller?: Caller
  readonly endpoint?: string
  readonly request?: RequestFacts
  readonly service?: Service
  /** The operation's name, such as `RunInstances`. */
  readonly operation?: string
}

const withoutRequest: RequestFacts = { isSecure: true }

export interface TransactOptions extends Asked {
  readonly reads?: boolean
  /** Run, then undo everything: EC2's DryRun. */
  readonly undo?: boolean
  /** Is given, after the commit, the jobs that the answer waits for. */
  readonly awaited?: JobName[]
}

/** Run `work` in a transaction of its own; see `Core` for what it may do. */
export const transact = <T>(around: Surroundings, work: (tx: Tx) => T, options: TransactOptions = {}): T => {
  const { reads = false, undo = false, awaited } = options
  const pending = newPending()
  const run = (): T => work(makeTx(around, options, pending))
  if (reads) return around.store.read(run)
  let result: T
  try {
    result = around.store.write(() => {
      const result = run()
      if (undo) throw new Undo(result)
      return result
    })
  } catch (error) {
    for (const staged of pending.adopted) around.blobs.abandon(staged)
    if (error instanceof Undo) return error.result as T
    throw error
  }
  settle(around, pending)
  awaited?.push(...pending.awaited)
  return result
}

export interface Piece {
  readonly work: (tx: Tx) => unknown
  readonly options: Asked
}

const runAll = (around: Surroundings, pieces: readonly Piece[]): readonly unknown[] | undefined => {
  const pendings = pieces.map(newPending)
  let results: readonly unknown[]
  try {
    results = around.store.write(() =>
      pieces.map(({ work, options }, index) => work(makeTx(around, options, pendings[index] as Pending))),
    )
  } catch {
    // Whose fault it was comes out when each is run by itself.
    for (const { adopted } of pendings) for (const staged of adopted) around.blobs.giveBack(staged)
    return undefined
  }
  for (const pending of pendings) settle(around, pending)
  return results
}

const settled = (run: () => unknown): PromiseSettledResult<unknown> => {
  try {
    return { status: 'fulfilled', value: run() }
  } catch (reason) {
    return { status: 'rejected', reason }
  }
}

/**
 * Run pieces of work in one transaction, which takes hardly longer than one of them would, most of a commit being the
 * wait for the disk. When one of them throws, none has happened, and each is run by itself.
 */
export const transactTogether = (
  around: Surroundings,
  pieces: readonly Piece[],
): readonly PromiseSettledResult<unknown>[] => {
  const results = pieces.length > 1 ? runAll(around, pieces) : undefined
  return results
    ? results.map(value => ({ status: 'fulfilled', value }))
    : pieces.map(({ work, options }) => settled(() => transact(around, work, options)))
}

/** What follows a commit. Nothing that goes wrong here may make what was done look as if it had not been. */
const settle = ({ blobs, log, onBug, onWork }: Surroundings, { adopted, events, hasWork }: Pending): void => {
  try {
    for (const staged of adopted) blobs.drop(staged)
    log.append(events)
  } catch (error) {
    onBug?.(error)
  }
  if (hasWork) onWork?.()
}
