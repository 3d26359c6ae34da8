// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { openDisk } from '../../../src/format/disk/open'
import { sliceSource } from '../../../src/format/disk/source'
import { DiskFiles, someDisk } from './disk-files'

describe('format/disk/raw', () => {
  let files: DiskFiles
  beforeEach(() => {
    files = new DiskFiles()
  })
  afterEach(() => files.remove())

  it('is the file, of whatever length and in however many parts', async () => {
    for (const bytes of [7, 4096, 2_500_001]) {
      const disk = someDisk(bytes)
      for (const pieces of [1, 2, 7]) assert.ok((await files.disk(disk, 'raw', pieces)).equals(disk))
    }
  })

  it('gives nothing for what is zero', async () => {
    const disk = Buffer.alloc(3_000_000)
    disk.write('x', 2_000_000)
    const source = files.source(disk)
    const found: number[] = []
    for await (const { offset, data } of (await openDisk(source, 'raw')).extents()) {
      found.push(offset, data.length)
    }
    await source.close()
    assert.deepEqual(found, [1_998_848, 4096])
  })

  it('an empty image is refused', async () => {
    await assert.rejects(files.disk(Buffer.alloc(0), 'raw'), {
      name: 'DiskFormatError',
      message: 'The image is empty',
    })
  })

  it('a part whose file is shorter than it was said to be is refused', async () => {
    const path = files.write(Buffer.from('short'))
    const source = sliceSource([{ path, start: 0, end: 100 }])
    await assert.rejects(source.read(0, 50), { name: 'DiskFormatError', message: /ends too early/ })
    await assert.rejects(source.read(90, 20), { name: 'DiskFormatError', message: /behind its end/ })
    await source.close()
  })
})
