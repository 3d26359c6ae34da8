// SPDX-License-Identifier: BSD-2-Clause
// The records of the cloud, in one LMDB environment that any number of processes may have open at once. Keys are
// [table, account, …id] or [table, …id]; values are msgpack. Each table also has a version that every transaction
// that touched it moves on, so that a process may keep a table's decoded records until another process writes.
import { closeSync, mkdirSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { open, type RootDatabase } from 'lmdb'
import type { KeyPart, ScanOptions, Table, TableSpec } from './table'

type Key = KeyPart[]

// Abortable, committed when the call returns, flushed to disk in the background (lmdb keeps the file consistent
// whenever the machine stops; a killed process loses nothing, as the pages are the operating system's by then).
const transactionFlags = 0x10003 as Parameters<RootDatabase['transactionSync']>[1]
const formatVersion = 1

/** The folder was written by a later release. */
export class NewerFolderError extends Error {
  constructor(home: string, version: number) {
    super(
      `${home} was written by a newer release (folder format ${version}, this release knows ${formatVersion})`,
    )
    this.name = 'NewerFolderError'
  }
}

/** What the folder holds cannot be opened as records. */
export class FolderError extends Error {
  override readonly name = 'FolderError'
}

// The first page of a database file: a page header, then this number (lmdb.h, MDB_MAGIC).
const magic = Buffer.from('dec0efbe', 'hex')
const magicWithin = 64

/** lmdb takes any file for one of its own, and ends the process when it is not. */
const checkFile = (file: string): void => {
  let opened: number
  try {
    opened = openSync(file, 'r')
  } catch (error) {
    // A new folder has none yet.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  try {
    const start = Buffer.alloc(magicWithin)
    const bytes = readSync(opened, start)
    if (bytes > 0 && !start.includes(magic)) throw new FolderError(`${file} is damaged: it holds no records`)
  } finally {
    closeSync(opened)
  }
}

const openRecords = (folder: string): RootDatabase<unknown, Key> => {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  checkFile(join(folder, 'data.mdb'))
  try {
    return open<unknown, Key>({ path: folder, noSubdir: false, maxDbs: 1 })
  } catch (error) {
    // lmdb's own errors have a number for a code and do not say where: "Permission denied: Attempting to setup locks".
    if (!(error instanceof Error && 'code' in error && typeof error.code === 'number')) throw error
    throw new FolderError(`${error.message.replace(/:.*/s, '')}: ${folder}`, { cause: error })
  }
}

const deepFreeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value) && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const member of Object.values(value)) deepFreeze(member)
  }
  return value
}

interface Cached {
  readonly version: number
  readonly records: readonly object[]
}

export class Store {
  readonly #db: RootDatabase<unknown, Key>
  readonly #lists = new Map<string, Cached>()
  #touched: Set<string> | undefined

  constructor(home: string) {
    const folder = join(home, 'records')
    this.#db = openRecords(folder)
    const version = this.#db.get(['~format']) as number | undefined
    if (version !== undefined && version > formatVersion) {
      void this.#db.close()
      throw new NewerFolderError(home, version)
    }
    if (version === undefined) this.#db.putSync(['~format'], formatVersion)
  }

  /** Run `work` on the latest committed state; it must not write. */
  read<T>(work: () => T): T {
    if (!this.#touched) this.#db.resetReadTxn()
    return work()
  }

  /** Run `work` as one transaction: all of its writes are committed when this returns, or none when it throws. */
  write<T>(work: () => T): T {
    if (this.#touched) return work()
    const touched = new Set<string>()
    this.#touched = touched
    try {
      return this.#db.transactionSync(() => {
        const result = work()
        for (const name of touched) this.#db.putSync(['~version', name], this.#version(name) + 1)
        // A result with a `then` member would be taken for a promise, hence the wrapping.
        return { result }
      }, transactionFlags).result
    } finally {
      this.#touched = undefined
    }
  }

  close(): Promise<void> {
    return this.#db.close()
  }

  /** A live table. `account` is the caller's; it does not matter to tables of cloud scope. */
  table<R extends object>(name: string, spec: TableSpec<R>, account: string): Table<R> {
    const base: Key = spec.scope === 'account' ? [name, account] : [name]
    const keyOf = (record: R): Key => {
      const id = spec.key(record)
      const scope = spec.scope === 'account' ? [name, (record as { account: string }).account] : [name]
      return [...scope, ...(Array.isArray(id) ? id : [id])]
    }
    const self: Table<R> = {
      get: (...id) => deepFreeze(this.#db.get([...base, ...id])) as R | undefined,
      must: (...id) => {
        const record = self.get(...id)
        if (record) return record
        if (!spec.missing) throw new Error(`no ${name} record ${id.join('/')}`)
        return spec.missing(...id)
      },
      put: record => {
        this.#touch(name)
        this.#db.putSync(keyOf(record), record)
        return deepFreeze(record)
      },
      delete: (...id) => {
        this.#touch(name)
        this.#db.removeSync([...base, ...id])
      },
      list: () => this.#list(name, base, spec.large === true) as readonly R[],
      scan: options => this.#scan(base, options) as Iterable<R>,
      in: other => (other === account ? self : this.table(name, spec, other)),
      everywhere: () => this.#list(name, [name], spec.large === true) as readonly R[],
    }
    return self
  }

  #touch(name: string): void {
    if (!this.#touched) throw new Error(`${name} written outside a write transaction`)
    this.#touched.add(name)
  }

  #version(name: string): number {
    return (this.#db.get(['~version', name]) as number | undefined) ?? 0
  }

  #list(name: string, base: Key, large: boolean): readonly object[] {
    // Inside a transaction that wrote to the table its version has not moved on yet.
    if (large || this.#touched?.has(name)) return [...this.#scan(base)]
    const slot = base.join('\u0000')
    const version = this.#version(name)
    const cached = this.#lists.get(slot)
    if (cached?.version === version) return cached.records
    const records = Object.freeze([...this.#scan(base)])
    this.#lists.set(slot, { version, records })
    return records
  }

  *#scan(base: Key, options: ScanOptions = {}): Iterable<object> {
    const prefix = [...base, ...(options.under ?? [])]
    const start = [...prefix, ...(options.from ?? [])]
    for (const { key, value } of this.#db.getRange({ start })) {
      if (prefix.some((part, index) => key[index] !== part)) return
      if (options.exclusive && key.length === start.length && start.every((part, i) => key[i] === part)) {
        continue
      }
      yield deepFreeze(value) as object
    }
  }
}
