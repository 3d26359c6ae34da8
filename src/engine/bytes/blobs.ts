// SPDX-License-Identifier: BSD-2-Clause
// Bodies on disk. A body is first staged: a file in `staging` that only its writer knows. A transaction that wants it
// adopts it: the file gets a second name, in its place, and a record in `blobs`. After the commit the first name goes,
// after an undone transaction both. Whatever is killed in between is put right by `recover`, as the staged name is still
// there: where a record was committed that name goes, where none was the file goes.
import { randomBytes } from 'node:crypto'
import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rm,
  rmSync,
} from 'node:fs'
import { join } from 'node:path'
import { pathPart } from '../path-part'
import { isRunning, thisProcess } from '../processes'

export interface StagedFile {
  /** The id it will have as a blob. */
  readonly id: string
  readonly path: string
}

// File systems without hard links, and files that have as many as theirs allows.
const withoutLink = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV'])

/** Give a file another name; `otherwise` where that cannot be. */
const link = (from: string, to: string, otherwise: (from: string, to: string) => void): void => {
  try {
    linkSync(from, to)
  } catch (error) {
    if (!withoutLink.has((error as NodeJS.ErrnoException).code ?? '')) throw error
    otherwise(from, to)
  }
}

export class Blobs {
  readonly #home: string
  readonly #staging: string
  readonly #gone: string

  constructor(home: string) {
    this.#home = join(home, 'bytes')
    this.#staging = join(home, 'staging')
    this.#gone = join(home, 'gone')
    for (const folder of [this.#home, this.#staging, this.#gone]) {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
    }
  }

  /** A name for a new staged file; the caller writes the file and either has it adopted or drops it. */
  stage(): StagedFile {
    const id = randomBytes(16).toString('hex')
    return { id, path: join(this.#staging, `${id}.${thisProcess.pid}.${thisProcess.started}`) }
  }

  /** Give up a staged file's first name: all of it, unless it was adopted. */
  drop(staged: StagedFile): void {
    rmSync(staged.path, { force: true })
  }

  /** Stage another name of a blob's file: a copy that costs nothing. */
  stageLink(id: string): StagedFile {
    const staged = this.stage()
    link(this.path(id), staged.path, (from, to) => copyFileSync(from, to, constants.COPYFILE_FICLONE))
    return staged
  }

  /** Have a staged file in its place as well, in the transaction that writes its record. */
  adopt(staged: StagedFile): void {
    const place = this.path(staged.id)
    mkdirSync(join(place, '..'), { recursive: true, mode: 0o700 })
    link(staged.path, place, renameSync)
  }

  /** Take back what `adopt` did, when the transaction was undone. */
  abandon(staged: StagedFile): void {
    rmSync(this.path(staged.id), { force: true })
    this.drop(staged)
  }

  /** Take back what `adopt` did, and keep the file staged. */
  giveBack(staged: StagedFile): void {
    const place = this.path(staged.id)
    if (existsSync(staged.path)) rmSync(place, { force: true })
    else renameSync(place, staged.path)
  }

  /** Where a blob's file is. */
  path(id: string): string {
    const name = pathPart(id)
    return join(this.#home, pathPart(name.slice(0, 2)), name)
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

  /**
   * A blob's name goes at once, its bytes in their own time: to free gigabytes takes the file system a while, and whoever
   * removes a blob holds the lock that all writers want.
   */
  remove(id: string): void {
    const gone = join(this.#gone, pathPart(id))
    try {
      renameSync(this.path(id), gone)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
      throw error
    }
    this.#free(gone)
  }

  /** What cannot be freed now is tried again by whoever opens the folder next. */
  #free(gone: string): void {
    rm(gone, { force: true }, () => {})
  }

  /** Put right what dead processes left in `staging`, and free what they had removed. `isAdopted` tells whether a record was committed. */
  recover(isAdopted: (id: string) => boolean): void {
    for (const name of readdirSync(this.#staging)) {
      const [id = '', pid, started = ''] = name.split('.')
      if (isRunning({ pid: Number(pid), started })) continue
      const staged = { id, path: join(this.#staging, name) }
      if (isAdopted(id)) this.drop(staged)
      else this.abandon(staged)
    }
    for (const name of readdirSync(this.#gone)) this.#free(join(this.#gone, name))
  }
}
