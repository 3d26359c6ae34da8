// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { need, run } from '../support/programs'
import { change, Disks, debugfs, editedText, faultsOf, fstabText, gptPieces, mib, tableSector } from './disks'
import { alone, edit, otherwise } from './editing'

describe('editing /etc/fstab in an image', () => {
  let disks: Disks
  before(function () {
    need(this, 'mke2fs', 'debugfs', 'e2fsck')
  })
  beforeEach(() => {
    disks = new Disks()
  })
  afterEach(() => disks.close())

  const variants: Readonly<Record<string, Parameters<Disks['fs']>[0]>> = {
    'ext2 with blocks of 1 KiB': { type: 'ext2', args: ['-b', '1024'] },
    'ext2 with inodes of 128 bytes': { type: 'ext2', args: ['-I', '128'] },
    'ext2 of revision 0': { type: 'ext2', args: ['-r', '0', '-I', '128'] },
    'ext3 with blocks of 2 KiB': { type: 'ext3', args: ['-b', '2048'] },
    'ext4 with blocks of 4 KiB': { type: 'ext4', args: ['-b', '4096'] },
    'ext4 with 64-bit block numbers': { type: 'ext4', args: ['-O', '64bit'] },
    'ext4 without checksums': { type: 'ext4', args: ['-O', '^metadata_csum,uninit_bg'] },
    'ext4 with a checksum seed of its own': { type: 'ext4', args: ['-O', 'metadata_csum_seed'] },
    'ext4 with checksums and small inodes': { type: 'ext4', args: ['-I', '128', '-O', 'metadata_csum'] },
    'ext4 with an orphan file': { type: 'ext4', args: ['-O', 'orphan_file'] },
    'ext4 with clusters': { type: 'ext4', args: ['-O', 'bigalloc', '-C', '16384'] },
    'ext4 without extents': { type: 'ext4', args: ['-O', '^extents,^64bit'] },
    'ext4 with descriptors in their groups': { type: 'ext4', args: ['-O', 'meta_bg,^resize_inode'] },
    'ext4 with many groups': { type: 'ext4', args: ['-b', '1024', '-g', '256', '-N', '8192'] },
    'ext4 with two superblocks': { type: 'ext4', args: ['-O', 'sparse_super2,^resize_inode'] },
    'ext4 with all that it may have': {
      type: 'ext4',
      args: ['-O', 'casefold,large_dir,project,verity'],
    },
  }
  for (const [name, options] of Object.entries(variants))
    it(`works in place on ${name}`, async () => {
      const image = await disks.fs(options)
      const { how, lines, before, isKeptInImage, notes } = await alone(image)
      assert.deepEqual(
        { how, before, isKeptInImage, notes },
        {
          how: 'in-place',
          before: fstabText,
          isKeptInImage: false,
          notes: [],
        },
      )
      assert.deepEqual(lines, ['/dev/sda2   /mnt   ext3    defaults                     0 0'])
      assert.equal(await debugfs(image, 'cat /etc/fstab'), editedText)
      assert.equal(await faultsOf(image), '')
    })

  it('finds the file in a large directory, whose blocks form a tree', async () => {
    const files: Record<string, string> = { 'etc/fstab': fstabText }
    for (let index = 0; index < 600; index++) files[`etc/file-with-a-long-name-${index}`] = ''
    const image = await disks.fs({ files, args: ['-b', '1024'] })
    await run('e2fsck', ['-fyD', image])
    assert.match(await debugfs(image, 'htree /etc'), /Root node dump/)
    assert.equal((await alone(image)).how, 'in-place')
    assert.equal(await debugfs(image, 'cat /etc/fstab'), editedText)
    assert.equal(await faultsOf(image), '')
  })

  it('follows symbolic links, short and long, absolute and relative', async () => {
    const long = 'a-folder-with-a-name-that-makes-the-link-longer-than-sixty-bytes'
    const image = await disks.fs({
      files: {
        [`${long}/fstab`]: fstabText,
        etc: { link: 'usr/../real/etc' },
        'usr/x': '',
        'real/etc/fstab': { link: `/${long}/fstab` },
      },
    })
    assert.equal((await alone(image)).how, 'in-place')
    assert.equal(await debugfs(image, `cat /${long}/fstab`), editedText)
    assert.equal(await faultsOf(image), '')
  })

  it('refuses links that lead in a circle', async () => {
    const image = await disks.fs({ files: { 'etc/fstab': { link: '/etc/fstab' } } })
    await assert.rejects(alone(image), {
      message: `cannot edit /etc/fstab: the file system has symbolic links that lead in a circle; ${otherwise}`,
    })
  })

  it('goes where partition tables say: MBR, logical, GPT', async () => {
    const fs = readFileSync(await disks.fs())
    const boot = readFileSync(await disks.fs({ type: 'ext2', files: { 'grub/menu.lst': 'timeout 0' } }))
    const tables: [number, number, [number, Buffer][]][] = [
      [
        2,
        16 * mib,
        [
          [
            0,
            tableSector([
              [0x83, 2048, 16_384],
              [0x83, 32_768, 16_384],
            ]),
          ],
        ],
      ],
      [
        5,
        16 * mib,
        [
          [
            0,
            tableSector([
              [0x83, 2048, 16_384],
              [0x0f, 30_720, 30_000],
            ]),
          ],
          [30_720 * 512, tableSector([[0x83, 2048, 16_384]])],
        ],
      ],
      [
        2,
        16 * mib,
        gptPieces(32 * mib, [
          [2048, 18_431],
          [32_768, 49_151],
        ]),
      ],
    ]
    for (const [partition, offset, pieces] of tables) {
      const image = await disks.file(32 * mib, [...pieces, [mib, boot], [offset, fs]])
      assert.deepEqual(
        { ...(await alone(image)), lines: undefined, before: undefined },
        {
          how: 'in-place',
          partition,
          isKeptInImage: false,
          notes: [],
          lines: undefined,
          before: undefined,
        },
      )
      assert.equal(await debugfs(image, 'cat /etc/fstab', offset), editedText)
      assert.equal(await faultsOf(image, offset), '')
    }
  })

  it('keeps the old file beside the new one with its mode and owner, when debugfs is there', async () => {
    const image = await disks.fs()
    await change(image, ['sif /etc/fstab uid 70000', 'sif /etc/fstab gid 12'])
    assert.equal((await edit(image)).isKeptInImage, true)
    assert.equal(await debugfs(image, 'cat /etc/fstab.bak'), fstabText)
    for (const file of ['fstab', 'fstab.bak'])
      assert.match(await debugfs(image, `stat /etc/${file}`), /Mode: +0640.*User: 70000 +Group: +12 /s)
    assert.equal(await faultsOf(image), '')
  })

  it('leaves an older copy beside it alone, and says so', async () => {
    const image = await disks.fs({ files: { 'etc/fstab': fstabText, 'etc/fstab.bak': 'older' } })
    const { isKeptInImage, notes } = await edit(image)
    assert.equal(isKeptInImage, false)
    assert.deepEqual(notes, ['The image has a /etc/fstab.bak already, which was left as it is.'])
    assert.equal(await debugfs(image, 'cat /etc/fstab.bak'), 'older')
  })

  it('goes on without a copy in an image that is full, and leaves nothing half done', async () => {
    const image = await disks.fs({ type: 'ext2', bytes: mib, args: ['-b', '1024', '-m', '0'] })
    await change(image, ['setb 20 1004'])
    const { how, isKeptInImage, notes } = await edit(image)
    assert.deepEqual(
      { how, isKeptInImage, notes },
      {
        how: 'in-place',
        isKeptInImage: false,
        notes: ['The image has no room for a /etc/fstab.bak.'],
      },
    )
    assert.equal(await debugfs(image, 'cat /etc/fstab'), editedText)
    assert.match(await debugfs(image, 'ls /etc'), /^((?!fstab\.bak).)*$/s)
  })

  it('makes room in the last block by dropping what mounts nothing', async () => {
    const filler = `#${'x'.repeat(90)}\n`.repeat(7)
    const full = `${fstabText}${filler}`.padEnd(1023, '#').concat('\n')
    const image = await disks.fs({ files: { 'etc/fstab': full }, args: ['-b', '1024'] })
    assert.equal((await alone(image)).how, 'in-place')
    const text = await debugfs(image, 'cat /etc/fstab')
    assert.match(text, /^#\/dev\/sda2 {3}\/mnt/m)
    assert.match(text, /^\/dev\/sda1 \/ ext3 defaults,errors=remount-ro 0 1$/m)
    assert.equal(await faultsOf(image), '')
  })

  it('keeps as many blocks as the file has, however many that are', async () => {
    const full = `${fstabText}${`# ${'y'.repeat(61)}\n`.repeat(60)}`
    const padded = full.padEnd(Math.ceil(full.length / 1024) * 1024, '\n')
    const image = await disks.fs({ files: { 'etc/fstab': padded }, args: ['-b', '1024'] })
    assert.equal((await alone(image)).how, 'in-place')
    assert.match(await debugfs(image, 'cat /etc/fstab'), /^#\/dev\/sda2/m)
    assert.equal(await faultsOf(image), '')
  })

  it('gives the second choice what is kept in inodes', async () => {
    const image = await disks.fs({
      args: ['-O', 'inline_data', '-I', '1024'],
      files: { 'etc/fstab': '/dev/sdb /mnt auto defaults 0 0\n' },
    })
    await assert.rejects(alone(image), /keeps the data of small files in their inodes; do something else/)
    const { how, isKeptInImage } = await edit(image)
    assert.deepEqual({ how, isKeptInImage }, { how: 'debugfs', isKeptInImage: true })
    // Its `cat` prints all that an inode has room for.
    assert.equal(
      (await debugfs(image, 'cat /etc/fstab')).replace(/\0+$/, ''),
      '#/dev/sdb /mnt auto defaults 0 0\n',
    )
    assert.match(await debugfs(image, 'stat /etc/fstab'), /Mode: +0640/)
    assert.equal(await faultsOf(image), '')
  })

  it('gives the second choice a file that must not change, and features that are not known', async () => {
    const immutable = await disks.fs()
    await change(immutable, ['sif /etc/fstab flags 0x80010'])
    await assert.rejects(alone(immutable), /has the file marked as one that must not change/)
    assert.equal((await edit(immutable)).how, 'debugfs')
    const shared = await disks.fs()
    await change(shared, ['feature shared_blocks'])
    await assert.rejects(alone(shared), /features that are not known here \(read-only 0x4000\)/)
  })

  it('replays the journal first, or refuses', async () => {
    const image = await disks.fs()
    const block = /\(0\):(\d+)/.exec(await debugfs(image, 'stat /etc/fstab'))?.[1]
    const newer = disks.path('newer')
    const text = fstabText.replace('proc  ', 'sysfs ')
    const file = await open(newer, 'w')
    await file.writeFile(Buffer.alloc(1024, text.padEnd(1024, '\0')))
    await file.close()
    await change(image, ['jo', `jw -b ${block} ${newer}`, 'jc'])
    await assert.rejects(alone(image), {
      message:
        'cannot edit /etc/fstab: the file system was not shut down, so that its journal has to be replayed first, ' +
        `which takes e2fsck (package e2fsprogs); ${otherwise}`,
    })
    const { how, notes } = await edit(image)
    assert.deepEqual(
      { how, notes },
      { how: 'in-place', notes: ['The journal of the file system was replayed.'] },
    )
    assert.equal(await debugfs(image, 'cat /etc/fstab'), text.replace('/dev/sda2', '#/dev/sda2'))
    assert.equal(await faultsOf(image), '')
  })

  it('has nothing to do where no line mounts an ephemeral disk, and changes nothing', async () => {
    const image = await disks.fs({ files: { 'etc/fstab': 'LABEL=root / ext4 defaults 0 0\n' } })
    const before = readFileSync(image)
    assert.deepEqual(await edit(image), { how: 'nothing', lines: [], isKeptInImage: false, notes: [] })
    assert.ok(before.equals(readFileSync(image)))
    const none = await disks.fs({ files: { 'etc/hosts': '' } })
    assert.deepEqual((await edit(none)).notes, ['The image has no /etc/fstab.'])
  })

  it('does the same thing once: the second time there is nothing to do', async () => {
    const image = await disks.fs()
    await edit(image)
    assert.equal((await edit(image)).how, 'nothing')
  })
})
