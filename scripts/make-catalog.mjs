// SPDX-License-Identifier: BSD-2-Clause
// Makes the built-in image catalog: node scripts/make-catalog.mjs [FOLDER]
//
// For maintainers; its results are committed. Needs as and ld (binutils), mke2fs and debugfs (e2fsprogs 1.47 or later).
// No root privileges: nothing is mounted. The same tools give the same bytes: all times, owners, UUIDs and hash seeds
// are fixed, and file names sorted. Nothing in the images is anybody else's: see catalog/kernel.S for the kernel.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { crc32, gzipSync } from 'node:zlib'

const version = '0.1'
const epoch = Date.UTC(2026, 0, 1) / 1000
const here = dirname(fileURLToPath(import.meta.url))
const out = resolve(process.argv[2] ?? join(here, '..', 'catalog'))

const images = [
  {
    name: `mallee-tiny-${version}-x86_64`,
    description: 'mallee tiny 8MB root, Single Kernel',
    architecture: 'x86_64',
    mib: 8,
    kernels: { '': 'mallee' },
  },
  {
    name: `mallee-${version}-x86_64`,
    description: 'mallee 16MB root, kernels for kvm and xen',
    architecture: 'x86_64',
    mib: 16,
    kernels: { 'kvm-kernel/': 'mallee-kvm', 'xen-kernel/': 'mallee-xen' },
  },
  {
    name: `mallee-tiny-${version}-i386`,
    description: 'mallee tiny 8MB root, 32 bit, Single Kernel',
    architecture: 'i386',
    mib: 8,
    kernels: { '': 'mallee-i386' },
  },
]

const work = mkdtempSync(join(tmpdir(), 'make-catalog-'))
try {
  mkdirSync(out, { recursive: true })
  for (const file of readdirSync(out)) if (file.endsWith('.tgz')) rmSync(join(out, file))
  const entries = images.map(image => {
    const tarball = gzip(tar(members(image)))
    writeFileSync(join(out, `${image.name}.tgz`), tarball)
    return entry(image, tarball)
  })
  const catalog = { version: 'eustore-catalog-2011-12-29', images: entries }
  writeFileSync(join(out, 'catalog'), `${JSON.stringify(catalog, null, 2)}\n`)
  for (const { url, name, size } of entries) console.log(`${name} ${url} ${size}`)
} finally {
  rmSync(work, { recursive: true })
}

function entry(image, tarball) {
  const md5 = createHash('md5').update(tarball).digest('hex')
  const single = Object.keys(image.kernels).length === 1
  return {
    name: String(crc32(md5)).padStart(10, '0'),
    description: image.description,
    version,
    architecture: image.architecture,
    'single-kernel': single ? 'True' : 'False',
    'hypervisors-supported': ['kvm', 'xen'],
    os: 'mallee',
    url: `${image.name}.tgz`,
    date: new Date(epoch * 1000).toISOString().replace(/\D/g, '').slice(0, 14),
    recipe: 'mallee-based',
    stamp: `${md5.slice(0, 4)}-${md5.slice(4, 8)}`,
    contact: 'the mallee project',
    md5,
    size: tarball.length,
  }
}

/** The tarball's layout: one folder, the image first, then kernels and ramdisks as the catalog's format has them. */
function members(image) {
  const top = `${image.name}/`
  const list = [{ path: top }, { path: `${top}${image.name}.img`, data: rootFileSystem(image) }]
  for (const [folder, flavour] of Object.entries(image.kernels)) {
    if (folder !== '') list.push({ path: top + folder })
    list.push({ path: `${top}${folder}initrd-${version}-${flavour}.img`, data: ramdisk(flavour) })
    list.push({ path: `${top}${folder}vmlinuz-${version}-${flavour}`, data: kernel(flavour) })
  }
  return list
}

function kernel(flavour) {
  const object = join(work, 'kernel.o')
  const linked = join(work, 'vmlinuz')
  const xen = flavour.endsWith('xen') ? 1 : 0
  execFileSync('as', ['--32', '--defsym', `FLAVOUR=${xen}`, '-o', object, join(here, 'catalog', 'kernel.S')])
  execFileSync('ld', ['-m', 'elf_i386', '-Ttext', '0', '--oformat', 'binary', '-o', linked, object])
  return readFileSync(linked)
}

/** A gzip-compressed cpio archive of the "newc" form, as a Linux ramdisk is. */
function ramdisk(flavour) {
  const files = [
    { path: '.', mode: 0o40755, data: '' },
    { path: 'etc', mode: 0o40755, data: '' },
    { path: 'etc/os-release', mode: 0o100644, data: osRelease(flavour) },
    {
      path: 'init',
      mode: 0o100755,
      data: '#!/bin/sh\n# The kernel of this image runs no programs; this is where it would begin.\nexec switch_root /newroot /sbin/init\n',
    },
    { path: 'newroot', mode: 0o40755, data: '' },
    { path: 'TRAILER!!!', mode: 0, data: '' },
  ]
  const pieces = files.map((file, index) => {
    const data = Buffer.from(file.data)
    const name = Buffer.from(`${file.path}\0`)
    const end = file.path === 'TRAILER!!!'
    const links = end || (file.mode & 0o40000) === 0 ? 1 : 2
    const fields = [
      end ? 0 : index + 1,
      file.mode,
      0,
      0,
      links,
      end ? 0 : epoch,
      data.length,
      0,
      0,
      0,
      0,
      name.length,
      0,
    ]
    const head = `070701${fields.map(field => field.toString(16).toUpperCase().padStart(8, '0')).join('')}`
    return Buffer.concat([padded(Buffer.concat([Buffer.from(head), name]), 4), padded(data, 4)])
  })
  return gzip(padded(Buffer.concat(pieces), 512))
}

/** An ext4 file system made from a folder of our own. Its boot block carries the mark that the kernel counts boots by. */
function rootFileSystem(image) {
  const root = join(work, 'root')
  rmSync(root, { recursive: true, force: true })
  for (const folder of [
    'bin',
    'boot',
    'dev',
    'etc',
    'home',
    'lib',
    'mnt',
    'proc',
    'root',
    'sbin',
    'sys',
    'tmp',
    'usr',
    'var/log',
  ])
    mkdirSync(join(root, folder), { recursive: true })
  for (const [path, text] of Object.entries(rootFiles(image))) writeFileSync(join(root, path), text)
  const names = [
    '/',
    ...readdirSync(root, { recursive: true })
      .map(name => `/${name}`)
      .sort(),
  ]
  for (const name of names) {
    chmodSync(join(root, name), statSync(join(root, name)).isDirectory() ? 0o755 : 0o644)
    lutimesSync(join(root, name), epoch, epoch)
  }
  chmodSync(join(root, 'tmp'), 0o1777)
  chmodSync(join(root, 'root'), 0o700)
  chmodSync(join(root, 'etc/shadow'), 0o640)

  const file = join(work, 'root.img')
  const config = join(work, 'mke2fs.conf')
  rmSync(file, { force: true })
  // The machine's own configuration would show in the result.
  writeFileSync(
    config,
    '[defaults]\n\tblocksize = 1024\n\tinode_size = 256\n\tinode_ratio = 8192\n[fs_types]\n\text4 = {\n\t}\n\tsmall = {\n\t\tinode_ratio = 8192\n\t}\n',
  )
  const hash = createHash('sha256').update(image.name).digest('hex')
  const uuid = `${hash.slice(0, 8)}-${hash.slice(8, 12)}-4${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`
  const env = {
    ...process.env,
    PATH: `${process.env.PATH}:/usr/sbin:/sbin`,
    LC_ALL: 'C',
    TZ: 'UTC',
    MKE2FS_CONFIG: config,
    SOURCE_DATE_EPOCH: String(epoch),
    E2FSPROGS_FAKE_TIME: String(epoch),
  }
  const features =
    'has_journal,extent,64bit,flex_bg,metadata_csum,dir_index,filetype,sparse_super,large_file,huge_file,dir_nlink,extra_isize,ext_attr,resize_inode'
  const extended = `hash_seed=${uuid},root_owner=0:0,lazy_itable_init=0,lazy_journal_init=0,nodiscard`
  execFileSync(
    'mke2fs',
    [
      '-q',
      '-F',
      '-t',
      'ext4',
      '-O',
      features,
      '-b',
      '1024',
      '-J',
      'size=1',
      '-m',
      '0',
      '-L',
      'mallee',
      '-U',
      uuid,
      '-E',
      extended,
      '-d',
      root,
      file,
      `${image.mib * 1024}k`,
    ],
    { env },
  )
  // mke2fs copies owners and change times, which are whoever's and whenever this runs.
  const fields = ['uid 0', 'gid 0', `ctime @${epoch}`, `atime @${epoch}`]
  const commands = join(work, 'debugfs.txt')
  writeFileSync(commands, names.flatMap(name => fields.map(field => `sif "${name}" ${field}\n`)).join(''))
  execFileSync('debugfs', ['-w', '-f', commands, file], { env, stdio: ['ignore', 'ignore', 'pipe'] })
  const data = readFileSync(file)
  data.write('MALLEEBC', 512, 'latin1')
  return data
}

function rootFiles(image) {
  return {
    'etc/fstab': [
      '# <file system> <mount point> <type> <options> <dump> <pass>',
      '/dev/sda1 / ext4 defaults,errors=remount-ro 0 1',
      '/dev/sda2 /mnt ext4 defaults,nofail 0 0',
      '/dev/sda3 swap swap defaults,nofail 0 0',
      'proc /proc proc defaults 0 0',
      '',
    ].join('\n'),
    'etc/group': 'root:x:0:\nnogroup:x:65534:\n',
    'etc/hostname': 'mallee\n',
    'etc/hosts': '127.0.0.1 localhost\n',
    'etc/issue': `mallee ${version} \\l\n\n`,
    'etc/motd': 'This image is for learning and for tests: it has files, but no programs.\n',
    'etc/os-release': osRelease(image.name),
    'etc/passwd': 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n',
    'etc/shadow': 'root:*:20454:0:99999:7:::\nnobody:*:20454:0:99999:7:::\n',
  }
}

function osRelease(variant) {
  return `NAME="mallee"\nID=mallee\nVERSION_ID=${version}\nVARIANT_ID=${variant}\n`
}

function tar(list) {
  const pieces = list.map(({ path, data }) => {
    const head = Buffer.alloc(512)
    head.write(path, 0, 100, 'latin1')
    head.write(data ? '0000644\0' : '0000755\0', 100, 'latin1')
    head.write('0000000\x000000000\0', 108, 'latin1')
    head.write(
      `${(data?.length ?? 0).toString(8).padStart(11, '0')}\0${epoch.toString(8).padStart(11, '0')}\0`,
      124,
      'latin1',
    )
    head.write('        ', 148, 'latin1')
    head.write(data ? '0' : '5', 156, 'latin1')
    head.write('ustar\x0000root', 257, 'latin1')
    head.write('root', 297, 'latin1')
    const sum = head.reduce((total, byte) => total + byte, 0)
    head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
    return Buffer.concat([head, padded(data ?? Buffer.alloc(0), 512)])
  })
  return padded(Buffer.concat([...pieces, Buffer.alloc(1024)]), 10240)
}

function gzip(data) {
  const compressed = gzipSync(data, { level: 9, memLevel: 9 })
  // The byte that tells on which system it was compressed: 255 is "unknown".
  compressed[9] = 255
  return compressed
}

function padded(data, unit) {
  return Buffer.concat([data, Buffer.alloc((unit - (data.length % unit)) % unit)])
}
