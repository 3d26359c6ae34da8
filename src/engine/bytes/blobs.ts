// SPDX-License-Identifier: BSD-2-Clause
// Bodies on disk. A body is first staged: a file in `staging` that only its writer knows. A transaction that wants it
// adopts it (a record in `blobs`), and only after the commit is the file moved to its place. Whatever is killed in
// between is put right by `recover`: a staged file whose record exists moves on, any other goes.
import { randomBytes } from 'node:crypto'
import {
  closeSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { join } from 'node:path'
import { isAlive } from '../processes'

export interface StagedFile {
  /** The id it will have as a blob. */
  readonly id: string
  readonly path: string
}

export class Blobs {
  readonly #home: string
  readonly #staging: string

  constructor(home: string) {
    this.#home = join(home, 'bytes')
    this.#staging = join(home, 'staging')
    mkdirSync(this.#home, { recursive: true, mode: 0o700 })
    mkdirSync(this.#staging, { recursive: true, mode: 0o700 })
  }

  /** A name for a new staged file; the caller writes the file and either has it adopted or drops it. */
  stage(): StagedFile {
    const id = randomBytes(16).toString('hex')
    return { id, path: join(this.#staging, `${id}.${process.pid}`) }
  }

  drop(staged: StagedFile): void {
    rmSync(staged.path, { force: true })
  }

  /** Stage another name of a blob's file: a copy that costs nothing. */
  stageLink(id: string): StagedFile {
    const staged = this.stage()
    linkSync(this.path(id), staged.path)
    return staged
  }

  /** Move an adopted file to its place, after the transaction that adopted it. */
  settle(staged: StagedFile): void {
    const place = this.#place(staged.id)
    mkdirSync(join(place, '..'), { recursive: true, mode: 0o700 })
    renameSync(staged.path, place)
  }

  /** Where a blob's file is. */
  path(id: string): string {
    const place = this.#place(id)
    if (statSync(place, { throwIfNoEntry: false })) return place
    // Committed a moment ago by a process that has not moved it yet, or was killed before it could.
    const staged = readdirSync(this.#staging).find(name => name.startsWith(`${id}.`))
    return staged ? join(this.#staging, staged) : place
  }

  /** Bytes `start` to `end` (exclusive); fewer when the blob ends before. */
  read(id: string, start: number, end: number): Buffer {
    const file = openSync(this.path(id), 'r')
    try {
      const bytes = Buffer.alloc(end - start)
      let done = 0
      for (;;) {
        const count = readSync(file, bytes, done, bytes.length - done, start + done)
        done += count
        if (count === 0 || done === bytes.length) return bytes.subarray(0, done)
      }
    } finally {
      closeSync(file)
    }
  }

  remove(id: string): void {
    rmSync(this.path(id), { force: true })
  }

  /** Put right what dead processes left in `staging`. `isAdopted` tells whether a record was committed. */
  recover(isAdopted: (id: string) => boolean): void {
    for (const name of readdirSync(this.#staging)) {
      const [id = '', pid = ''] = name.split('.')
      if (isAlive(Number(pid))) continue
      const staged = { id, path: join(this.#staging, name) }
      if (isAdopted(id)) this.settle(staged)
      else this.drop(staged)
    }
  }

  #place(id: string): string {
    return join(this.#home, id.slice(0, 2), id)
  }
}
