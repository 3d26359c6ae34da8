// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { DiskFiles, someDisk } from './disk-files'
import { type Qcow2Options, qcow2 } from './make-qcow2'

describe('format/disk/qcow2', () => {
  let files: DiskFiles
  beforeEach(() => {
    files = new DiskFiles()
  })
  afterEach(() => files.remove())

  const disk = someDisk(1_000_448)
  const read = (image: Buffer, pieces?: number) => files.disk(image, 'qcow2', pieces)
  const made = (options?: Qcow2Options) => qcow2(disk, options)
  const refuses = (image: Buffer, message: RegExp) =>
    assert.rejects(read(image), { name: 'DiskFormatError', message })

  it('gives the disk, in both versions, with clusters of any size', async () => {
    for (const version of [2, 3] as const)
      for (const clusterBits of [9, 12, 16])
        assert.ok((await read(made({ version, clusterBits }))).equals(disk), `${version} ${clusterBits}`)
  })

  it('gives the disk when it is compressed, and in parts', async () => {
    for (const clusterBits of [9, 12, 16])
      assert.ok((await read(made({ clusterBits, compressed: true }), 5)).equals(disk), `${clusterBits}`)
  })

  it('clusters marked as zero are zero in version 3', async () => {
    const expected = Buffer.from(disk)
    expected.fill(0, 0, 4096)
    assert.ok((await read(made({ zeroed: 0 }))).equals(expected))
  })

  it('refuses what it cannot read, and says why', async () => {
    await refuses(Buffer.alloc(0), /too short/)
    await refuses(Buffer.alloc(4096), /does not begin with QFI/)
    await refuses(made({ backing: true }), /has a backing file/)
    await refuses(made({ encryption: 2 }), /is encrypted/)
    await refuses(made({ features: 2n }), /marked as damaged/)
    await refuses(made({ features: 4n }), /data in another file/)
    await refuses(made({ features: 8n }), /not compressed by zlib/)
    await refuses(made({ features: 16n }), /extended tables/)
    await refuses(made({ features: 2n ** 40n }), /features that are not known/)
    await refuses(made({ diskBytes: 0n }), /size of 0/)
    await refuses(made({ diskBytes: 2n ** 63n }), /larger than 64 TiB/)
    await refuses(made({ diskBytes: 2n ** 40n }), /table is too small/)
    const later = made()
    later.writeUInt32BE(4, 4)
    await refuses(later, /version 4/)
    for (const bits of [0, 8, 22, 2 ** 31]) {
      const image = made()
      image.writeUInt32BE(bits, 20)
      await refuses(image, /clusters have no size/)
    }
  })

  it('an image that was not closed is read: only its reference counts may be wrong', async () => {
    assert.ok((await read(made({ features: 1n }))).equals(disk))
  })

  it('refuses an image that is cut short', async () => {
    await refuses(made().subarray(0, 100_000), /cut short/)
    await refuses(made({ compressed: true }).subarray(0, 6000), /cut short/)
  })

  it('refuses tables and clusters upon each other or outside', async () => {
    const directory = 4096
    const loop = made()
    loop.writeBigUInt64BE(BigInt(directory), directory)
    await refuses(loop, /a table lies upon something else/)
    const far = made()
    far.writeBigUInt64BE(2n ** 63n, 40)
    await refuses(far, /not inside/)
    const upon = made()
    upon.copy(upon, 8192 + 8, 8192, 8192 + 8)
    await refuses(upon, /a cluster lies upon something else/)
  })

  it('refuses clusters that do not decompress, and many that share the same bytes', async () => {
    const changed = made({ compressed: true })
    const place = Number(changed.readBigUInt64BE(8192) & (2n ** 54n - 1n))
    changed.fill(0xff, place, place + 20)
    await refuses(changed, /does not decompress|too short|holds more/)
    const shared = qcow2(Buffer.alloc(2 ** 21, 'x'), { compressed: true })
    for (let entry = 1; entry < 512; entry++) shared.copy(shared, 8192 + entry * 8, 8192, 8192 + 8)
    await read(shared)
    const long = qcow2(Buffer.alloc(2 ** 21, 'x'), { compressed: true, clusterBits: 16 })
    const entry = long.readBigUInt64BE(2 * 65_536)
    for (let at = 0; at < 32; at++) long.writeBigUInt64BE(entry | (127n << 54n), 2 * 65_536 + at * 8)
    await refuses(Buffer.concat([long, Buffer.alloc(2 ** 20)]), /lie upon each other/)
  })
})
