// SPDX-License-Identifier: BSD-2-Clause
// The records of the cloud, in one LMDB environment that any number of processes may have open at once. Keys are
// [table, account, …id] or [table, …id]; values are msgpack. Each table also has a version that every transaction
// that touched it moves on, so that a process may keep a table's decoded records until another process writes; and the
// whole has a generation, so that a request which finds it unmoved need not look at any table's version.
import { join } from 'node:path'
import type { RootDatabase } from 'lmdb'
import { refuse } from '../errors'
import { Commits } from './commits'
import { overwriteFreed } from './freed-pages'
import { Kept, type Source } from './kept'
import { isTooLong, type Key, tableOf } from './keys'
import { deepFreeze, mapMembers } from './members'
import { isOutOfSpace, namingFolder, openRecords } from './open-records'
import type { KeyPart, ScanOptions, Table, TableSpec } from './table'
import { Vault } from './vault'

/** Of the folder. 1 had its secrets as they are. */
export const formatVersion = 2

/** The folder was written by a later release. */
export class NewerFolderError extends Error {
  constructor(home: string, version: number) {
    super(
      `${home} was written by a newer release (folder format ${version}, this release knows ${formatVersion})`,
    )
    this.name = 'NewerFolderError'
  }
}

/** How a table's records are kept and read. */
interface Ways extends Source {
  readonly isLarge: boolean
  readonly unsealed: (record: object) => object
}

// Live tables hold nothing but their names; with very many accounts they are made anew now and then.
const liveTables = 10_000

export class Store {
  readonly #db: RootDatabase<unknown, Key>
  readonly #commits: Commits
  readonly #vault: Vault
  readonly #live = new Map<string, Table<object>>()
  readonly #kept = new Map<string, Kept>()
  readonly #versions = new Map<string, number>()
  #generation = -1
  #touched: Set<string> | undefined
  #isReading = false

  constructor(home: string) {
    const folder = join(home, 'records')
    this.#vault = new Vault(home)
    this.#db = openRecords(folder)
    const version = this.#db.get(['~format']) as number | undefined
    if (version !== undefined && version > formatVersion) {
      void this.#db.close()
      throw new NewerFolderError(home, version)
    }
    this.#commits = new Commits(this.#db, folder)
    // Also where there is nothing to write: this opening may have set the number of the last commit back.
    namingFolder(folder, () =>
      this.#commits.transact(() => {
        if (version === undefined) this.#db.putSync(['~format'], formatVersion)
      }),
    )
  }

  /** Bring a folder that an older release wrote up to date, and do `more` in the same transaction. Nothing happens to others. */
  upgrade(specs: Readonly<Record<string, TableSpec<never>>>, more: () => void): void {
    const isOld = () => (this.#db.get(['~format']) as number) < formatVersion
    if (!isOld()) return
    this.write(() => {
      // Another process may have been faster.
      if (!isOld()) return
      for (const [name, { sealed }] of Object.entries(specs)) if (sealed) this.#sealAll(name, sealed)
      more()
      this.#db.putSync(['~format'], formatVersion)
    })
    overwriteFreed(this.#db, work => this.#commits.transact(work))
  }

  #sealAll(name: string, sealed: readonly string[]): void {
    this.#touch(name)
    const found: { key: Key; value: object }[] = []
    for (const { key, value } of this.#db.getRange({ start: [name] })) {
      if (key[0] !== name) break
      found.push({ key: [...key], value: value as object })
    }
    for (const { key, value } of found) this.#db.putSync(key, this.#seal(this.#unseal(value, sealed), sealed))
    this.#kept.delete(name)
  }

  /** Run `work` on the latest committed state; it must not write. Within another `read` it is that one's state. */
  read<T>(work: () => T): T {
    if (this.#touched || this.#isReading) return work()
    this.#isReading = true
    try {
      this.#db.resetReadTxn()
      this.#look()
      return work()
    } finally {
      this.#isReading = false
    }
  }

  /** Run `work` as one transaction: all of its writes are committed when this returns, or none when it throws. */
  write<T>(work: () => T): T {
    if (this.#touched) return work()
    if (this.#isReading) throw new Error('a write within a read, which would not see it')
    const touched = new Set<string>()
    this.#touched = touched
    try {
      const result = this.#commits.transact(() => {
        this.#look()
        const result = work()
        for (const name of touched) this.#db.putSync(['~version', name], this.#version(name) + 1)
        if (touched.size > 0) this.#db.putSync(['~generation'], this.#generation + 1)
        return result
      })
      for (const name of touched) this.#kept.get(name)?.committed(this.#version(name))
      return result
    } catch (error) {
      // What was read of them may be what has not come to be.
      for (const name of touched) this.#kept.delete(name)
      if (!isOutOfSpace(error)) throw error
      return refuse('InsufficientStorage', 'There is no space left to store this change.', 507)
    } finally {
      this.#touched = undefined
      this.#versions.clear()
    }
  }

  async close(): Promise<void> {
    await this.#db.close()
    this.#commits.close()
  }

  /** A live table. `account` is the caller's; it does not matter to tables of cloud scope. */
  table<R extends object>(name: string, spec: TableSpec<R>, account: string): Table<R> {
    const slot = spec.scope === 'account' ? `${name}\u0000${account}` : name
    const live = this.#live.get(slot)
    if (live) return live as Table<R>
    if (this.#live.size >= liveTables) this.#live.clear()
    const made = this.#table(name, spec, account)
    this.#live.set(slot, made as Table<object>)
    return made
  }

  #table<R extends object>(name: string, spec: TableSpec<R>, account: string): Table<R> {
    const base: Key = spec.scope === 'account' ? [name, account] : [name]
    const unsealed = spec.sealed
      ? (record: object) => this.#unseal(record, spec.sealed ?? [])
      : (record: object) => deepFreeze(record)
    const keyOf = (record: object): Key => {
      const id = spec.key(record as R)
      const scope = spec.scope === 'account' ? [name, (record as { account: string }).account] : [name]
      return [...scope, ...(Array.isArray(id) ? id : [id])]
    }
    const read = (key: Key): object | undefined => {
      const record = this.#db.get(key) as object | undefined
      return record && unsealed(record)
    }
    const scan = (under: Key): Iterable<object> => this.#scan(under, ways)
    const ways: Ways = { isLarge: spec.large === true, unsealed, keyOf, read, scan }
    const self: Table<R> = {
      get: (...id) => this.#get(base, id, ways) as R | undefined,
      must: (...id) => {
        const record = self.get(...id)
        if (record) return record
        if (!spec.missing) throw new Error(`no ${name} record ${id.join('/')}`)
        return spec.missing(...id)
      },
      put: record => {
        const key = keyOf(record)
        this.#touch(name)
        this.#db.putSync(key, spec.sealed ? this.#seal(record, spec.sealed) : record)
        this.#kept.get(name)?.changed(key)
        return deepFreeze(record)
      },
      delete: (...id) => {
        const key = [...base, ...id]
        this.#touch(name)
        if (isTooLong(id)) return
        this.#db.removeSync(key)
        this.#kept.get(name)?.changed(key)
      },
      list: () => this.#list(base, ways) as readonly R[],
      count: () => this.#count(base),
      first: () => this.#first(base, ways) as R | undefined,
      scan: options => this.#scan(base, ways, options) as Iterable<R>,
      in: other => (other === account ? self : this.table(name, spec, other)),
      everywhere: () => this.#list([name], ways) as readonly R[],
    }
    return self
  }

  #touch(name: string): void {
    if (!this.#touched) throw new Error(`${name} written outside a write transaction`)
    this.#touched.add(name)
  }

  /** Forget the tables' versions when anybody has committed since they were looked up. */
  #look(): void {
    const generation = (this.#db.get(['~generation']) as number | undefined) ?? 0
    if (generation !== this.#generation) this.#versions.clear()
    this.#generation = generation
  }

  /** The version of a table before the transaction that is under way, if any. */
  #version(name: string): number {
    const known = this.#versions.get(name)
    if (known !== undefined) return known
    const version = (this.#db.get(['~version', name]) as number | undefined) ?? 0
    this.#versions.set(name, version)
    return version
  }

  /** What is kept of a table, as it is now. */
  #keep(name: string): Kept {
    const version = this.#version(name)
    const known = this.#kept.get(name)
    if (known?.version === version) return known
    const kept = new Kept(version)
    this.#kept.set(name, kept)
    return kept
  }

  #get(base: Key, id: readonly KeyPart[], ways: Ways): object | undefined {
    if (isTooLong(id)) return undefined
    const key = [...base, ...id]
    return ways.isLarge ? ways.read(key) : this.#keep(tableOf(base)).get(key, ways)
  }

  #list(base: Key, ways: Ways): readonly object[] {
    return ways.isLarge ? [...ways.scan(base)] : this.#keep(tableOf(base)).list(base, ways)
  }

  #count(base: Key): number {
    let count = 0
    for (const key of this.#db.getKeys({ start: base })) {
      if (base.some((part, index) => key[index] !== part)) break
      count += 1
    }
    return count
  }

  #first(base: Key, ways: Ways): object | undefined {
    const find = (): object | undefined => {
      for (const record of this.#scan(base, ways)) return record
      return undefined
    }
    return this.#keep(tableOf(base)).first(base, find)
  }

  *#scan(base: Key, { unsealed }: Ways, options: ScanOptions = {}): Iterable<object> {
    const prefix = [...base, ...(options.under ?? [])]
    const start = [...prefix, ...(options.from ?? [])]
    for (const { key, value } of this.#db.getRange({ start })) {
      if (prefix.some((part, index) => key[index] !== part)) return
      if (options.exclusive && key.length === start.length && start.every((part, i) => key[i] === part)) {
        continue
      }
      yield unsealed(value as object)
    }
  }

  #seal(record: object, sealed: readonly string[]): object {
    return mapMembers(record, sealed, text => this.#vault.seal(text))
  }

  #unseal(record: object, sealed: readonly string[]): object {
    return deepFreeze(mapMembers(record, sealed, text => this.#vault.open(text)))
  }
}
