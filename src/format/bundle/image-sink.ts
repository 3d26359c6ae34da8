// SPDX-License-Identifier: BSD-2-Clause

import { once } from 'node:events'
import type { FileHandle } from 'node:fs/promises'
import type { Writable } from 'node:stream'
import { writeAt } from '../file-access'
import { BundleError } from './errors'

/** Where the bytes of an image go, in order. */
export interface ImageSink {
  write(bytes: Buffer): Promise<void>
  /** So many zero bytes, which a file need not hold. */
  skip(zeroBytes: number): Promise<void>
}

// File systems allocate by blocks of a few KiB; looking at 64 KiB at a time finds the holes of disk images at the price
// of one comparison.
const zeros = Buffer.alloc(65_536)

/**
 * A sink for a new, empty file: runs of zeros become holes. Call `finish` at the end, which gives the file its size.
 * Errors are those of the file system (a full disk is ENOSPC, EDQUOT or EFBIG).
 */
export class SparseFileSink implements ImageSink {
  #position = 0
  readonly #file: FileHandle

  constructor(file: FileHandle) {
    this.#file = file
  }

  async write(bytes: Buffer): Promise<void> {
    let start = 0
    for (let at = 0; at < bytes.length; at += zeros.length) {
      const end = Math.min(at + zeros.length, bytes.length)
      if (!isZero(bytes, at, end)) continue
      await this.#put(bytes.subarray(start, at))
      this.#position += end - at
      start = end
    }
    await this.#put(bytes.subarray(start))
  }

  async skip(zeroBytes: number): Promise<void> {
    this.#position += zeroBytes
  }

  async finish(): Promise<void> {
    await this.#file.truncate(this.#position)
  }

  async #put(bytes: Buffer): Promise<void> {
    await writeAt(this.#file, bytes, this.#position)
    this.#position += bytes.length
  }
}

export const isZero = (bytes: Buffer, start: number, end: number): boolean =>
  zeros.compare(bytes, start, end, 0, end - start) === 0

/**
 * A sink for a stream, such as standard output or the input of another program. Leaves it open. Fails when the stream
 * fails or closes, and when `signal` is aborted while nobody reads.
 */
export class StreamSink implements ImageSink {
  readonly #stream: Writable
  readonly #signal: AbortSignal | undefined
  #error: Error | undefined

  constructor(stream: Writable, signal?: AbortSignal) {
    this.#stream = stream
    this.#signal = signal
    // A stream that fails between two writes says so only here.
    stream.once('error', error => {
      this.#error = error
    })
  }

  async write(bytes: Buffer): Promise<void> {
    this.#check()
    if (!this.#stream.write(bytes)) await this.#drained()
    this.#check()
  }

  async skip(zeroBytes: number): Promise<void> {
    for (let left = zeroBytes; left > 0; left -= zeros.length)
      await this.write(zeros.subarray(0, Math.min(left, zeros.length)))
  }

  #check(): void {
    if (this.#error) throw this.#error
    if (this.#stream.destroyed) throw new BundleError('the stream that the image is written to was closed')
  }

  async #drained(): Promise<void> {
    const settled = new AbortController()
    const signal = this.#signal ? AbortSignal.any([this.#signal, settled.signal]) : settled.signal
    try {
      // A closed stream never drains.
      await Promise.race([once(this.#stream, 'drain', { signal }), once(this.#stream, 'close', { signal })])
    } finally {
      settled.abort()
    }
  }
}
