// SPDX-License-Identifier: BSD-2-Clause
// Bundling a volume: what of it is copied, onto what disk, and that nothing is left mounted, attached or lying about.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mountOf, mountPatterns, parseMounts } from '../../src/bundle/volume/mounts'
import { Interruption } from '../../src/cli/context'
import { openDisk } from '../../src/convert/disk'
import { partitionsOf } from '../../src/convert/partitions'
import { run } from '../cli/process'
import { type Cloud, cloud } from '../support/cloud'
import { need, needRoot } from '../support/programs'

describe('Mounts', () => {
  const text = [
    ...['rootfs / rootfs rw 0 0', '/dev/vda1 / ext4 rw 0 0', 'proc /proc proc rw 0 0'],
    ...[
      '/dev/vdb /srv/a\\040b xfs rw 0 0',
      'tmpfs /srv/a\\040b/[tmp] tmpfs rw 0 0',
      'files:/x /srvx nfs rw 0 0',
    ],
  ].join('\n')
  const mounts = parseMounts(text)

  it('are the last ones on each place', () => {
    assert.deepEqual(mountOf(mounts, '/'), { device: '/dev/vda1', point: '/', type: 'ext4' })
    assert.equal(mountOf(mounts, '/srv/a b/c')?.device, '/dev/vdb')
    assert.equal(mountOf(mounts, '/srv')?.device, '/dev/vda1')
    assert.equal(mountOf(mounts, '/srvy')?.device, '/dev/vda1')
  })

  it('inside a volume are left out unless they are local or wanted, by their place in it', () => {
    assert.deepEqual(mountPatterns(mounts, '/', false), ['/proc/**', '/srv/a b/\\[tmp]/**', '/srvx/**'])
    assert.deepEqual(mountPatterns(mounts, '/', true), ['/proc/**'])
    assert.deepEqual(mountPatterns(mounts, '/srv', false), ['/a b/\\[tmp]/**'])
    assert.deepEqual(mountPatterns(mounts, '/srv/a b', false), ['/\\[tmp]/**'])
  })
})

describe('Bundling a volume', () => {
  let c: Cloud
  let folder: string
  before(async function () {
    needRoot(this)
    need(this, 'rsync', 'mkfs.ext4', 'debugfs', 'e2fsck')
    c = await cloud()
  })
  after(() => c?.close())
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'mallee-volume-')))
    for (const name of ['volume', 'volume/etc', 'programs', 'tmp']) mkdirSync(join(folder, name))
    writeFileSync(join(folder, 'volume/etc/hostname'), 'mine\n')
  })
  afterEach(() => {
    assert.doesNotMatch(readFileSync('/proc/self/mounts', 'utf8'), new RegExp(folder))
    assert.doesNotMatch(spawnSync('losetup', ['-a'], { encoding: 'utf8' }).stdout ?? '', new RegExp(folder))
    rmSync(folder, { recursive: true, force: true })
  })

  /** A program of this name that is found before the system's. */
  const program = (name: string, script: string): string => {
    const path = join(folder, 'programs', name)
    writeFileSync(path, `#!/bin/sh\n${script}\n`)
    chmodSync(path, 0o755)
    return path
  }
  const noLoopDevices = () => program('losetup', 'exit 1')

  const bundle = (words: readonly string[], more: { path?: string; signal?: AbortSignal } = {}) =>
    run(['euca-bundle-vol', '-r', 'x86_64', '-v', 'volume', '--no-inherit', '-s', '16', ...words], {
      cwd: folder,
      env: {
        MALLEE_HOME: c.home,
        TMPDIR: join(folder, 'tmp'),
        PATH: more.path ?? `${join(folder, 'programs')}:/usr/bin:/bin`,
      },
      door: request => c.engine.handle(request),
      ...(more.signal && { signal: more.signal }),
    })

  const done = 'Copying files...\nWrote manifest out/image.manifest.xml\n'
  const succeeds = async (words: readonly string[] = [], expected = done) => {
    const { status, stdout, stderr } = await bundle(['-P', 'none', '-d', 'out', ...words])
    assert.deepEqual([status, stdout, stderr], [0, expected, ''])
  }
  const fails = async (words: readonly string[], message: RegExp, status = 1) => {
    const { stderr, ...outcome } = await bundle(['-P', 'none', ...words])
    assert.equal(outcome.status, status, stderr)
    assert.match(stderr, message)
    assert.deepEqual(readdirSync(join(folder, 'tmp')), [])
    assert.ok(!existsSync(join(folder, 'out')))
  }

  /** The image of the bundle, unbundled. */
  const image = async (): Promise<string> => {
    const words = ['euca-unbundle', '-m', 'out/image.manifest.xml', '-s', 'out']
    const env = { MALLEE_HOME: c.home }
    const { stderr } = await run(words, { cwd: folder, env, door: request => c.engine.handle(request) })
    assert.equal(stderr, '')
    return join(folder, 'image')
  }
  const look = (image: string, command: string, offset = 0): string =>
    spawnSync('debugfs', ['-R', command, `${image}?offset=${offset}`], {
      encoding: 'utf8',
      env: { PATH: '/usr/bin:/bin:/usr/sbin:/sbin' },
    }).stdout
  const names = (image: string, path: string): string[] =>
    look(image, `ls -p ${path}`)
      .split('\n')
      .flatMap(line => line.split('/')[5] ?? [])
      .filter(name => name !== '.' && name !== '..')

  it('is for the superuser', async () => {
    process.seteuid?.(65_534)
    try {
      const { status, stderr } = await run(['euca-bundle-vol'], { env: {} })
      assert.deepEqual([status, stderr], [1, 'euca-bundle-vol: error: must be superuser\n'])
    } finally {
      process.seteuid?.(0)
    }
  })

  for (const table of ['mbr', 'gpt'] as const) {
    for (const isMounted of [true, false]) {
      it(`makes a ${table} disk ${isMounted ? 'on a loop device where there is one' : 'without one'}`, async () => {
        if (!isMounted) noLoopDevices()
        chmodSync(join(folder, 'volume'), 0o711)
        await succeeds(['-P', table])
        const file = await image()
        const disk = await openDisk(file, 'r')
        const partitions = (await partitionsOf(disk)) ?? []
        await disk.close()
        const offset = table === 'mbr' ? 32_768 : 2 * 2 ** 20
        const bytes = 16 * 2 ** 20 - offset - (table === 'mbr' ? 0 : 33 * 512)
        assert.deepEqual(
          partitions.find(({ number }) => number === 1),
          { number: 1, offset, bytes },
        )
        assert.equal(partitions.length, table === 'mbr' ? 1 : 2)
        assert.equal(look(file, 'cat /etc/hostname', offset), 'mine\n')
        assert.match(look(file, 'stat /', offset), /Mode: +0711/)
        const { status } = spawnSync('/sbin/e2fsck', ['-fn', `${file}?offset=${offset}`])
        assert.equal(status, 0)
      })
    }
  }

  it('takes what is included in spite of what is filtered, and not what is excluded', async () => {
    for (const name of ['a.pem', 'b.pem', 'c.txt', 'd~']) writeFileSync(join(folder, 'volume', name), name)
    await succeeds(['-i', '/a.pem', '-e', '/c.*'])
    assert.deepEqual(names(await image(), '/').sort(), ['a.pem', 'etc', 'lost+found'])
  })

  it('takes everything without the filter, but not its own files', async () => {
    writeFileSync(join(folder, 'volume', 'b.pem'), 'b')
    mkdirSync(join(folder, 'volume/out'))
    for (const name of ['image.part.00', 'other']) writeFileSync(join(folder, 'volume/out', name), name)
    const expected = 'Copying files...\nWrote manifest volume/out/image.manifest.xml\n'
    await succeeds(['--no-filter', '-d', 'volume/out'], expected)
    assert.deepEqual(readdirSync(join(folder, 'volume/out')).sort(), [
      ...['image.manifest.xml', 'image.part.00', 'other'],
    ])
    spawnSync('mv', ['volume/out', 'out'], { cwd: folder })
    const file = await image()
    assert.deepEqual(names(file, '/').sort(), ['b.pem', 'etc', 'lost+found', 'out'])
    assert.deepEqual(names(file, '/out'), ['other'])
  })

  it('does not copy its own files by another way to them', async () => {
    mkdirSync(join(folder, 'volume/store'))
    symlinkSync('volume/store', join(folder, 'link'))
    symlinkSync('volume', join(folder, 'linked'))
    const expected = 'Copying files...\nWrote manifest link/image.manifest.xml\n'
    await succeeds(['-v', 'linked', '-d', 'link'], expected)
    spawnSync('mv', ['volume/store', 'out'], { cwd: folder })
    assert.deepEqual(names(await image(), '/store'), [])
  })

  it('leaves out what is mounted there from elsewhere, unless all is wanted', async function () {
    const place = join(folder, 'volume/mounted')
    mkdirSync(place)
    if (spawnSync('mount', ['-t', 'tmpfs', 'none', place]).status !== 0) this.skip()
    try {
      writeFileSync(join(place, 'file'), 'file')
      await succeeds()
      assert.deepEqual(names(await image(), '/mounted'), [])
      rmSync(join(folder, 'image'))
      await succeeds(['--all'])
      assert.deepEqual(names(await image(), '/mounted'), ['file'])
    } finally {
      spawnSync('umount', [place])
    }
  })

  it('puts files and a script’s work into the image, and keeps what was there', async () => {
    mkdirSync(join(folder, 'volume/boot/grub'), { recursive: true })
    writeFileSync(join(folder, 'volume/boot/grub/menu.lst'), 'old')
    writeFileSync(join(folder, 'fstab'), 'table')
    writeFileSync(join(folder, 'menu'), 'new')
    const script = program('finish', 'echo "$1" > "$1/etc/place"')
    await succeeds(['--fstab', 'fstab', '--grub-config', 'menu', '--script', script])
    const file = await image()
    assert.equal(look(file, 'cat /etc/fstab'), 'table')
    assert.equal(look(file, 'cat /boot/grub/menu.lst'), 'new')
    assert.equal(look(file, 'cat /boot/grub/menu.lst.bak'), 'old')
    assert.match(look(file, 'cat /etc/place'), /\/out\/volume-\w+\/target\n$/)
    assert.ok(!existsSync(join(folder, 'volume/etc/place')))
  })

  it('puts no file where a link of the volume leads out of it', async () => {
    mkdirSync(join(folder, 'mine/grub'), { recursive: true })
    writeFileSync(join(folder, 'mine/grub/menu.lst'), 'mine')
    symlinkSync(join(folder, 'mine'), join(folder, 'volume/boot'))
    await fails(
      ['--grub-config', 'volume/etc/hostname'],
      /: error: \/boot\/grub\/menu\.lst of the volume leads out of it\n/,
    )
    rmSync(join(folder, 'volume/boot'))
    mkdirSync(join(folder, 'volume/boot/grub'), { recursive: true })
    symlinkSync(join(folder, 'mine/grub/menu.lst'), join(folder, 'volume/boot/grub/menu.lst'))
    await succeeds(['--grub-config', 'volume/etc/hostname'])
    assert.equal(look(await image(), 'cat /boot/grub/menu.lst'), 'mine\n')
    assert.equal(readFileSync(join(folder, 'mine/grub/menu.lst'), 'utf8'), 'mine')
  })

  it('tries again without extended attributes', async () => {
    program('rsync', 'if [ "$1" = -X ]; then exit 1; fi\nexec /usr/bin/rsync "$@"')
    await succeeds([], done.replace('\n', '\nRetrying without extended attributes\n'))
    assert.equal(look(await image(), 'cat /etc/hostname'), 'mine\n')
  })

  it('puts up with files that could not be copied, or were gone', async () => {
    for (const status of [23, 24]) {
      program('rsync', `/usr/bin/rsync "$@"\nexit ${status}`)
      await succeeds()
      rmSync(join(folder, 'out'), { recursive: true })
    }
  })

  describe('leaves nothing behind', () => {
    it('when the volume is too large', async () => {
      writeFileSync(join(folder, 'volume/large'), Buffer.alloc(20 * 2 ** 20, 'x'))
      const words = /: error: the volume does not fit into 16 MiB; give it more with -s\/--size\n/
      await fails(['-d', 'out'], words)
      noLoopDevices()
      await fails([], words)
    })

    it('when a program fails or is missing', async () => {
      await fails(['--script', program('finish', 'echo no >&2; exit 3')], /finish ended with status 3: no\n/)
      program('rsync', 'echo cannot >&2; exit 12')
      await fails([], /: error: rsync ended with status 12: cannot\n/)
      noLoopDevices()
      const { status, stderr } = await bundle(['-P', 'none'], { path: join(folder, 'nowhere') })
      assert.equal(status, 1)
      assert.match(stderr, /: error: \w+ is needed for this, and is not installed\n/)
      assert.deepEqual(readdirSync(join(folder, 'tmp')), [])
    })

    it('when a file that is named or a key is missing', async () => {
      for (const option of ['--fstab', '--grub-config', '--script', '-v']) {
        await fails([option, 'missing'], /: error: No such file or directory: missing\n/)
      }
      await fails(['-k', 'missing'], /: error: private key file 'missing' does not exist\n/)
      await fails(['-p', 'a/b'], /: error: the prefix of a bundle must be a file name: "a\/b"\n/)
    })

    for (const isMounted of [true, false]) {
      it(`when it is interrupted, ${isMounted ? 'with' : 'without'} a loop device`, async () => {
        if (!isMounted) noLoopDevices()
        const stop = new AbortController()
        const begun = join(folder, 'begun')
        spawnSync('mkfifo', [begun])
        // The script says that it runs, and would run for a minute.
        const script = program('finish', `echo > ${begun}; exec sleep 60`)
        const work = bundle(['-P', 'none', '-d', 'out', '--script', script], { signal: stop.signal })
        await readFile(begun)
        stop.abort(new Interruption('SIGINT', 130))
        const { status } = await work
        assert.equal(status, 130)
        assert.ok(!existsSync(join(folder, 'out')))
      })
    }
  })
})
