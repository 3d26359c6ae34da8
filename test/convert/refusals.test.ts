// SPDX-License-Identifier: BSD-2-Clause
// Images whose /etc/fstab cannot be edited: what is on them is of another kind, damaged, or hostile.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { need, run } from '../support/programs'
import { Disks, debugfs, mib, tableSector } from './disks'
import { alone, edit, otherwise } from './editing'

describe('images whose /etc/fstab cannot be edited', () => {
  let disks: Disks
  before(function () {
    need(this, 'mke2fs', 'debugfs', 'dumpe2fs')
  })
  beforeEach(() => {
    disks = new Disks()
  })
  afterEach(() => disks.close())

  it('leaves XFS and Btrfs alone, and says so', async () => {
    const xfs = await disks.file(mib, [[0, Buffer.from('XFSB')]])
    const { how, notes } = await edit(xfs)
    assert.equal(how, 'left')
    assert.match(notes[0] ?? '', /left as it is: the file system is xfs\. Comment out/)
    const btrfs = await disks.file(4 * mib, [
      [0, tableSector([[0x83, 2048, 4096]])],
      [mib + 65_600, Buffer.from('_BHRfS_M')],
    ])
    assert.match((await edit(btrfs)).notes[0] ?? '', /the file system in partition 1 is btrfs/)
  })

  it('refuses an image in which it finds nothing that it understands', async () => {
    const message = `cannot edit /etc/fstab: no file system of the image is understood and has one; ${otherwise}`
    await assert.rejects(edit(await disks.file(mib, [])), { name: 'ConversionError', message })
    const lvm = await disks.file(4 * mib, [[0, tableSector([[0x8e, 2048, 4096]])]])
    await assert.rejects(edit(lvm), { message })
    const hostile = await disks.file(mib, [[0, tableSector([[0x83, 2048, 999_999]])]])
    await assert.rejects(
      edit(hostile),
      /^ConversionError: the image's partition table has partition 1 end at byte/,
    )
  })

  it('refuses damage in words: superblocks, inodes, extents, directories, images cut off', async () => {
    const intact = readFileSync(await disks.fs({ args: ['-b', '1024', '-O', '^metadata_csum'] }))
    const table = Number(
      /Inode table at (\d+)/.exec(
        (await run('dumpe2fs', [await disks.file(intact.length, [[0, intact]])])).stdout,
      )?.[1],
    )
    const inode = async (path: string) =>
      Number(
        /Inode: (\d+)/.exec(
          await debugfs(await disks.file(intact.length, [[0, intact]]), `stat ${path}`),
        )?.[1],
      )
    const at = async (path: string) => table * 1024 + ((await inode(path)) - 1) * 256
    const etc = Number(
      /\(0\):(\d+)/.exec(await debugfs(await disks.file(intact.length, [[0, intact]]), 'stat /etc'))?.[1],
    )
    const damages: [RegExp, number, string][] = [
      [/has a damaged superblock/, 1024 + 0x18, 'ff000000'],
      [/has a damaged superblock/, 1024 + 0x28, '00000000'],
      [/has a damaged superblock/, 1024 + 0x58, '0300'],
      [/is cut off: it has/, 1024 + 0x4, '00000100'],
      [/has a damaged extent tree/, (await at('/etc')) + 0x28, '0000'],
      [/has a damaged extent tree/, (await at('/etc')) + 0x28 + 6, 'ff00'],
      [/refers to block \d+, which it has not/, (await at('/etc')) + 0x28 + 12 + 8, 'ffffff7f'],
      [/refers to inode \d+, which is not in use/, (await at('/etc')) + 0x1a, '0000'],
      [/has something of \d+ bytes/, (await at('/etc/fstab')) + 0x4, 'ffffff7f'],
      [/has a damaged directory/, etc * 1024 + 4, '0300'],
      [/refers to inode \d+, which it has not/, etc * 1024 + 24, 'ffffff7f'],
    ]
    for (const [expected, offset, hex] of damages) {
      const image = await disks.file(intact.length, [
        [0, intact],
        [offset, Buffer.from(hex, 'hex')],
      ])
      await assert.rejects(alone(image), (error: Error) => {
        assert.equal(error.name, 'ConversionError')
        assert.match(error.message, expected)
        return true
      })
    }
  })

  it('refuses wrong checksums', async () => {
    const image = await disks.fs()
    const file = await open(image, 'r+')
    await file.write(Buffer.from('scratch'), 0, 7, 1024 + 0x78)
    await file.close()
    await assert.rejects(alone(image), /has a superblock with a wrong checksum/)
  })
})
