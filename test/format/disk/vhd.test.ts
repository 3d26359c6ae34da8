// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { DiskFiles, someDisk } from './disk-files'
import { dynamicVhd, fixedVhd, sealed, type VhdOptions } from './make-vhd'

describe('format/disk/vhd', () => {
  let files: DiskFiles
  beforeEach(() => {
    files = new DiskFiles()
  })
  afterEach(() => files.remove())

  const disk = someDisk(1_000_448)
  const read = (image: Buffer, pieces?: number) => files.disk(image, 'vhd', pieces)
  const refuses = (image: Buffer, message: RegExp) =>
    assert.rejects(read(image), { name: 'DiskFormatError', message })
  const dynamic = (options?: VhdOptions) => dynamicVhd(disk, { blockBytes: 65_536, ...options })

  /** An image whose dynamic header was changed, and its checksum with it. */
  const withHeader = (change: (header: Buffer) => void): Buffer => {
    const image = dynamic()
    change(image.subarray(512, 1536))
    sealed(image.subarray(512, 1536), 36)
    return image
  }

  it('a fixed image gives the disk', async () => {
    assert.ok((await read(fixedVhd(disk))).equals(disk))
    assert.ok((await read(fixedVhd(disk), 5)).equals(disk))
  })

  it('a dynamic image gives the disk, whatever its blocks', async () => {
    for (const blockBytes of [4096, 65_536, 2 ** 21]) {
      assert.ok((await read(dynamic({ blockBytes }))).equals(disk), `${blockBytes}`)
    }
    assert.ok((await read(dynamic(), 9)).equals(disk))
  })

  it('sectors that were never written are zero, whatever is in their places', async () => {
    const image = dynamicVhd(Buffer.alloc(65_536, 'x'), { blockBytes: 65_536 })
    image.fill(0, 2048, 2048 + 512)
    image.writeUInt8(0x40, 2048)
    const expected = Buffer.alloc(65_536)
    expected.fill('x', 512, 1024)
    assert.ok((await read(image)).equals(expected))
  })

  it('refuses what is no VHD, or is cut short', async () => {
    await refuses(Buffer.alloc(0), /less than 512 bytes/)
    await refuses(disk, /no VHD, or is cut short: its footer is missing/)
    await refuses(dynamic().subarray(0, -1), /its footer is missing/)
    await refuses(fixedVhd(disk).subarray(1024), /cut short/)
    await refuses(dynamic().subarray(512), /is missing/)
    const whole = dynamic()
    await refuses(Buffer.concat([whole.subarray(0, 9000), whole.subarray(-512)]), /not inside|lies upon/)
  })

  it('refuses differencing disks and kinds that are not known', async () => {
    await refuses(dynamic({ type: 4 }), /only what changed since another disk/)
    await refuses(dynamic({ type: 5 }), /of type 5/)
  })

  it('refuses sizes that no disk has', async () => {
    await refuses(dynamic({ diskBytes: 0n }), /size of 0/)
    await refuses(dynamic({ diskBytes: 2n ** 63n }), /larger than 64 TiB/)
    await refuses(fixedVhd(disk, { diskBytes: 2n ** 30n }), /cut short/)
    await refuses(dynamic({ diskBytes: 2n ** 30n }), /table is too small/)
    await refuses(dynamic({ diskBytes: 2n ** 40n, entries: 2 ** 31 }), /the block table is not inside/)
  })

  it('refuses wrong checksums, of the footer, its copy and the header', async () => {
    const footer = dynamic()
    footer.writeUInt8(7, footer.length - 12)
    await refuses(footer, /checksum of its footer/)
    const copy = dynamic()
    copy.writeUInt8(7, 500)
    await refuses(copy, /checksum of the copy of the footer/)
    const header = dynamic()
    header.writeUInt8(7, 512 + 900)
    await refuses(header, /checksum of the header/)
  })

  it('refuses a copy of another disk’s footer', async () => {
    const image = dynamic()
    image.writeUInt8(1, 70)
    sealed(image.subarray(0, 512), 64)
    await refuses(image, /not of the same disk/)
  })

  it('refuses headers that say what cannot be', async () => {
    const blocks = /blocks have no size/
    await refuses(
      withHeader(header => header.writeUInt32BE(0, 32)),
      blocks,
    )
    await refuses(
      withHeader(header => header.writeUInt32BE(65_537, 32)),
      blocks,
    )
    await refuses(
      withHeader(header => header.writeUInt32BE(2 ** 31, 32)),
      blocks,
    )
    await refuses(
      withHeader(header => header.write('nonsense')),
      /header of a dynamic disk is missing/,
    )
    const table = /the block table (is not inside|lies upon)/
    await refuses(
      withHeader(header => header.writeBigUInt64BE(2n ** 63n, 16)),
      table,
    )
    await refuses(
      withHeader(header => header.writeBigUInt64BE(100n, 16)),
      table,
    )
    await refuses(
      withHeader(header => header.writeBigUInt64BE(512n, 16)),
      table,
    )
  })

  it('refuses blocks outside of the image, and upon each other', async () => {
    const outside = dynamic()
    outside.writeUInt32BE(2 ** 31, 1536)
    await refuses(outside, /a block is not inside/)
    const upon = dynamic()
    upon.writeUInt32BE(upon.readUInt32BE(1536) + 1, 1540)
    await refuses(upon, /a block lies upon something else/)
    const table = dynamic()
    table.writeUInt32BE(1, 1536)
    await refuses(table, /a block lies upon something else/)
  })
})
