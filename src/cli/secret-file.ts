// SPDX-License-Identifier: BSD-2-Clause
import { type FileHandle, open, rm } from 'node:fs/promises'
import type { Context } from './context'

/** A file that only its owner may read, opened before its content is asked for and removed again when none comes. */
export class SecretFile {
  #saved = false
  private constructor(
    readonly handle: FileHandle,
    readonly path: string,
    readonly isNew: boolean,
  ) {}

  static async open(name: string, context: Context): Promise<SecretFile> {
    const path = context.path(name)
    const attempt = async (): Promise<SecretFile> => {
      try {
        return new SecretFile(await open(path, 'wx', 0o600), path, true)
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
        return new SecretFile(await open(path, 'r+'), path, false)
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
    await this.handle.chmod(0o600)
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
