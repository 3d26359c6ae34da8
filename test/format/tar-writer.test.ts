// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createCipheriv } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { gunzipSync } from 'node:zlib'
import { gzipped } from '../../src/format/gzip-pieces'
import { type Run, readTar } from '../../src/format/tar-reader'
import { storedBytesOf, tarEnd, tarHeader, tarPadding } from '../../src/format/tar-writer'

const noise = (bytes: number): Buffer =>
  createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16)).update(Buffer.alloc(bytes))

interface Written {
  readonly path: string
  readonly size: number
  readonly runs?: readonly Run[]
}

const archive = (entries: readonly Written[]): Buffer => {
  const parts: Buffer[] = []
  for (const entry of entries) {
    const stored = storedBytesOf(entry)
    parts.push(tarHeader({ ...entry, mode: 0o640, changedAt: 1_400_000_000 }))
    parts.push(noise(stored), tarPadding(stored))
  }
  const bytes = Buffer.concat(parts)
  return Buffer.concat([bytes, tarEnd(bytes.length)])
}

/** A file as it should be. */
const whole = ({ size, runs }: Written): Buffer => {
  if (!runs) return noise(size)
  const bytes = Buffer.alloc(size)
  let done = 0
  const data = noise(storedBytesOf({ size, runs }))
  for (const { offset, bytes: length } of runs) done += data.copy(bytes, offset, done, done + length)
  return bytes
}

/** So many pieces of a page each, with holes between them, and one at the end. */
const pieces = (count: number): Written => ({
  path: `sparse/${count}`,
  size: (2 * count + 1) * 4096,
  runs: [
    ...Array.from({ length: count }, (_, number) => ({ offset: (2 * number + 1) * 4096, bytes: 4096 })).slice(
      0,
      -1,
    ),
    ...(count > 0 ? [{ offset: (2 * count - 1) * 4096, bytes: 4000 }] : []),
    { offset: (2 * count + 1) * 4096, bytes: 0 },
  ],
})

const entries: readonly Written[] = [
  { path: 'empty', size: 0 },
  { path: 'small', size: 5 },
  { path: 'block', size: 512 },
  { path: `long/${'n'.repeat(150)}`, size: 1000 },
  ...[0, 1, 3, 4, 24, 25, 60].map(pieces),
]

describe('A tar archive', () => {
  it('is read again as it was written, sparse files and long names too', async () => {
    const found: Record<string, Buffer> = {}
    for await (const { path, size, type, data } of readTar(Readable.from([archive(entries)]))) {
      assert.equal(type, 'file')
      const parts: Buffer[] = []
      for await (const span of data)
        parts.push(Buffer.isBuffer(span) ? Buffer.from(span) : Buffer.alloc(span.hole))
      found[path] = Buffer.concat(parts)
      assert.equal(found[path]?.length, size)
    }
    for (const entry of entries) assert.ok(found[entry.path]?.equals(whole(entry)), entry.path)
  })

  it('is unpacked by GNU tar, which makes holes of holes', () => {
    const folder = mkdtempSync(join(tmpdir(), 'mallee-tar-'))
    try {
      const large: Written = {
        path: 'large',
        size: 20 * 2 ** 30,
        runs: [
          { offset: 9 * 2 ** 30, bytes: 4096 },
          { offset: 20 * 2 ** 30, bytes: 0 },
        ],
      }
      writeFileSync(join(folder, 'a.tar'), archive([...entries, large]))
      execFileSync('tar', ['-C', folder, '-xf', join(folder, 'a.tar')])
      for (const entry of entries)
        assert.ok(readFileSync(join(folder, entry.path)).equals(whole(entry)), entry.path)
      const { size, blocks, mtimeMs } = statSync(join(folder, 'large'))
      assert.deepEqual([size, blocks < 100, mtimeMs], [large.size, true, 1_400_000_000_000])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

describe('gzip in pieces', () => {
  const sources: readonly (readonly number[])[] = [
    [],
    [1],
    [1_048_576],
    [1_048_575, 2],
    [700_000, 700_000, 3_000_000],
  ]
  for (const lengths of sources) {
    it(`is one file of ${lengths.join(' and ') || 'no'} bytes to other programs`, async () => {
      const chunks = lengths.map(noise)
      const found: Buffer[] = []
      for await (const piece of gzipped(Readable.from(chunks))) found.push(piece)
      const bytes = Buffer.concat(found)
      if (lengths.length > 0) assert.ok(gunzipSync(bytes).equals(Buffer.concat(chunks)))
      else assert.equal(bytes.length, 0)
    })
  }
})
