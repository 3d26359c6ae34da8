// SPDX-License-Identifier: BSD-2-Clause

// One gzip stream, made by several threads at once, as pigz does it: each chunk is deflated on its own and ended with
// a sync flush, which leaves it on a byte boundary and not final; the pieces are joined under one header, closed by an
// empty final block, and any inflater reads the whole as one stream.
//
// The threads are those of Node's own pool: `zlib.deflateRaw` runs there, needs no start-up and no entry file, and
// shares our memory. The pool also serves the file system, so at most `compressors` chunks are deflated at a time and
// one thread of the four stays free for reading and writing.
//
// Disk images are mostly three things: text and programs, deflated at level 4, which is half the work of gzip's 6 for
// three to six hundredths more bytes; zeros, for which one deflated chunk is made in advance; and data that is compressed
// or encrypted already, which a cheap test of a sample recognises and which goes through in stored blocks.

import { availableParallelism } from 'node:os'
import { promisify } from 'node:util'
import { constants, crc32, deflateRaw, deflateRawSync } from 'node:zlib'
import { type Chunk, chunkBytes } from './image-source'

export interface GzipOptions {
  /** Zlib's, 1 to 9; default 4. */
  readonly level?: number
  /** Chunks deflated at a time; the default is the number of cores, at most 3 for the pool's usual four threads. */
  readonly compressors?: number
}

const deflate = promisify<Buffer, object, Buffer>(deflateRaw)

const header = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3])

// An empty block of the fixed Huffman code with the final bit.
const finalBlock = Buffer.from([3, 0])

const zeros = Buffer.alloc(chunkBytes)
let deflatedZeros: Buffer | undefined

const sampleSlices = 4
const sampleSliceBytes = 8192
// Random bytes have 8 bits of entropy each, as far as a sample of this size can tell (it errs by about 0.01).
const suspiciousEntropyBits = 7.9
const storedAboveRatio = 0.98

/** Slices from all over a chunk, or the chunk itself when it is small. */
function sample(bytes: Buffer): Buffer {
  if (bytes.length <= sampleSlices * sampleSliceBytes) return bytes
  const stride = Math.floor((bytes.length - sampleSliceBytes) / (sampleSlices - 1))
  const slices = Array.from({ length: sampleSlices }, (_, i) =>
    bytes.subarray(i * stride, i * stride + sampleSliceBytes),
  )
  return Buffer.concat(slices)
}

/** Shannon entropy in bits a byte, from every other byte. */
function entropyBits(bytes: Buffer): number {
  const counts = new Uint32Array(256)
  let total = 0
  for (let i = 0; i < bytes.length; i += 2) {
    const byte = bytes[i] ?? 0
    counts[byte] = (counts[byte] ?? 0) + 1
    total++
  }
  let bits = 0
  for (const count of counts) if (count > 0) bits -= (count / total) * Math.log2(count / total)
  return bits
}

const storedRunBytes = 65_535

/** Deflate's stored blocks: five bytes before each run. One buffer, because a copy costs less than many small writes. */
export function storedBlocks(bytes: Buffer): Buffer {
  const blocks = Buffer.allocUnsafeSlow(bytes.length + 5 * Math.ceil(bytes.length / storedRunBytes))
  let to = 0
  for (let at = 0; at < bytes.length; at += storedRunBytes) {
    const length = Math.min(storedRunBytes, bytes.length - at)
    blocks[to] = 0
    blocks.writeUInt16LE(length, to + 1)
    blocks.writeUInt16LE(length ^ 0xffff, to + 3)
    bytes.copy(blocks, to + 5, at, at + length)
    to += 5 + length
  }
  return blocks
}

const syncFlushed = (level: number): object => ({
  level,
  // A larger hash table: a tenth faster on programs, no larger a result.
  memLevel: 9,
  finishFlush: constants.Z_SYNC_FLUSH,
  // Most chunks fit this when deflated; zlib's default of 16 KiB would take a step between threads for each.
  chunkSize: 262_144,
})

/** Deflates a chunk to whole blocks, none of them final, in the way that suits what is in it. */
export async function deflateChunk(bytes: Buffer, level: number): Promise<Buffer> {
  if (bytes.length === zeros.length && bytes.equals(zeros)) {
    deflatedZeros ??= deflateRawSync(zeros, syncFlushed(9))
    return deflatedZeros
  }
  const tried = sample(bytes)
  if (entropyBits(tried) > suspiciousEntropyBits) {
    // Even bytes may still repeat; a quick trial tells.
    const trial = await deflate(tried, syncFlushed(1))
    if (trial.length > tried.length * storedAboveRatio) return storedBlocks(bytes)
  }
  const deflated = await deflate(bytes, syncFlushed(level))
  return deflated.length < bytes.length ? deflated : storedBlocks(bytes)
}

/** Lets at most `limit` functions run at a time, the others in the order in which they came. */
function limiter(limit: number): <T>(run: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let running = 0
  return async run => {
    if (running >= limit) await new Promise<void>(resolve => waiting.push(resolve))
    else running++
    try {
      return await run()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
}

/**
 * Compresses chunks of at most `chunkBytes` into one gzip stream, several at a time, in order. Releases each chunk when
 * its bytes are compressed.
 */
export async function* gzipBlocks(
  chunks: AsyncIterable<Chunk>,
  { level = 4, compressors = Math.min(availableParallelism(), 3) }: GzipOptions = {},
): AsyncGenerator<Buffer> {
  const limited = limiter(compressors)
  const pending: Promise<Buffer>[] = []
  let checksum = 0
  let length = 0
  yield header
  for await (const { bytes, release } of chunks) {
    checksum = crc32(bytes, checksum)
    length += bytes.length
    const block = limited(() => deflateChunk(bytes, level)).finally(release)
    // When the consumer stops early nobody awaits this one; the failure, if any, was told by another.
    block.catch(() => {})
    pending.push(block)
    const first = pending.length < 2 * compressors ? undefined : pending.shift()
    if (first) yield await first
  }
  for (const block of pending) yield await block
  const trailer = Buffer.alloc(8)
  trailer.writeUInt32LE(checksum, 0)
  trailer.writeUInt32LE(length % 2 ** 32, 4)
  yield Buffer.concat([finalBlock, trailer])
}
