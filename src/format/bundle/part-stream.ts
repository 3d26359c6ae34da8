// SPDX-License-Identifier: BSD-2-Clause

import { createHash, type Hash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { BundleError } from './errors'
import { type BundleManifest, type ManifestPart, sameHex } from './manifest'

/** Opens a part for reading. Its errors reach the caller as they are. */
export type OpenPart = (part: ManifestPart) => Readable | Promise<Readable>

/**
 * The ciphertext of a bundle: its parts one after the other, each checked against the manifest.
 *
 * A part is handed on while its digest is still being computed, so a decoder behind this stream usually trips over a
 * changed byte before the digest is known. `blame` then reads the part to its end and tells whether it was the culprit.
 */
export class PartStream implements AsyncIterable<Buffer> {
  readonly #manifest: Pick<BundleManifest, 'parts' | 'bundledSize'>
  readonly #open: OpenPart
  #current: { part: ManifestPart; hash: Hash; stream: Readable; chunks: AsyncIterator<Buffer> } | undefined
  #bytes = 0
  #closed = false
  #culprit: BundleError | undefined

  constructor(manifest: Pick<BundleManifest, 'parts' | 'bundledSize'>, open: OpenPart) {
    this.#manifest = manifest
    this.#open = open
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    for (const part of this.#manifest.parts) {
      const stream = await this.#open(part)
      // Errors come through the iterator; one that comes after it was given up has nobody left to tell.
      stream.on('error', () => {})
      if (this.#closed) {
        stream.destroy()
        return
      }
      this.#current = { part, hash: createHash('sha1'), stream, chunks: stream[Symbol.asyncIterator]() }
      for (let chunk = await this.#next(); chunk; chunk = await this.#next()) yield chunk
    }
    if (this.#bytes !== this.#manifest.bundledSize)
      throw new BundleError(
        `the parts have ${this.#bytes} bytes, not ${this.#manifest.bundledSize} as the manifest says`,
      )
  }

  /** The next chunk of the current part, or `undefined` when it has ended and its digest is right. */
  async #next(): Promise<Buffer | undefined> {
    if (!this.#current) return undefined
    const { part, hash, chunks } = this.#current
    const next = await chunks.next()
    // A read that was under way when the pipeline failed comes back before the one of `blame`, and may have ended the part.
    if (this.#current?.part !== part) return undefined
    if (!next.done) {
      this.#bytes += next.value.length
      if (this.#bytes > this.#manifest.bundledSize)
        this.#fail(`part ${part.filename} is longer than the manifest says`)
      hash.update(next.value)
      return next.value
    }
    this.#current = undefined
    const digest = hash.digest('hex')
    if (!sameHex(digest, part.digest))
      this.#fail(`part ${part.filename} is corrupt: its SHA-1 digest is ${digest}, not ${part.digest}`)
    return undefined
  }

  /** After a failure further on: throws if the part being read is not what the manifest says. */
  async blame(): Promise<void> {
    while (!this.#culprit && (await this.#next()));
    if (this.#culprit) throw this.#culprit
  }

  // Kept because nobody may be listening any more: the pipeline can have failed while this part was being read.
  #fail(message: string): never {
    this.#culprit = new BundleError(message)
    throw this.#culprit
  }

  /** Closes what is open. */
  close(): void {
    this.#closed = true
    this.#current?.stream.destroy()
    this.#current = undefined
  }
}
