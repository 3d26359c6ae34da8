// SPDX-License-Identifier: BSD-2-Clause
// What a request carries. A body can be opened anew for each try.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

export interface Body {
  /** Bytes. */
  readonly size: number
  open(): Buffer | Readable
  /** Hex digest of the contents, which version 4 signs. */
  sha256(): Promise<string>
}

export const bytesBody = (bytes: Buffer | string): Body => {
  const buffer = typeof bytes === 'string' ? Buffer.from(bytes) : bytes
  return {
    size: buffer.length,
    open: () => buffer,
    sha256: async () => createHash('sha256').update(buffer).digest('hex'),
  }
}

export const noBody = bytesBody('')

const fileChunks = (file: string, size: number, start = 0): Readable =>
  createReadStream(file, { start, end: start + size - 1, highWaterMark: 1 << 18 })

/** Contents of files and buffers, one after another. Files are read as they are sent and again for each try. */
export const partsBody = (
  parts: readonly (Buffer | { readonly file: string; readonly size: number; readonly start?: number })[],
): Body => {
  async function* chunks(): AsyncGenerator<Buffer> {
    for (const part of parts) {
      if (Buffer.isBuffer(part)) yield part
      // The end keeps a file that grows meanwhile from overrunning the length that was announced.
      else if (part.size > 0) yield* fileChunks(part.file, part.size, part.start)
    }
  }
  return {
    size: parts.reduce((sum, part) => sum + (Buffer.isBuffer(part) ? part.length : part.size), 0),
    open: () => Readable.from(chunks(), { objectMode: false }),
    sha256: async () => {
      const hash = createHash('sha256')
      await pipeline(chunks, hash)
      return hash.digest('hex')
    },
  }
}

/** So many bytes of a file, from a position on. */
export const fileBody = (file: string, size: number, start = 0): Body => {
  const open = (): Readable | Buffer => (size === 0 ? Buffer.alloc(0) : fileChunks(file, size, start))
  return {
    size,
    open,
    sha256: async () => {
      const hash = createHash('sha256')
      await pipeline(Readable.from(open()), hash)
      return hash.digest('hex')
    },
  }
}

/** The same body, telling how much of it has been read. */
export const observed = (body: Body, onProgress: ((bytesSent: number) => void) | undefined): Body => {
  if (!onProgress) return body
  async function* counted(chunks: Readable): AsyncGenerator<Buffer> {
    let sent = 0
    for await (const chunk of chunks) {
      yield chunk as Buffer
      sent += (chunk as Buffer).length
      onProgress?.(sent)
    }
  }
  const open = () => {
    const content = body.open()
    const chunks = Buffer.isBuffer(content) ? Readable.from([content]) : content
    return Readable.from(counted(chunks), { objectMode: false })
  }
  return { ...body, open }
}
