// SPDX-License-Identifier: BSD-2-Clause
// Damage of every kind: an image is read, or refused in a sentence, and nothing else happens.
import assert from 'node:assert/strict'
import { DiskFormatError } from '../../../src/format/disk/errors'
import { type DiskFormat, diskFormats } from '../../../src/format/disk/image'
import { openDisk } from '../../../src/format/disk/open'
import type { DiskSource } from '../../../src/format/disk/source'
import { someDisk } from './disk-files'
import { qcow2 } from './make-qcow2'
import { dynamicVhd, fixedVhd, sealed } from './make-vhd'
import { monolithicSparse, streamOptimised } from './make-vmdk'

/** Numbers from a seed, so that a failure can be played again. */
const numbers = (seed: number) => {
  let state = seed
  return (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

/** Counts what is asked for, since a hostile image may ask for more than there is memory. */
class CountingSource implements DiskSource {
  largest = 0
  total = 0
  constructor(readonly image: Buffer) {}
  get bytes(): number {
    return this.image.length
  }
  async read(start: number, length: number): Promise<Buffer> {
    if (!(start >= 0 && length >= 0 && start + length <= this.bytes)) throw new DiskFormatError('Cut short')
    this.largest = Math.max(this.largest, length)
    this.total += length
    return Buffer.from(this.image.subarray(start, start + length))
  }
  async close(): Promise<void> {}
}

const disk = someDisk(400_384)
const images: Readonly<Record<string, { format: DiskFormat; image: Buffer; places: readonly number[] }>> = {
  'fixed VHD': { format: 'vhd', image: fixedVhd(disk), places: [] },
  'dynamic VHD': { format: 'vhd', image: dynamicVhd(disk, { blockBytes: 65_536 }), places: [512, 1536] },
  'stream-optimised VMDK': { format: 'vmdk', image: streamOptimised(disk), places: [0, 2048] },
  'sparse VMDK': { format: 'vmdk', image: monolithicSparse(disk), places: [0] },
  qcow2: { format: 'qcow2', image: qcow2(disk), places: [0, 4096, 8192] },
  'compressed qcow2': { format: 'qcow2', image: qcow2(disk, { compressed: true }), places: [0, 4096, 8192] },
}

const values = [0, 1, 0x7f, 0x80, 0xff]

/** Change a few bytes, mostly where headers and tables are. */
const damage = (image: Buffer, places: readonly number[], random: (below: number) => number): Buffer => {
  const bytes = Buffer.from(image)
  for (let count = 1 + random(4); count > 0; count--) {
    const place = places[random(places.length + 1)]
    const near = place === undefined ? bytes.length - 1536 + random(1536) : place + random(112)
    bytes.subarray(near, near + 1 + random(8)).fill(values[random(values.length)] ?? 0)
  }
  if (bytes.toString('latin1', 0, 8) === 'conectix' && random(2)) {
    sealed(bytes.subarray(512, 1536), 36)
    sealed(bytes.subarray(0, 512), 64)
    sealed(bytes.subarray(-512), 64)
  }
  return random(4) ? bytes : bytes.subarray(0, random(bytes.length))
}

const readAll = async (image: Buffer, format: DiskFormat): Promise<CountingSource> => {
  const source = new CountingSource(image)
  try {
    const { virtualBytes, extents } = await openDisk(source, format)
    for await (const { offset, data } of extents()) {
      assert.ok(offset >= 0 && offset + data.length <= virtualBytes)
    }
  } catch (error) {
    if (!(error instanceof DiskFormatError)) throw error
    assert.match(error.message, /^[A-Z].*[^.]$/)
  }
  return source
}

describe('damaged disk images', () => {
  for (const [name, { format, image, places }] of Object.entries(images)) {
    it(`a ${name} with changed bytes is read or refused, in bounded memory and time`, async () => {
      for (let seed = 1; seed <= 400; seed++) {
        const { largest, total } = await readAll(damage(image, places, numbers(seed)), format)
        assert.ok(largest <= 2 ** 24, `seed ${seed}: ${largest} bytes at once`)
        assert.ok(total <= 3 * image.length + 2 ** 20, `seed ${seed}: ${total} bytes read`)
      }
    })
  }

  it('noise is refused, or is a raw disk', async () => {
    for (let seed = 1; seed <= 50; seed++) {
      const random = numbers(seed)
      const noise = Buffer.from(Array.from({ length: random(4096) }, () => random(256)))
      for (const format of diskFormats) await readAll(noise, format)
    }
  })
})
