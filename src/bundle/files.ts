// SPDX-License-Identifier: BSD-2-Clause

import { randomBytes } from 'node:crypto'
import { createReadStream, type ReadStream } from 'node:fs'
import { type FileHandle, mkdir, open, rename, rm, rmdir, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { naming } from '../format/naming'

/** A file as a stream whose errors tell its path, also those of reading. */
export const readNamed = (path: string): ReadStream =>
  createReadStream(path).once('error', error => Object.assign(error, { path }))

/** A hidden name beside `path`, which may itself be as long as names can be. */
const unfinishedPath = (path: string): string =>
  join(dirname(path), `.${randomBytes(8).toString('hex')}.part`)

/**
 * Has `fill` make a file under a hidden name beside `path` and gives it that name when it is complete, so that a reader
 * sees the old file or the new one. After a failure neither the hidden file nor a half one is left.
 */
export async function replaceFile<T>(path: string, fill: (unfinished: string) => Promise<T>): Promise<T> {
  const unfinished = unfinishedPath(path)
  try {
    const result = await fill(unfinished)
    await naming(path, () => rename(unfinished, path))
    return result
  } catch (error) {
    await rm(unfinished, { force: true })
    throw error
  }
}

/** As `replaceFile`, with the hidden file opened for writing and closed. Errors of `fill` are the caller's to name. */
export const replaceOpenFile = <T>(path: string, fill: (file: FileHandle) => Promise<T>): Promise<T> =>
  replaceFile(path, async unfinished => {
    const file = await naming(path, () => open(unfinished, 'wx'))
    try {
      return await fill(file)
    } finally {
      // Closing tells of a full disk on file systems that allocate late.
      await naming(path, () => file.close())
    }
  })

/** Writes a small file whole or not at all. */
export const writeWhole = (path: string, content: string | Buffer): Promise<void> =>
  replaceOpenFile(path, file => naming(path, () => file.writeFile(content)))

/**
 * A hidden directory inside the destination where a bundle grows. Only a complete bundle is published: an older one of
 * the same name stays whole until then, and a failure, even the death of the process, leaves no half bundle.
 */
export class Workshop {
  readonly path: string
  readonly #destination: string
  readonly #madeDestination: boolean

  private constructor(destination: string, path: string, madeDestination: boolean) {
    this.#destination = destination
    this.path = path
    this.#madeDestination = madeDestination
  }

  /** Makes the destination too if it is missing, one level of it. */
  static async open(destination: string): Promise<Workshop> {
    const made = await makeDirectory(destination)
    const path = join(destination, `.bundle-${randomBytes(6).toString('hex')}`)
    await naming(destination, () => mkdir(path))
    return new Workshop(destination, path, made)
  }

  /** Moves the named files to the destination, in order; the last one is what makes a bundle of the others. */
  async publish(names: readonly string[]): Promise<void> {
    const last = names.at(-1)
    // From here on an older bundle's parts are replaced, so its manifest must not describe them any longer.
    if (last !== undefined) await rm(join(this.#destination, last), { force: true })
    const moved: string[] = []
    try {
      for (const name of names) {
        const target = join(this.#destination, name)
        await naming(target, () => rename(join(this.path, name), target))
        moved.push(name)
      }
    } catch (error) {
      for (const name of moved) await unlink(join(this.#destination, name))
      throw error
    }
    await rm(this.path, { recursive: true })
  }

  async discard(): Promise<void> {
    await rm(this.path, { recursive: true, force: true })
    if (this.#madeDestination) await removeIfEmpty(this.#destination)
  }
}

async function makeDirectory(path: string): Promise<boolean> {
  try {
    await mkdir(path)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

/** Somebody else may have put something into the directory meanwhile; then it is theirs. */
async function removeIfEmpty(path: string): Promise<void> {
  try {
    await rmdir(path)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOTEMPTY')) throw error
  }
}
