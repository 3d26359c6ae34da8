// SPDX-License-Identifier: BSD-2-Clause
import { type FileHandle, open, rm } from 'node:fs/promises'
import type { Context } from './context'

/** A file that only its owner may read, unless told otherwise, opened before its content is asked for and removed again when none comes. */
export class SecretFile {
  #saved = false
  private constructor(
    readonly handle: FileHandle,
    readonly path: string,
    readonly isNew: boolean,
    readonly mode: number,
  ) {}

  static async open(name: string, context: Context, mode = 0o600): Promise<SecretFile> {
    const path = context.path(name)
    const attempt = async (): Promise<SecretFile> => {
      try {
        return new SecretFile(await open(path, 'wx', mode), path, true, mode)
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
        return new SecretFile(await open(path, 'r+'), path, false, mode)
      }
    }
    try {
      const file = await attempt()
      context.defer(() => file.#close())
      return file
    } catch (error) {
      if (error instanceof Error && 'path' in error) Object.assign(error, { path: name })
      throw error
    }
  }

  /** Replaces the file's content. */
  async save(content: string): Promise<void> {
    // A file that others may read keeps what its owner and his umask made of it.
    if (this.mode === 0o600) await this.handle.chmod(this.mode)
    await this.handle.truncate(0)
    await this.handle.write(content, 0)
    await this.handle.sync()
    this.#saved = true
  }

  async #close(): Promise<void> {
    await this.handle.close()
    if (!this.#saved && this.isNew) await rm(this.path, { force: true })
  }
}
