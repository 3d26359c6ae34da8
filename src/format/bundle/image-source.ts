// SPDX-License-Identifier: BSD-2-Clause

import { createHash, type Hash } from 'node:crypto'
import { type FileHandle, open, stat } from 'node:fs/promises'
import { addAbortSignal, type Readable } from 'node:stream'
import { readAt } from '../file-access'
import { BundleError } from './errors'

/** A piece of the tar stream. Its bytes may be overwritten once it is released. */
export interface Chunk {
  readonly bytes: Buffer
  release(): void
}

/** How much is read, digested and compressed at a time. */
export const chunkBytes = 1_048_576

export interface ImageSource {
  readonly size: number
  chunks(signal?: AbortSignal): AsyncGenerator<Chunk>
  close(): Promise<void>
}

/**
 * The end of a file or block device, whose size `stat` gives as 0: the first position that cannot be read, found by
 * halving, since Node cannot seek.
 */
export async function endOf(file: FileHandle): Promise<number> {
  const byte = Buffer.alloc(1)
  const readable = async (position: number): Promise<boolean> =>
    (await file.read(byte, 0, 1, position)).bytesRead === 1
  let beyond = 1
  while (beyond < 2 ** 52 && (await readable(beyond - 1))) beyond *= 2
  let low = Math.floor(beyond / 2)
  while (low < beyond) {
    const middle = Math.floor((low + beyond) / 2)
    if (await readable(middle)) low = middle + 1
    else beyond = middle
  }
  return low
}

/** Refuses what is no image by its kind, before it is opened: opening a FIFO would wait for its writer. */
async function checkKind(path: string): Promise<void> {
  const stats = await stat(path)
  if (stats.isFile() || stats.isBlockDevice()) return
  const kinds = {
    isDirectory: 'a directory',
    isCharacterDevice: 'a character device',
    isFIFO: 'a FIFO',
  } as const
  const kind = (Object.keys(kinds) as (keyof typeof kinds)[]).find(is => stats[is]())
  const found = kind ? kinds[kind] : 'not a file'
  throw new BundleError(`${path} is ${found}; an image must be a regular file or a block device`)
}

async function sizeBytes(file: FileHandle): Promise<number> {
  const stats = await file.stat()
  return stats.isBlockDevice() ? await endOf(file) : stats.size
}

const wrongSize = (found: string, size: number): BundleError =>
  new BundleError(`the image has ${found} than the ${size} bytes it was announced with`)

/** Buffers that go round, so that reading gigabytes does not allocate gigabytes. */
class BufferRing {
  readonly #free: Buffer[] = []

  take(): Chunk {
    const bytes = this.#free.pop() ?? Buffer.allocUnsafeSlow(chunkBytes)
    return { bytes, release: () => this.#free.push(bytes) }
  }
}

async function* fileChunks(file: FileHandle, size: number, signal?: AbortSignal): AsyncGenerator<Chunk> {
  const ring = new BufferRing()
  const read = (position: number): { chunk: Chunk; wanted: number; filled: Promise<number> } | undefined => {
    if (position >= size) return undefined
    const chunk = ring.take()
    const wanted = Math.min(chunkBytes, size - position)
    const filled = readAt(file, chunk.bytes.subarray(0, wanted), position)
    // Whoever stops early never awaits the read ahead; its error must not end the process.
    filled.catch(() => {})
    return { chunk, wanted, filled }
  }
  let position = 0
  let ahead = read(0)
  while (ahead) {
    signal?.throwIfAborted()
    const { chunk, wanted, filled } = ahead
    if ((await filled) < wanted) throw wrongSize('fewer bytes', size)
    position += wanted
    ahead = read(position)
    yield { bytes: chunk.bytes.subarray(0, wanted), release: chunk.release }
  }
}

/** As `fileChunks`, and sees to it that this was all. */
async function* wholeFileChunks(file: FileHandle, size: number, signal?: AbortSignal): AsyncGenerator<Chunk> {
  yield* fileChunks(file, size, signal)
  if ((await file.read(Buffer.alloc(1), 0, 1, size)).bytesRead > 0) throw wrongSize('more bytes', size)
}

async function* streamChunks(stream: Readable, size: number, signal?: AbortSignal): AsyncGenerator<Chunk> {
  // A stream may have nothing to say for long, and an abort must not wait for it.
  if (signal) addAbortSignal(signal, stream)
  const ring = new BufferRing()
  let chunk = ring.take()
  let used = 0
  let total = 0
  for await (const piece of stream as AsyncIterable<Buffer | string>) {
    signal?.throwIfAborted()
    const bytes = Buffer.from(piece as Buffer)
    total += bytes.length
    if (total > size) throw wrongSize('more bytes', size)
    for (let at = 0; at < bytes.length; ) {
      const copied = bytes.copy(chunk.bytes, used, at)
      at += copied
      used += copied
      if (used < chunkBytes) continue
      yield chunk
      chunk = ring.take()
      used = 0
    }
  }
  if (total < size) throw wrongSize('fewer bytes', size)
  if (used > 0) yield { bytes: chunk.bytes.subarray(0, used), release: chunk.release }
}

/** Opens an image: a path, or a stream whose size must be given. `size` overrides the file's own and is then checked. */
export async function openImage(image: string | Readable, size?: number): Promise<ImageSource> {
  if (typeof image !== 'string') {
    if (size === undefined)
      throw new BundleError('the size of an image that is read from a stream must be given')
    return {
      size,
      chunks: signal => streamChunks(image, size, signal),
      close: async () => {
        image.destroy()
      },
    }
  }
  await checkKind(image)
  const file = await open(image, 'r')
  try {
    const bytes = size ?? (await sizeBytes(file))
    return { size: bytes, chunks: signal => wholeFileChunks(file, bytes, signal), close: () => file.close() }
  } catch (error) {
    await file.close()
    throw error
  }
}

/** Opens the first `size` bytes of a file, which may be longer. */
export async function openImageStart(path: string, size: number): Promise<ImageSource> {
  const file = await open(path, 'r')
  return { size, chunks: signal => fileChunks(file, size, signal), close: () => file.close() }
}

/** The tar stream of an image: header, image, trailer. Feeds `hash` and tells `onProgress` of the image's bytes. */
export async function* tarChunks(
  source: ImageSource,
  { header, trailer }: { header: Buffer; trailer: Buffer },
  hash: Hash,
  onProgress?: (bytesRead: number) => void,
  signal?: AbortSignal,
): AsyncGenerator<Chunk> {
  const own = (bytes: Buffer): Chunk => ({ bytes, release: () => {} })
  hash.update(header)
  yield own(header)
  let bytesRead = 0
  for await (const chunk of source.chunks(signal)) {
    hash.update(chunk.bytes)
    bytesRead += chunk.bytes.length
    yield chunk
    onProgress?.(bytesRead)
  }
  hash.update(trailer)
  yield own(trailer)
}

/** The digest that a manifest carries. */
export const tarDigest = (): Hash => createHash('sha1')
