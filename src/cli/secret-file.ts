// SPDX-License-Identifier: BSD-2-Clause
import { type FileHandle, open, rm } from 'node:fs/promises'
import type { Context } from './context'

/** More than any key or certificate has. */
const reservedBytes = 8192

/**
 * A file that only its owner may read, unless told otherwise. It is opened before its content is asked for, which may be
 * had only once, and removed again when none comes. What is no file, such as a pipe or /dev/null, is written to and
 * left as it is.
 */
export class SecretFile {
  #saved = false
  private constructor(
    readonly handle: FileHandle,
    readonly path: string,
    readonly name: string,
    readonly isNew: boolean,
    readonly mode: number,
  ) {}

  static async open(name: string, context: Context, mode = 0o600): Promise<SecretFile> {
    const path = context.path(name)
    const attempt = async (): Promise<SecretFile> => {
      try {
        return new SecretFile(await open(path, 'wx', mode), path, name, true, mode)
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
        return new SecretFile(await open(path, 'r+'), path, name, false, mode)
      }
    }
    const file = await named(name, attempt())
    context.defer(() => file.#close())
    if (file.isNew) await named(name, file.#reserve())
    return file
  }

  /** Replaces the file's content. */
  save(content: string): Promise<void> {
    return named(this.name, this.#save(content))
  }

  /** A full disk is found out now, and not when the only copy of a key is to be written. */
  async #reserve(): Promise<void> {
    await this.handle.writeFile(Buffer.alloc(reservedBytes))
    await this.handle.sync()
  }

  async #save(content: string): Promise<void> {
    if ((await this.handle.stat()).isFile()) {
      // A file that others may read keeps what its owner and his umask made of it.
      if (this.mode === 0o600) await this.handle.chmod(this.mode)
      await this.#replace(Buffer.from(content))
      await this.handle.sync()
    } else {
      await this.handle.writeFile(content)
    }
    this.#saved = true
  }

  /** The room that was reserved is used first, and only what is left of it is given back. */
  async #replace(content: Buffer): Promise<void> {
    for (let at = 0; at < content.length; ) {
      at += (await this.handle.write(content, at, content.length - at, at)).bytesWritten
    }
    await this.handle.truncate(content.length)
  }

  async #close(): Promise<void> {
    await this.handle.close()
    if (!this.#saved && this.isNew) await rm(this.path, { force: true })
  }
}

/** An error that tells of the file by the name that was typed. */
const named = async <T>(name: string, work: Promise<T>): Promise<T> => {
  try {
    return await work
  } catch (error) {
    if (error instanceof Error && 'code' in error) Object.assign(error, { path: name })
    throw error
  }
}
