// SPDX-License-Identifier: BSD-2-Clause
// Making the `tx` of an operation: tables on the store's transaction, and the few other things an operation may know.
// What reaches outside the store (files, the log, jobs) is kept until the commit.
import type { Blobs, StagedFile } from './bytes/blobs'
import type { Clock } from './clock'
import type { Entropy } from './entropy'
import type { Event, EventLog } from './event-log'
import type { Caller, Core, Tx } from './operation'
import type { Store } from './store/store'
import { tables } from './store/tables'

// A reader that looked a blob up has this long to open its file.
const releaseSeconds = 60

export const systemCaller: Caller = {
  kind: 'system',
  account: '000000000000',
  accountAlias: '(eucalyptus)',
  canonicalId: '0'.repeat(64),
  userName: 'system',
  arn: 'arn:aws:iam::000000000000:user/system',
  accessKeyId: '',
  isCloudAdmin: true,
}

export interface Surroundings {
  readonly store: Store
  readonly blobs: Blobs
  readonly clock: Clock
  readonly entropy: Entropy
  readonly log: EventLog
  readonly region: string
}

interface Pending {
  readonly adopted: StagedFile[]
  readonly events: Event[]
}

const tableNames = Object.keys(tables) as (keyof typeof tables)[]

const makeTx = (around: Surroundings, caller: Caller, endpoint: string, pending: Pending): Tx => {
  const { store, blobs, clock, entropy } = around
  const now = new Date(clock.now())
  const nextNumber = (name: string): number => {
    const value = (tx.counters.get(name)?.value ?? 0) + 1
    tx.counters.put({ name, value })
    return value
  }
  const core: Core = {
    now,
    caller,
    region: around.region,
    endpoint,
    id: (prefix, digits = 8) => {
      const hex = entropy.bytes(Math.ceil(digits / 2)).toString('hex')
      return `${prefix}-${hex.slice(0, digits)}`
    },
    random: bytes => entropy.bytes(bytes),
    rsaKey: () => entropy.rsaKey(),
    after: (seconds, task, target) => {
      tx.due.put({ at: now.getTime() + seconds * 1000, sequence: nextNumber('due'), task, target })
    },
    start: (job, target) => {
      tx.jobs.put({
        id: String(nextNumber('job')).padStart(12, '0'),
        job,
        target,
        notBefore: now.getTime(),
        attempts: 0,
        failures: 0,
      })
    },
    adopt: (staged, bytes) => {
      pending.adopted.push(staged)
      return tx.blobs.put({ id: staged.id, bytes })
    },
    copyBlob: id => core.adopt(blobs.stageLink(id), tx.blobs.must(id).bytes),
    readBlob: (id, start, end) => blobs.read(id, start, end),
    release: id => {
      tx.blobs.delete(id)
      core.after(releaseSeconds, 'blob.released', id)
    },
    event: (logger, level, text) => {
      pending.events.push({ at: now, logger, level, text })
    },
  }
  const tx = core as Tx
  // A table is made when it is first asked for: most operations want two of the many.
  for (const name of tableNames) {
    Object.defineProperty(tx, name, {
      configurable: true,
      enumerable: true,
      get: () => {
        const value = store.table(name, tables[name] as never, caller.account)
        Object.defineProperty(tx, name, { value })
        return value
      },
    })
  }
  return tx
}

/** Thrown through a transaction to undo it and still answer. */
class Undo<T> extends Error {
  constructor(readonly result: T) {
    super('undone')
  }
}

export interface TransactOptions {
  readonly caller?: Caller
  readonly endpoint?: string
  readonly reads?: boolean
  /** Run, then undo everything: EC2's DryRun. */
  readonly undo?: boolean
}

/** Run `work` in a transaction of its own; see `Core` for what it may do. */
export const transact = <T>(around: Surroundings, work: (tx: Tx) => T, options: TransactOptions = {}): T => {
  const { caller = systemCaller, endpoint = '', reads = false, undo = false } = options
  const pending: Pending = { adopted: [], events: [] }
  const run = (): T => work(makeTx(around, caller, endpoint, pending))
  if (reads) return around.store.read(run)
  try {
    const result = around.store.write(() => {
      const result = run()
      if (undo) throw new Undo(result)
      return result
    })
    for (const staged of pending.adopted) around.blobs.settle(staged)
    around.log.append(pending.events)
    return result
  } catch (error) {
    for (const staged of pending.adopted) around.blobs.drop(staged)
    if (error instanceof Undo) return error.result as T
    throw error
  }
}
