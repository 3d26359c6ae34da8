// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { unpackTarball } from '../../src/catalog/unpack'
import { folders, type Member, tgz } from './make-tar'

const temporary = folders()
afterEach(temporary.dispose)

const usual: Member[] = [
  { path: 'top/' },
  { path: 'top/debian.img', data: 'root' },
  { path: 'top/kvm-kernel/' },
  { path: 'top/kvm-kernel/initrd.img-2.6', data: 'kvm ramdisk' },
  { path: 'top/kvm-kernel/vmlinuz-2.6', data: 'kvm kernel' },
  { path: 'top/xen-kernel/' },
  { path: 'top/xen-kernel/initramfs-2.6-xen.img', data: 'xen ramdisk' },
  { path: 'top/xen-kernel/vmlinuz-2.6-xen', data: 'xen kernel' },
]

type Options = Parameters<typeof unpackTarball>[2]

const unpack = async (archive: Buffer, options: Partial<Options> = {}) => {
  const tarball = join(temporary.make(), 'image.tgz')
  const directory = temporary.make()
  writeFileSync(tarball, archive)
  try {
    const { kernel, ramdisk, image } = await unpackTarball(tarball, directory, {
      hypervisor: 'kvm',
      ...options,
    })
    const text = (file?: string) => file && readFileSync(file, 'utf8')
    return {
      kernel: text(kernel),
      ramdisk: text(ramdisk),
      image: text(image),
      files: readdirSync(directory).sort(),
    }
  } catch (error) {
    assert.deepEqual(readdirSync(directory), [], 'a refusal leaves nothing behind')
    throw error
  }
}

const refuses = (archive: Buffer, code: string, message: RegExp, options: Partial<Options> = {}) =>
  assert.rejects(unpack(archive, options), { name: 'CatalogError', code, message })

describe('catalog/unpack', () => {
  it('takes the kernel and ramdisk of the hypervisor, and nothing else', async () => {
    assert.deepEqual(await unpack(tgz(usual)), {
      kernel: 'kvm kernel',
      ramdisk: 'kvm ramdisk',
      image: 'root',
      files: ['debian.img', 'initrd.img-2.6', 'vmlinuz-2.6'],
    })
    assert.deepEqual(await unpack(tgz(usual), { hypervisor: 'xen' }), {
      kernel: 'xen kernel',
      ramdisk: 'xen ramdisk',
      image: 'root',
      files: ['debian.img', 'initramfs-2.6-xen.img', 'vmlinuz-2.6-xen'],
    })
  })

  it('takes the first kernel and ramdisk anywhere for a universal image', async () => {
    const single: Member[] = [
      { path: 'top/loader.img', data: 'ramdisk' },
      { path: 'top/a.img', data: 'root' },
      { path: 'top/b.img', data: 'other' },
      { path: 'top/vmlinux', data: 'kernel' },
    ]
    assert.deepEqual(await unpack(tgz(single), { hypervisor: 'universal' }), {
      kernel: 'kernel',
      ramdisk: 'ramdisk',
      image: 'root',
      files: ['a.img', 'loader.img', 'vmlinux'],
    })
  })

  it('takes only the machine image when kernel and ramdisk are the cloud’s', async () => {
    assert.deepEqual((await unpack(tgz(usual), { withKernel: false })).files, ['debian.img'])
    const alone = tgz([{ path: 'alone.img', data: 'root' }])
    assert.deepEqual((await unpack(alone, { withKernel: false })).files, ['alone.img'])
  })

  it('finds folders where the common prefix ends within a name, and below a leading ./', async () => {
    const within = usual
      .slice(3, 5)
      .concat({ path: 'top/kernel-notes', data: 'x' }, { path: 'top/k.img', data: 'root' })
    assert.equal((await unpack(tgz(within))).kernel, 'kvm kernel')
    const dotted = [{ path: './' }, ...usual.map(member => ({ ...member, path: `./${member.path}` }))]
    assert.equal((await unpack(tgz(dotted))).ramdisk, 'kvm ramdisk')
  })

  it('does not take the name of the top folder for the name of a file', async () => {
    const named = usual.map(member => ({
      ...member,
      path: member.path.replace('top', 'vmlinuz-initrd-demo'),
    }))
    assert.equal((await unpack(tgz(named))).image, 'root')
    assert.equal((await unpack(tgz(named))).kernel, 'kvm kernel')
  })

  it('says what is missing', async () => {
    const noKernels = tgz(usual.slice(0, 2))
    await refuses(noKernels, 'NotFound', /holds no kernel for hypervisor kvm$/)
    await refuses(noKernels, 'NotFound', /holds no kernel$/, { hypervisor: 'universal' })
    await refuses(
      tgz(usual.slice(0, 5)),
      'NotFound',
      /no kernel for hypervisor xen \(it has kernels for kvm\)/,
      {
        hypervisor: 'xen',
      },
    )
    await refuses(
      tgz(usual.filter(member => !member.path.includes('initrd'))),
      'NotFound',
      /holds no ramdisk/,
    )
    await refuses(tgz(usual.slice(2)), 'NotFound', /holds no machine image/)
  })

  const image = { path: 'a.img', data: 'root' }
  const refusals: [string, Member, RegExp][] = [
    ['an absolute path', { path: '/etc/passwd', data: 'x' }, /holds an absolute path: "\/etc\/passwd"/],
    ['a path of another system', { path: 'C:\\boot.ini' }, /holds an absolute path/],
    ['a path that climbs', { path: 'top/../../x', data: 'x' }, /holds a path with '\.\.'/],
    ['a directory that climbs', { path: 'top/../' }, /holds a path with '\.\.'/],
    ['a path with control characters', { path: 'a\x1b[2J', data: 'x' }, /holds a malformed path/],
    ['a symbolic link', { path: 'b.img', flag: '2', link: '/etc/passwd' }, /holds a symbolic link/],
    ['a hard link', { path: 'b.img', flag: '1', link: 'a.img' }, /holds a hard link/],
    ['a character device', { path: 'null', flag: '3' }, /holds a character device/],
    ['a block device', { path: 'sda', flag: '4' }, /holds a block device/],
    ['a FIFO', { path: 'pipe', flag: '6' }, /holds a FIFO/],
    ['a member of unknown type', { path: 'what', flag: 'Q' }, /holds a type \\?"Q/],
    ['a name twice', { path: './a.img', data: 'other' }, /holds a\.img twice/],
  ]
  for (const [what, member, message] of refusals)
    it(`refuses a tarball with ${what}`, () =>
      refuses(tgz([image, member]), 'BadTarball', message, { withKernel: false }))

  it('refuses two files that would get one name, also where case does not count', async () => {
    const members = [
      { path: 'a/vmlinuz', data: 'k' },
      { path: 'initrd/Vmlinuz', data: 'r' },
      { path: 'z.img', data: 'i' },
    ]
    await refuses(tgz(members), 'DuplicateName', /two files that would be called Vmlinuz/, {
      hypervisor: 'universal',
    })
  })

  it('refuses what unpacks to more than the limits, before writing it', async () => {
    const zeros = tgz([{ path: 'a.img', data: Buffer.alloc(4 * 1024 * 1024) }])
    assert.ok(zeros.length < 50_000)
    await refuses(zeros, 'TooLarge', /a\.img is larger than 1000000 bytes/, {
      limits: { memberBytes: 1_000_000 },
    })
    await refuses(zeros, 'TooLarge', /unpacks to more than 1000000 bytes/, {
      limits: { totalBytes: 1_000_000 },
    })
    await refuses(tgz([image, { path: 'b' }, { path: 'c' }]), 'TooLarge', /more than 2 members/, {
      limits: { members: 2 },
    })
    // The header alone is enough to refuse: nobody waits for a tebibyte to be unpacked.
    const claims = tgz([
      { path: 'a.img', patch: block => void block.write(`${'7'.repeat(11)} `, 124), data: 'x' },
    ])
    await refuses(claims, 'TooLarge', /larger than/, { limits: { memberBytes: 2 ** 32 } })
  })

  it('refuses a tarball that is cut short, damaged, or no tarball', async () => {
    // Text of digests does not compress to less than half, so that there is a middle to damage.
    const text = Array.from({ length: 1000 }, (_, at) =>
      createHash('sha1').update(String(at)).digest('hex'),
    ).join('')
    const whole = tgz([{ path: 'a.img', data: text }])
    await refuses(whole.subarray(0, whole.length - 500), 'BadTarball', /it is cut short/)
    const damaged = Buffer.from(whole)
    damaged.fill(0xff, 1000, 1100)
    await refuses(damaged, 'BadTarball', /damaged|not a tar/)
    await refuses(Buffer.from('hello'), 'BadTarball', /not gzip-compressed/)
    await refuses(Buffer.alloc(0), 'BadTarball', /./)
  })

  it('leaves holes for zero blocks and keeps every byte', async () => {
    const data = Buffer.alloc(2 * 1024 * 1024 + 100)
    data.write('begin', 0)
    data.write('middle', 1_000_001)
    const tarball = join(temporary.make(), 'image.tgz')
    const directory = temporary.make()
    writeFileSync(tarball, tgz([{ path: 'a.img', data }]))
    const { image: file } = await unpackTarball(tarball, directory, { hypervisor: 'kvm', withKernel: false })
    assert.ok(readFileSync(file).equals(data))
    assert.ok(statSync(file).blocks * 512 <= 64 * 1024)
  })

  it('replaces a link in a kept folder and does not write through it', async () => {
    const outside = join(temporary.make(), 'precious')
    writeFileSync(outside, 'precious')
    const tarball = join(temporary.make(), 'image.tgz')
    const directory = temporary.make()
    writeFileSync(tarball, tgz([image]))
    symlinkSync(outside, join(directory, 'a.img'))
    await unpackTarball(tarball, directory, { hypervisor: 'kvm', withKernel: false })
    assert.equal(readFileSync(outside, 'utf8'), 'precious')
    assert.equal(readFileSync(join(directory, 'a.img'), 'utf8'), 'root')
  })

  it('leaves nothing when it is interrupted', async () => {
    const stop = new AbortController()
    const onProgress = () => stop.abort()
    const big = tgz([...usual, { path: 'top/z.img', data: Buffer.alloc(8 * 1024 * 1024, 'z') }])
    await assert.rejects(unpack(big, { signal: stop.signal, onProgress }), { name: 'AbortError' })
  })
})
