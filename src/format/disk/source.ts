// SPDX-License-Identifier: BSD-2-Clause
import { type FileHandle, open, stat } from 'node:fs/promises'
import { DiskFormatError } from './errors'

/** The bytes of a disk image, read from anywhere. */
export interface DiskSource {
  readonly bytes: number
  /** Exactly `length` bytes from `start`, in a buffer of the caller's own; `DiskFormatError` where there are fewer. */
  read(start: number, length: number): Promise<Buffer>
  close(): Promise<void>
}

/** A run of bytes of a file; `end` is exclusive. */
export interface FileSlice {
  readonly path: string
  readonly start: number
  readonly end: number
}

// Tables and small pieces lie beside one another: reading this much at a time spares most calls.
const windowBytes = 262_144

class SliceSource implements DiskSource {
  readonly bytes: number
  readonly #slices: readonly FileSlice[]
  /** Where in the image each slice begins. */
  readonly #starts: readonly number[]
  /** The slice read last. An upload has thousands of parts, which must not all be open. */
  #open: { readonly index: number; readonly file: FileHandle } | undefined
  readonly #window = Buffer.allocUnsafe(windowBytes)
  #windowStart = 0
  #windowEnd = 0

  constructor(slices: readonly FileSlice[]) {
    this.#slices = slices.filter(({ start, end }) => end > start)
    const starts: number[] = []
    let bytes = 0
    for (const { start, end } of this.#slices) {
      starts.push(bytes)
      bytes += end - start
    }
    this.#starts = starts
    this.bytes = bytes
  }

  async read(start: number, length: number): Promise<Buffer> {
    if (!(start >= 0 && length >= 0 && start + length <= this.bytes)) {
      throw new DiskFormatError('The image is cut short: it names bytes behind its end')
    }
    const into = Buffer.allocUnsafe(length)
    if (length > windowBytes / 2) {
      await this.#fill(into, start)
      return into
    }
    if (start < this.#windowStart || start + length > this.#windowEnd) {
      const end = Math.min(this.bytes, start + windowBytes)
      // Nothing is in the window while it is filled, in case that fails.
      this.#windowEnd = this.#windowStart
      await this.#fill(this.#window.subarray(0, end - start), start)
      this.#windowStart = start
      this.#windowEnd = end
    }
    this.#window.copy(into, 0, start - this.#windowStart)
    return into
  }

  async close(): Promise<void> {
    const last = this.#open
    this.#open = undefined
    await last?.file.close()
  }

  async #fill(into: Buffer, position: number): Promise<void> {
    for (let done = 0; done < into.length; ) {
      const index = this.#sliceAt(position + done)
      const slice = this.#slices[index]
      if (!slice) throw new Error('no slice has these bytes')
      const at = slice.start + position + done - (this.#starts[index] ?? 0)
      const wanted = Math.min(into.length - done, slice.end - at)
      const file = await this.#fileOf(index, slice)
      const { bytesRead } = await file.read(into, done, wanted, at)
      if (bytesRead === 0) throw new DiskFormatError('The image is cut short: a part of it ends too early')
      done += bytesRead
    }
  }

  /** The last slice that begins at or before a position. */
  #sliceAt(position: number): number {
    let low = 0
    for (let high = this.#starts.length - 1; low < high; ) {
      const middle = Math.ceil((low + high) / 2)
      if ((this.#starts[middle] ?? 0) <= position) low = middle
      else high = middle - 1
    }
    return low
  }

  async #fileOf(index: number, { path }: FileSlice): Promise<FileHandle> {
    if (this.#open?.index === index) return this.#open.file
    await this.close()
    const file = await open(path, 'r')
    this.#open = { index, file }
    return file
  }
}

/** An image in pieces, such as the parts of an upload, in their order. One reader at a time. */
export const sliceSource = (slices: readonly FileSlice[]): DiskSource => new SliceSource(slices)

/** An image in one file. */
export const fileSource = async (path: string): Promise<DiskSource> =>
  sliceSource([{ path, start: 0, end: (await stat(path)).size }])
