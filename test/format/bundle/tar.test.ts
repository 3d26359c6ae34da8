// SPDX-License-Identifier: BSD-2-Clause

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { open, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { BundleError } from '../../../src/format/bundle/errors'
import { SparseFileSink, StreamSink } from '../../../src/format/bundle/image-sink'
import { imageTarHeader, imageTarTrailer, readTarHeader } from '../../../src/format/bundle/tar-header'
import { type UntarExpectations, untarImage } from '../../../src/format/bundle/untar'
import { inDirectory, sha1 } from '../../bundle/bundling'

const archive = (name: string, image: Buffer): Buffer => {
  const header = imageTarHeader(name, image.length)
  return Buffer.concat([header, image, imageTarTrailer(header.length, image.length)])
}

/** Unpacks an archive that comes in chunks of an awkward size. */
async function unpack(bytes: Buffer, expectations: UntarExpectations = {}): Promise<Buffer> {
  const written: Buffer[] = []
  const sink = new StreamSink(
    new Writable({
      write(chunk: Buffer, _, done) {
        written.push(Buffer.from(chunk))
        done()
      },
    }),
  )
  async function* chunks(): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += 777) yield bytes.subarray(at, at + 777)
  }
  await untarImage(chunks(), sink, expectations)
  return Buffer.concat(written)
}

/** A header block with another field, and the checksum made right again. */
function forged(block: Buffer, offset: number, text: string): Buffer {
  const header = Buffer.from(block)
  header.write(text, offset, 'latin1')
  header.fill(' ', 148, 156)
  const sum = header.subarray(0, 512).reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return header
}

describe('the tar header of an image', () => {
  it('has the fields of the reference', () => {
    const header = imageTarHeader('pre', 5_000_000)
    assert.equal(header.length, 512)
    const field = (start: number, length: number): string => header.toString('latin1', start, start + length)
    assert.equal(field(0, 4), 'pre\0')
    assert.equal(field(100, 24), '0000644\0' + '0000000\0' + '0000000\0')
    assert.equal(field(124, 24), '00023045500\0' + '00000000000\0')
    assert.match(field(148, 8), /^[0-7]{6}\0 $/)
    assert.equal(field(156, 1), '0')
    assert.equal(field(257, 8), 'ustar  \0')
    assert.equal(field(265, 64), '\0'.repeat(64))
    assert.equal(field(329, 16), '0000000\0' + '0000000\0')
  })

  it('takes eleven octal digits below 8 GiB and the base-256 form from there on', () => {
    const size = (bytes: number): Buffer => imageTarHeader('p', bytes).subarray(124, 136)
    assert.equal(size(8 * 2 ** 30 - 1).toString('latin1'), '77777777777\0')
    assert.equal(size(8 * 2 ** 30).toString('hex'), '800000000000000200000000')
    for (const bytes of [0, 8 * 2 ** 30 - 1, 8 * 2 ** 30, 3 * 2 ** 40 + 5])
      assert.equal(readTarHeader(imageTarHeader('p', bytes))?.size, bytes)
  })

  it('is preceded by a GNU long name when the name takes more than 100 bytes', () => {
    assert.equal(imageTarHeader('n'.repeat(100), 1).length, 512)
    assert.equal(imageTarHeader('é'.repeat(51), 1).length, 3 * 512)
    const long = imageTarHeader('n'.repeat(101), 1)
    assert.equal(long.length, 3 * 512)
    assert.equal(readTarHeader(long)?.type, 'L')
    assert.equal(readTarHeader(long)?.size, 102)
  })

  it('makes archives that tar reads, padded to a multiple of 10240', async () => {
    for (const [name, bytes] of [
      ['short', 0],
      ['n'.repeat(130), 513],
      ['even', 1024],
    ] as const) {
      const image = randomBytes(bytes)
      const tar = archive(name, image)
      assert.equal(tar.length % 10_240, 0)
      const listed = execFileSync('tar', ['--utc', '-tvf', '-'], { input: tar, encoding: 'utf8' })
      assert.match(listed, new RegExp(`^-rw-r--r-- 0/0 +${bytes} 1970-01-01 00:00 ${name}\n$`))
      assert.deepEqual(execFileSync('tar', ['xOf', '-'], { input: tar }), image)
    }
  })
})

describe('unpacking a tar stream', () => {
  const image = randomBytes(3000)

  it('gives the image and the digest of the whole stream', async () => {
    const tar = archive('x'.repeat(200), image)
    assert.deepEqual(await unpack(tar, { size: 3000, digest: `00${sha1(tar).replace(/^0+/, '')}` }), image)
  })

  it('refuses another size before it writes a byte', async () => {
    let wrote = false
    const touch = async (): Promise<void> => {
      wrote = true
    }
    const sink = { write: touch, skip: touch }
    async function* whole(): AsyncGenerator<Buffer> {
      yield archive('a', image)
    }
    await assert.rejects(untarImage(whole(), sink, { size: 2999 }), /is 3000 bytes, not 2999/)
    assert.equal(wrote, false)
  })

  it('refuses another digest, a truncated stream, and what is no archive', async () => {
    const tar = archive('a', image)
    await assert.rejects(unpack(tar, { digest: sha1(image) }), /SHA-1 digest of the image's tar archive is/)
    await assert.rejects(unpack(tar.subarray(0, 2000)), /ends too early/)
    await assert.rejects(unpack(randomBytes(2000)), BundleError)
    await assert.rejects(unpack(Buffer.alloc(0)), /ends too early/)
    await assert.rejects(unpack(Buffer.alloc(10_240)), /is empty/)
  })

  it('refuses members that are no files, and endless data behind the image', async () => {
    const tar = archive('a', image)
    const link = Buffer.concat([forged(tar.subarray(0, 512), 156, '2'), tar.subarray(512)])
    await assert.rejects(unpack(link), /not a file/)
    await assert.rejects(unpack(Buffer.concat([tar, Buffer.alloc(2_000_000)])), /goes on after the image/)
    const huge = forged(tar.subarray(0, 512), 156, 'L')
    await assert.rejects(unpack(forged(huge, 124, '77777777777\0')), /too large a header/)
  })

  it('expands the old GNU sparse members of tar, with as many runs as it takes', async () => {
    await inDirectory(async directory => {
      // Sixty runs take the header's four and three further blocks.
      const sparse = Buffer.alloc(60 * 65_536 + 100_000)
      for (let run = 0; run < 60; run++) randomBytes(4096).copy(sparse, run * 65_536 + 8192)
      const file = await open(join(directory, 'img'), 'w+')
      const sink = new SparseFileSink(file)
      for (let at = 0; at < sparse.length; at += 4096) await sink.write(sparse.subarray(at, at + 4096))
      await sink.finish()
      await file.close()
      assert.deepEqual(await readFile(join(directory, 'img')), sparse)
      const args = ['c', '-S', '--format=gnu', '-C', directory, 'img']
      const tar = execFileSync('tar', args, { maxBuffer: 16_000_000 })
      assert.equal(readTarHeader(tar.subarray(0, 512))?.type, 'S')
      assert.deepEqual(await unpack(tar, { size: sparse.length, digest: sha1(tar) }), sparse)
      await assert.rejects(unpack(tar, { size: sparse.length + 1 }), BundleError)
    })
  })

  it('refuses sparse members whose runs lie outside the file, overlap or do not add up', async () => {
    const octal = (value: number): string => `${value.toString(8).padStart(11, '0')}\0`
    const sparse = (runs: [number, number][], realSize: number): Buffer => {
      const tar = archive('a', image)
      let header = forged(tar.subarray(0, 512), 156, 'S')
      for (const [i, [offset, bytes]] of runs.entries())
        header = forged(header, 386 + i * 24, octal(offset) + octal(bytes))
      return Buffer.concat([forged(header, 483, octal(realSize)), tar.subarray(512)])
    }
    const good = await unpack(
      sparse(
        [
          [1000, 1000],
          [5000, 2000],
        ],
        9000,
      ),
    )
    const expected = [Buffer.alloc(1000), image.subarray(0, 1000), Buffer.alloc(3000), image.subarray(1000)]
    assert.deepEqual(good, Buffer.concat([...expected, Buffer.alloc(2000)]))
    await assert.rejects(
      unpack(
        sparse(
          [
            [1000, 1000],
            [1500, 2000],
          ],
          9000,
        ),
      ),
      /malformed/,
    )
    await assert.rejects(
      unpack(
        sparse(
          [
            [1000, 1000],
            [5000, 2000],
          ],
          6999,
        ),
      ),
      /malformed/,
    )
    await assert.rejects(
      unpack(
        sparse(
          [
            [1000, 1000],
            [5000, 1999],
          ],
          9000,
        ),
      ),
      /malformed/,
    )
  })

  it('reads archives in the PAX format, but not PAX sparse ones', async () => {
    await inDirectory(async directory => {
      await writeFile(join(directory, 'img'), Buffer.concat([image, Buffer.alloc(1_000_000)]))
      const tar = (...args: string[]): Buffer =>
        execFileSync('tar', ['c', ...args, '-C', directory, 'img'], { maxBuffer: 16_000_000 })
      assert.equal((await unpack(tar('--format=pax', '--pax-option=comment=hello'))).length, 1_003_000)
      const file = await open(join(directory, 'img'), 'r+')
      await file.truncate(3000)
      await file.truncate(1_003_000)
      await file.close()
      await assert.rejects(unpack(tar('--format=pax', '-S')), /PAX sparse/)
    })
  })

  it('makes holes of zeros in a file', async () => {
    await inDirectory(async directory => {
      const path = join(directory, 'img')
      const file = await open(path, 'wx')
      const sink = new SparseFileSink(file)
      const bytes = Buffer.concat([Buffer.alloc(1_000_000), image, Buffer.alloc(4_000_000)])
      await sink.write(bytes)
      await sink.skip(1_000_000)
      await sink.finish()
      const stats = await file.stat()
      await file.close()
      assert.equal(stats.size, 6_003_000)
      assert.ok(stats.blocks * 512 < 1_000_000, `${stats.blocks} blocks`)
      assert.deepEqual(await readFile(path), Buffer.concat([bytes, Buffer.alloc(1_000_000)]))
    })
  })
})
