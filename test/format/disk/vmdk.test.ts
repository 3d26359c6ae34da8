// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { deflateSync } from 'node:zlib'
import { DiskFiles, someDisk } from './disk-files'
import { descriptor, monolithicSparse, streamOptimised, type VmdkOptions } from './make-vmdk'

describe('format/disk/vmdk', () => {
  let files: DiskFiles
  beforeEach(() => {
    files = new DiskFiles()
  })
  afterEach(() => files.remove())

  const disk = someDisk(1_000_448)
  const read = (image: Buffer, pieces?: number) => files.disk(image, 'vmdk', pieces)
  const refuses = (image: Buffer, message: RegExp) =>
    assert.rejects(read(image), { name: 'DiskFormatError', message })
  const stream = (options?: VmdkOptions) => streamOptimised(disk, options)
  const sparse = (options?: VmdkOptions) => monolithicSparse(disk, options)

  it('a stream-optimised image gives the disk, wherever its grain directory is', async () => {
    for (const directory of ['at end', 'none', 'here'] as const) {
      assert.ok((await read(stream({ directory }))).equals(disk), directory)
    }
  })

  it('so it does in parts, with other grains, and without a description', async () => {
    assert.ok((await read(stream(), 7)).equals(disk))
    assert.ok((await read(stream({ grain: 16 }))).equals(disk))
    const bare = stream()
    for (const at of [0, bare.length - 1024]) bare.fill(0, at + 28, at + 44)
    assert.ok((await read(bare)).equals(disk))
  })

  it('a monolithic sparse image gives the disk', async () => {
    assert.ok((await read(sparse())).equals(disk))
    assert.ok((await read(sparse({ grain: 8 }), 3)).equals(disk))
  })

  it('grains marked as zero are not read where the image has such', async () => {
    const image = monolithicSparse(Buffer.alloc(65_536, 'x'), { flags: 5 })
    const table = image.readUInt32LE(image.readUInt32LE(56) * 512) * 512
    image.writeUInt32LE(1, table)
    assert.ok((await read(image)).equals(Buffer.alloc(65_536)))
    image.writeUInt32LE(1, 8)
    await refuses(image, /a grain lies upon/)
  })

  it('refuses descriptions, disks in several files, and disks that need others', async () => {
    await refuses(Buffer.from(descriptor('twoGbMaxExtentSparse')), /only the description of a disk/)
    await refuses(Buffer.from('COWD'.padEnd(2048)), /ESX host/)
    await refuses(stream({ descriptor: descriptor('streamOptimized', '7e5b80a7') }), /only what changed/)
    await refuses(sparse({ descriptor: descriptor('twoGbMaxExtentSparse') }), /type twoGbMaxExtentSparse/)
    await refuses(sparse({ descriptor: ' ' }), /one of several files/)
    const extent = sparse()
    extent.fill(0, 28, 44)
    await refuses(extent, /one of several files/)
  })

  it('refuses what is no VMDK, and headers that say what cannot be', async () => {
    await refuses(Buffer.alloc(0), /less than 1024/)
    await refuses(Buffer.alloc(4096), /does not begin with KDMV/)
    await refuses(stream({ unclean: true }), /not closed in order/)
    await refuses(sparse({ unclean: true }), /not closed in order/)
    await refuses(stream({ flags: 0x10001 }), /have no markers/)
    await refuses(stream({ grain: 4 }), /grains have no size/)
    await refuses(stream({ capacity: 0 }), /size of 0/)
    await refuses(stream({ capacity: 2 ** 50 }), /larger than 64 TiB/)
    const other = stream({ directory: 'here' })
    other.writeUInt32LE(9, 4)
    await refuses(other, /version 9/)
    const text = stream({ directory: 'here' })
    text.write('\n \n\n', 73, 'latin1')
    await refuses(text, /line ends were changed/)
    const tables = stream({ directory: 'here' })
    tables.writeUInt32LE(2 ** 31, 44)
    await refuses(tables, /grain tables have no size/)
    const far = stream({ directory: 'here' })
    far.writeBigUInt64LE(2n ** 63n, 56)
    await refuses(far, /not inside/)
  })

  it('refuses an image that is cut short', async () => {
    const image = stream()
    await refuses(image.subarray(0, -512), /cut short: its footer is missing/)
    await refuses(image.subarray(0, image.length / 2), /cut short/)
    const early = stream({ directory: 'here' })
    await refuses(early.subarray(0, early.length / 2), /cut short/)
    const plain = sparse()
    await refuses(plain.subarray(0, -512), /cut short/)
  })

  const firstGrain = 4 * 512

  it('refuses grains that were changed, that belong elsewhere, and that have no size', async () => {
    const changed = stream()
    changed.writeUInt8(changed.readUInt8(firstGrain + 40) ^ 0xff, firstGrain + 40)
    await refuses(changed, /the grain for sector 0 (does not decompress|is too short|holds more)/)
    const moved = stream()
    moved.writeBigUInt64LE(128n, firstGrain)
    await refuses(moved, /the grain for sector 0 says that it belongs elsewhere/)
    for (const bytes of [0, 2 ** 31]) {
      const sizeless = stream()
      sizeless.writeUInt32LE(bytes, firstGrain + 8)
      await refuses(sizeless, /the grain for sector 0 has no size/)
    }
  })

  it('refuses grains that hold more or less than a grain', async () => {
    const bomb = deflateSync(Buffer.alloc(2 ** 20))
    const short = deflateSync(Buffer.alloc(10))
    for (const [data, message] of [
      [bomb, /holds more than it may/],
      [short, /is too short/],
    ] as const) {
      const image = stream()
      image.writeUInt32LE(data.length, firstGrain + 8)
      data.copy(image, firstGrain + 12)
      await refuses(image, message)
    }
  })

  it('refuses grains and tables that lie upon each other', async () => {
    const image = monolithicSparse(Buffer.alloc(3 * 65_536, 'x'))
    const table = image.readUInt32LE(image.readUInt32LE(56) * 512) * 512
    image.writeUInt32LE(image.readUInt32LE(table), table + 4)
    await refuses(image, /a grain lies upon something else/)
    const loop = monolithicSparse(Buffer.alloc(40 * 2 ** 20, 'x'))
    const directory = loop.readUInt32LE(56) * 512
    loop.writeUInt32LE(loop.readUInt32LE(directory), directory + 4)
    await refuses(loop, /a grain table lies upon something else/)
  })

  it('refuses a grain behind the end of the disk', async () => {
    const image = monolithicSparse(Buffer.alloc(65_536, 'x'))
    const table = image.readUInt32LE(image.readUInt32LE(56) * 512) * 512
    image.writeUInt32LE(1000, table + 8)
    await refuses(image, /behind the end of the disk/)
  })
})
