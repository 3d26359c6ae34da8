// SPDX-License-Identifier: BSD-2-Clause
// Secrets at rest. Members of records that a table's spec names as sealed are encrypted (AES-256-GCM) under a key of the
// folder's own, which is a file that only its owner can read: a copy of the records alone tells no secret.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { chmodSync, linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FolderError } from './open-records'

const keyBytes = 32
const nonceBytes = 12
const tagBytes = 16
/** What sealed texts begin with; those of folders that older releases made do not. */
const mark = 'sealed:1:'

const missing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT'

/** A copy that came back from somewhere may be open to everybody. */
const closeToOthers = (file: string): void => {
  if ((statSync(file).mode & 0o077) === 0) return
  try {
    chmodSync(file, 0o600)
  } catch (error) {
    // Somebody else's, who has let this user read it, or on a disk that nobody can write to.
    if (!['EPERM', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}

export class Vault {
  readonly #file: string
  #key: Buffer | undefined

  constructor(home: string) {
    this.#file = join(home, 'secrets.key')
  }

  /** Encrypt a text. The folder's first secret makes the key. */
  seal(text: string): string {
    const nonce = randomBytes(nonceBytes)
    const cipher = createCipheriv('aes-256-gcm', this.#known() ?? this.#make(), nonce)
    const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
    return mark + sealed.toString('base64')
  }

  /** The text that was sealed; a text that never was is given back as it is. Throws FolderError when the key is not there. */
  open(text: string): string {
    if (!text.startsWith(mark)) return text
    const key = this.#known()
    if (!key) throw new FolderError(`${this.#file} is missing: without it the cloud's secrets cannot be read`)
    const sealed = Buffer.from(text.slice(mark.length), 'base64')
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes))
    decipher.setAuthTag(sealed.subarray(-tagBytes))
    try {
      const opened = decipher.update(sealed.subarray(nonceBytes, -tagBytes))
      return Buffer.concat([opened, decipher.final()]).toString('utf8')
    } catch (error) {
      throw new FolderError(`${this.#file} is not the key that the cloud's secrets were sealed with`, {
        cause: error,
      })
    }
  }

  #known(): Buffer | undefined {
    if (this.#key) return this.#key
    let key: Buffer
    try {
      key = readFileSync(this.#file)
    } catch (error) {
      if (missing(error)) return undefined
      throw error
    }
    if (key.length !== keyBytes) throw new FolderError(`${this.#file} is damaged: it holds no key`)
    closeToOthers(this.#file)
    this.#key = key
    return key
  }

  /** Whole or not at all, and once: of two processes that make it at the same time both use the first one's. */
  #make(): Buffer {
    const unfinished = `${this.#file}.${process.pid}`
    mkdirSync(join(this.#file, '..'), { recursive: true, mode: 0o700 })
    try {
      writeFileSync(unfinished, randomBytes(keyBytes), { mode: 0o600, flush: true })
      linkSync(unfinished, this.#file)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    } finally {
      rmSync(unfinished, { force: true })
    }
    return this.#known() as Buffer
  }
}
