// SPDX-License-Identifier: BSD-2-Clause

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { deflateChunk, type GzipOptions, gzipBlocks } from '../../../src/format/bundle/gzip-blocks'
import { type Chunk, chunkBytes } from '../../../src/format/bundle/image-source'
import { words } from '../../bundle/bundling'

async function* chunks(bytes: Buffer, released: number[] = []): AsyncGenerator<Chunk> {
  for (let at = 0; at < bytes.length; at += chunkBytes)
    yield { bytes: bytes.subarray(at, at + chunkBytes), release: () => released.push(at) }
}

async function gzip(source: AsyncIterable<Chunk>, options?: GzipOptions): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const block of gzipBlocks(source, options)) pieces.push(block)
  return Buffer.concat(pieces)
}

describe('compression in blocks', () => {
  const mixed = Buffer.concat([
    words(chunkBytes + 5),
    randomBytes(chunkBytes),
    Buffer.alloc(3 * chunkBytes),
    words(99),
  ])

  it('makes one gzip stream that zlib and gzip read', async () => {
    const compressed = await gzip(chunks(mixed))
    assert.deepEqual(gunzipSync(compressed), mixed)
    assert.deepEqual(execFileSync('gzip', ['-dc'], { input: compressed, maxBuffer: 2 * mixed.length }), mixed)
  })

  it('is the same whatever the number of compressors, and releases every chunk once', async () => {
    const released: number[] = []
    const one = await gzip(chunks(mixed, released), { compressors: 1 })
    assert.deepEqual(await gzip(chunks(mixed), { compressors: 3 }), one)
    assert.equal(new Set(released).size, released.length)
    assert.equal(released.length, Math.ceil(mixed.length / chunkBytes))
  })

  it('compresses nothing to an empty stream', async () => {
    assert.equal(gunzipSync(await gzip(chunks(Buffer.alloc(0)))).length, 0)
  })

  it('stores what does not compress, at a cost below a thousandth', async () => {
    const random = randomBytes(2 * chunkBytes)
    const compressed = await gzip(chunks(random))
    assert.ok(compressed.length < random.length * 1.001)
    assert.deepEqual(gunzipSync(compressed), random)
  })

  it('compresses even bytes that repeat, although they look random one by one', async () => {
    const page = randomBytes(4096)
    const repeated = Buffer.concat(Array.from({ length: chunkBytes / 4096 }, () => page))
    assert.ok((await deflateChunk(repeated, 5)).length < chunkBytes / 50)
  })

  it('takes a thousandth of the room for zeros', async () => {
    assert.ok((await gzip(chunks(Buffer.alloc(8 * chunkBytes)))).length < 8 * chunkBytes * 0.0011)
  })

  // Programs and source text come within six hundredths; words in random order are the worst case found.
  it('compresses text not much worse than gzip', async () => {
    const text = words(2 * chunkBytes)
    const theirs = execFileSync('gzip', ['-c'], { input: text, maxBuffer: 2 * text.length }).length
    assert.ok((await gzip(chunks(text))).length < theirs * 1.25)
  })

  it('fails with the error of its source', async () => {
    async function* broken(): AsyncGenerator<Chunk> {
      yield* chunks(words(3 * chunkBytes))
      throw new Error('no more')
    }
    await assert.rejects(gzip(broken()), /no more/)
  })
})
