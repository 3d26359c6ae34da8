// SPDX-License-Identifier: BSD-2-Clause

import { createHash, type Hash } from 'node:crypto'
import { type FileHandle, open, unlink } from 'node:fs/promises'
import { naming } from '../naming'
import { partName } from './manifest'

export interface BundlePart {
  readonly index: number
  /** The name that the part has in the manifest. */
  readonly filename: string
  /** Where the part is now. */
  readonly path: string
  readonly bytes: number
  /** SHA-1, lower-case hex. */
  readonly digest: string
  /** Lower-case hex; only when it was asked for. */
  readonly md5?: string
}

/** Where a part is written, and the path that errors name. */
export interface PartPlace {
  readonly path: string
  readonly shown: string
}

export interface PartWriterOptions {
  /** Asked for each part once; there must be no file yet. */
  readonly place: (filename: string) => PartPlace
  readonly prefix: string
  readonly partBytes: number
  /** Whether parts get an MD5 too, which is what an object store knows them by. */
  readonly md5?: boolean
  /** Called for each complete part, one at a time and in order. */
  readonly onPart?: (part: BundlePart) => Promise<void>
  /** Parts on disk that `onPart` has not finished with, the one being written included. */
  readonly maxPendingParts: number
  /** Whether a part's file is removed when `onPart` has finished with it. */
  readonly discardParts: boolean
}

interface OpenPart {
  readonly filename: string
  readonly shown: string
  readonly path: string
  readonly file: FileHandle
  readonly hash: Hash
  readonly md5: Hash | undefined
  bytes: number
}

/**
 * Cuts a stream into part files. A part shorter than the part size ends a bundle; so when the stream ends where a part
 * does, an empty part follows.
 */
export class PartWriter {
  readonly parts: BundlePart[] = []
  readonly #options: PartWriterOptions
  #open: OpenPart | undefined
  #handing: Promise<void>[] = []
  #lastHanded: Promise<void> = Promise.resolve()
  #lastWrite: Promise<void> = Promise.resolve()
  #failure: { error: unknown } | undefined

  constructor(options: PartWriterOptions) {
    this.#options = options
  }

  /** Takes bytes that nobody will change. Writing goes on behind; its errors come with a later call. */
  async write(bytes: Buffer): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      const part = this.#open ?? (await this.#begin())
      const piece = bytes.subarray(at, at + this.#options.partBytes - part.bytes)
      at += piece.length
      part.bytes += piece.length
      part.hash.update(piece)
      part.md5?.update(piece)
      await this.#lastWrite
      this.#lastWrite = naming(part.shown, () => writeAll(part.file, piece))
      // Awaited by the next write or by #end; until then the failure must not count as unheard.
      this.#lastWrite.catch(() => {})
      if (part.bytes === this.#options.partBytes) {
        await this.#end()
        await this.#begin()
      }
    }
  }

  /** Ends the last part and waits until `onPart` has finished with all. */
  async finish(): Promise<void> {
    if (!this.#open) await this.#begin()
    await this.#end()
    await this.#lastHanded
  }

  /** Closes what is open after a failure; the files stay for the caller to remove. */
  async abandon(): Promise<void> {
    this.#failure ??= { error: new Error('abandoned') }
    await Promise.allSettled([this.#lastWrite, this.#lastHanded])
    await this.#open?.file.close()
    this.#open = undefined
  }

  async #begin(): Promise<OpenPart> {
    while (this.#handing.length >= this.#options.maxPendingParts) await this.#handing[0]
    if (this.#failure) throw this.#failure.error
    const filename = partName(this.#options.prefix, this.parts.length)
    const { path, shown } = this.#options.place(filename)
    const file = await naming(shown, () => open(path, 'wx'))
    const md5 = this.#options.md5 ? createHash('md5') : undefined
    this.#open = { filename, path, shown, file, hash: createHash('sha1'), md5, bytes: 0 }
    return this.#open
  }

  async #end(): Promise<void> {
    const part = this.#open
    if (!part) return
    await this.#lastWrite
    this.#open = undefined
    // Closing tells of a full disk on file systems that allocate late.
    await naming(part.shown, () => part.file.close())
    const index = this.parts.length
    const { filename, path, bytes, hash, md5 } = part
    const digests = { digest: hash.digest('hex'), ...(md5 && { md5: md5.digest('hex') }) }
    const done = { index, filename, path, bytes, ...digests }
    this.parts.push(done)
    this.#hand(done)
  }

  #hand(part: BundlePart): void {
    const { onPart, discardParts } = this.#options
    if (!onPart) return
    const handed = this.#lastHanded.then(async () => {
      if (this.#failure) throw this.#failure.error
      try {
        await onPart(part)
        if (discardParts) await unlink(part.path)
      } catch (error) {
        this.#failure ??= { error }
        throw error
      }
      this.#handing.shift()
    })
    handed.catch(() => {})
    this.#handing.push(handed)
    this.#lastHanded = handed
  }
}

async function writeAll(file: FileHandle, bytes: Buffer): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done)
    done += bytesWritten
  }
}
