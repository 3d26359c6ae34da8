// SPDX-License-Identifier: BSD-2-Clause
// Disk images of other people's making: what qemu-img writes is read to the very bytes, or refused in words.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import type { DiskFormat } from '../../src/format/disk/image'
import { DiskFiles, someDisk } from '../format/disk/disk-files'
import { qcow2 } from '../format/disk/make-qcow2'
import { dynamicVhd, fixedVhd } from '../format/disk/make-vhd'
import { monolithicSparse, streamOptimised } from '../format/disk/make-vmdk'
import { need, program } from '../support/programs'

const disk = someDisk(5_000_192)

describe('qemu-img', () => {
  let files: DiskFiles
  before(function () {
    need(this, 'qemu-img')
  })
  beforeEach(() => {
    files = new DiskFiles()
  })
  afterEach(() => files.remove())

  const qemuImg = program('qemu-img')

  /** An image of the disk, with what `convert` is to be told. */
  const converted = async (options: readonly string[]): Promise<Buffer> => {
    const raw = files.write(disk)
    const image = `${raw}.image`
    await qemuImg`convert -f raw ${[...options]} ${raw} ${image}`
    return readFileSync(image)
  }

  const readable: readonly (readonly [DiskFormat, string])[] = [
    ['vhd', '-O vpc'],
    ['vhd', '-O vpc -o force_size=on'],
    ['vhd', '-O vpc -o subformat=fixed'],
    ['vmdk', '-O vmdk -o subformat=streamOptimized'],
    ['vmdk', '-O vmdk -o subformat=monolithicSparse'],
    ['vmdk', '-O vmdk -o subformat=monolithicSparse,zeroed_grain=on'],
    ['qcow2', '-O qcow2'],
    ['qcow2', '-O qcow2 -o compat=0.10'],
    ['qcow2', '-O qcow2 -c'],
    ['qcow2', '-O qcow2 -o cluster_size=512'],
    ['qcow2', '-O qcow2 -c -o cluster_size=2M'],
    ['qcow2', '-O qcow2 -o preallocation=falloc'],
  ]
  for (const [format, options] of readable) {
    it(`what it writes with ${options} is read`, async () => {
      const read = await files.disk(await converted(options.split(' ')), format)
      // Geometry may make the disk a little larger.
      assert.ok(read.subarray(0, disk.length).equals(disk))
      assert.ok(read.subarray(disk.length).every(byte => byte === 0))
    })
  }

  const refused: readonly (readonly [DiskFormat, string, RegExp])[] = [
    ['vmdk', '-O vmdk -o subformat=monolithicFlat', /only the description of a disk/],
    ['vmdk', '-O vmdk -o subformat=twoGbMaxExtentSparse', /only the description of a disk/],
    ['qcow2', '-O qcow2 -o extended_l2=on', /extended tables/],
    ['qcow2', '-O qcow2 -c -o compression_type=zstd', /not compressed by zlib/],
  ]
  for (const [format, options, message] of refused) {
    it(`what it writes with ${options} is refused`, async () => {
      const image = await converted(options.split(' '))
      await assert.rejects(files.disk(image, format), { name: 'DiskFormatError', message })
    })
  }

  it('a qcow2 image that needs another file is refused', async () => {
    const base = files.write(disk)
    await qemuImg`create -f qcow2 -b ${base} -F raw ${base}.overlay`
    const message = /has a backing file/
    await assert.rejects(files.disk(readFileSync(`${base}.overlay`), 'qcow2'), { message })
  })

  it('it reads the images that the tests make', async () => {
    const images = {
      vpc: [fixedVhd(disk), dynamicVhd(disk)],
      vmdk: [streamOptimised(disk), monolithicSparse(disk)],
      qcow2: [qcow2(disk), qcow2(disk, { compressed: true })],
    }
    const raw = files.write(disk)
    for (const [format, made] of Object.entries(images)) {
      for (const image of made) {
        const said = await qemuImg`compare -f ${format} -F raw ${files.write(image)} ${raw}`
        assert.equal(said, 'Images are identical.')
      }
    }
  })
})
