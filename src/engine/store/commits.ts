// SPDX-License-Identifier: BSD-2-Clause
// Which commit is the last one.
//
// lmdb keeps the number of the last commit in the memory that its processes share, and a transaction goes on from there.
// A process that opens the folder writes there the number that it has read from the file a moment before (lmdb 3.5,
// mdb_env_open2), and holds no lock meanwhile: a commit that another makes in this moment is forgotten, and overwritten
// by the next. What the file itself says is always right, so a transaction compares before it does anything.
import { closeSync, openSync, readSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { RootDatabase } from 'lmdb'
import type { Key } from './keys'

// Abortable (1), committed when the call returns (2), and not flushed later (0x10000); see open-records.ts.
const transactionFlags = 3 as Parameters<RootDatabase['transactionSync']>[1]

// Each is another process that opens the folder in the same moment.
const mostAttempts = 100

// data.mdb begins with two pages of this form, written in turn: a page header, then MDB_meta.
const header = 24
const magic = 0xbeefc0de
const magicAt = header
const pageSizeAt = header + 24
const commitAt = header + 128
const metaBytes = header + 136

// lock.mdb: magic, format, then the number.
const sharedAt = 8

/** The shared number was not that of the last commit, and has been put right: the transaction may be begun anew. */
class ForgottenCommit extends Error {
  override readonly name = 'ForgottenCommit'
}

/** The number of the transaction that is under way. lmdb-js has it and does not declare it. */
const numberOf = (db: RootDatabase<unknown, Key>): number =>
  (db as unknown as { getWriteTxnId(): number }).getWriteTxnId()

export class Commits {
  readonly #db: RootDatabase<unknown, Key>
  readonly #folder: string
  readonly #data: number
  readonly #page = Buffer.alloc(metaBytes)
  readonly #secondAt: number
  // Once open it stays so: to close any descriptor of this file gives up all locks that the process has on it.
  #shared: number | undefined

  constructor(db: RootDatabase<unknown, Key>, folder: string) {
    this.#db = db
    this.#folder = folder
    this.#data = openSync(join(folder, 'data.mdb'), 'r')
    readSync(this.#data, this.#page, 0, metaBytes, 0)
    if (this.#page.readUInt32LE(magicAt) !== magic) throw new Error(`${folder}/data.mdb has another form`)
    this.#secondAt = this.#page.readUInt32LE(pageSizeAt)
  }

  /** The number of the last commit, as the file has it. */
  last(): number {
    return Math.max(this.#read(0), this.#read(this.#secondAt))
  }

  #read(at: number): number {
    readSync(this.#data, this.#page, 0, metaBytes, at)
    return Number(this.#page.readBigUInt64LE(commitAt))
  }

  /** Run `work` as one transaction that follows the last commit; it is committed when this returns. */
  transact<T>(work: () => T): T {
    for (let attempt = 1; ; attempt++) {
      try {
        // A result with a `then` member would be taken for a promise, hence the wrapping.
        const run = () => {
          this.#check(numberOf(this.#db))
          return { result: work() }
        }
        return this.#db.transactionSync(run, transactionFlags).result
      } catch (error) {
        if (!(error instanceof ForgottenCommit) || attempt >= mostAttempts) throw error
      }
    }
  }

  /** Called by a transaction, which holds the lock of writers. */
  #check(transaction: number): void {
    const last = this.last()
    if (transaction > last) return
    this.#shared ??= openSync(join(this.#folder, 'lock.mdb'), 'r+')
    const number = Buffer.alloc(8)
    number.writeBigUInt64LE(BigInt(last))
    writeSync(this.#shared, number, 0, number.length, sharedAt)
    throw new ForgottenCommit()
  }

  close(): void {
    closeSync(this.#data)
  }
}
