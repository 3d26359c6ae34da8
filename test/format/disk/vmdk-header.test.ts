// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { vmdkCapacity } from '../../../src/format/disk/vmdk-header'
import { DiskFiles } from './disk-files'
import { streamOptimised, type VmdkOptions } from './make-vmdk'

describe('format/disk/vmdk-header', () => {
  let files: DiskFiles
  beforeEach(() => {
    files = new DiskFiles()
  })
  afterEach(() => files.remove())

  const made = (options: VmdkOptions) => streamOptimised(Buffer.from('some data'), options)
  const capacity = (image: Buffer) => vmdkCapacity(files.write(image))
  const refuses = (image: Buffer, message: RegExp) =>
    assert.rejects(capacity(image), { name: 'DiskFormatError', message })

  it('takes the capacity from the header, in sectors', async () => {
    assert.equal(await capacity(made({ capacity: 3 * 2 ** 21, directory: 'here' })), 3 * 2 ** 30)
  })

  it('takes it from the footer when the header has no grain directory', async () => {
    const image = made({ capacity: 2 ** 21, directory: 'none' })
    image.writeBigUInt64LE(0n, 12)
    assert.equal(await capacity(image), 2 ** 30)
  })

  it('does not look at the footer when the header says that the directory is at the end', async () => {
    const image = made({ capacity: 2 ** 21, directory: 'at end' })
    image.writeBigUInt64LE(7n, 12)
    assert.equal(await capacity(image), 7 * 512)
  })

  it('refuses what is not stream-optimised, and says what is missing', async () => {
    await refuses(made({ flags: 0x20001 }), /not stream-optimised: its grains are not compressed$/)
    await refuses(made({ flags: 0x10001 }), /not stream-optimised: its grains have no markers$/)
    await refuses(made({ unclean: true }), /not stream-optimised: it was not closed in order$/)
    await refuses(made({ compression: 2 }), /not stream-optimised: its compression algorithm is 2$/)
    await refuses(made({ flags: 1, compression: 0 }), /not compressed, its grains have no markers, its comp/)
  })

  it('refuses other files, and those with less than 1024 bytes', async () => {
    await refuses(Buffer.from('KDMV'), /less than 1024 bytes/)
    await refuses(made({}).subarray(0, 1023), /less than 1024 bytes/)
    await refuses(Buffer.alloc(0), /less than 1024 bytes/)
    await refuses(Buffer.alloc(2048), /does not begin with KDMV/)
    await refuses(Buffer.from('# Disk DescriptorFile\n'.padEnd(2048)), /does not begin with KDMV/)
  })

  it('refuses a footer that is none, and a capacity that is no size', async () => {
    const image = made({ directory: 'none' })
    await refuses(Buffer.concat([image, Buffer.alloc(512)]), /does not begin with KDMV/)
    const huge = made({ directory: 'here' })
    huge.writeBigUInt64LE(2n ** 63n, 12)
    await refuses(huge, /no size of a disk/)
  })

  it('a file that is not there is the file system’s error', async () => {
    await assert.rejects(vmdkCapacity('/nowhere/at/all'), { code: 'ENOENT' })
  })
})
