// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { formatPackMetadata, tarHeader } from '../../src/packs/pack-format'
import { packImage } from '../../src/packs/pack-image'
import { extractImage, readPack } from '../../src/packs/read-pack'
import { folders, type Member, tar } from '../catalog/make-tar'

const temporary = folders()
afterEach(temporary.dispose)

const metadata = `name: fedora
version: 20
release: 1.10
arch: x86_64
description: |
  A small Fedora
  image

profiles:
  lvm:
    bundle:
  default:
    bundle: {}
`
const image = Buffer.alloc(3 * 1024 * 1024)
image.write('begin')
image.write('end', image.length - 3)

const sha256 = (data: Buffer | string) => createHash('sha256').update(data).digest('hex')

const make = async (data: Buffer = image, text = metadata) => {
  const folder = temporary.make()
  writeFileSync(join(folder, 'disk.img'), data)
  writeFileSync(join(folder, 'md.yml'), text)
  const out = temporary.make()
  return { out, pack: await packImage(join(folder, 'disk.img'), join(folder, 'md.yml'), out) }
}

describe('packs', () => {
  it('are named after the image and give it back byte for byte, sparse', async () => {
    const { pack, out } = await make()
    assert.equal(pack, join(out, 'fedora-20-1.10.x86_64.euimage'))
    assert.deepEqual(readdirSync(out), ['fedora-20-1.10.x86_64.euimage'])
    const target = join(temporary.make(), 'disk.img')
    const seen: number[] = []
    await extractImage(pack, target, { onProgress: bytes => seen.push(bytes) })
    assert.ok(readFileSync(target).equals(image))
    assert.ok(statSync(target).blocks * 512 <= 64 * 1024)
    assert.equal(seen.at(-1), image.length)
  })

  it('tell their facts, with numbers as they were written', async () => {
    const { facts, pack } = await readPack((await make()).pack)
    assert.deepEqual(facts, {
      name: 'fedora',
      arch: 'x86_64',
      version: '20',
      release: '1.10',
      profiles: ['default', 'lvm'],
      description: 'A small Fedora\nimage',
    })
    assert.deepEqual(pack.image, { sha256sum: sha256(image), size: image.length })
  })

  it('are tar archives of three members that tar and xz read', async () => {
    const { pack, out } = await make()
    const tarOf = (...args: string[]) => execFileSync('tar', args, { maxBuffer: 1e8 })
    assert.equal(tarOf('tf', pack).toString(), 'pack-md.yml\nimage-md.yml\nimage.xz\n')
    assert.equal(tarOf('xOf', pack, 'image-md.yml').toString(), metadata)
    assert.equal(
      tarOf('xOf', pack, 'pack-md.yml').toString(),
      `image:\n  sha256sum: ${sha256(image)}\n  size: ${image.length}\nimage_metadata:\n  sha256sum: ${sha256(metadata)}\nversion: 1\n`,
    )
    tarOf('xf', pack, '-C', out, 'image.xz')
    // The container's magic and its footer's: a whole .xz file.
    const xz = readFileSync(join(out, 'image.xz'))
    assert.equal(xz.toString('latin1', 1, 5), '7zXZ')
    assert.equal(xz.toString('latin1', xz.length - 2), 'YZ')
    assert.equal(statSync(pack).size % 10240, 0)
  })

  it('are the same for the same input', async () => {
    assert.ok(readFileSync((await make()).pack).equals(readFileSync((await make()).pack)))
  })

  it('hold an empty image too', async () => {
    const target = join(temporary.make(), 'disk.img')
    await extractImage((await make(Buffer.alloc(0))).pack, target)
    assert.equal(statSync(target).size, 0)
  })

  it('quote a checksum that a YAML reader would take for a number', async () => {
    const sha256sum = `${'1'.repeat(60)}e123`
    const text = await formatPackMetadata({ image: { sha256sum, size: 1 }, imageMetadata: { sha256sum } })
    assert.ok(!text.includes(`: ${sha256sum}`))
  })

  it('write sizes of 8 GiB and more in base 256', () => {
    assert.equal(tarHeader('image.xz', 8 ** 11 - 1).toString('latin1', 124, 136), '77777777777\0')
    const header = tarHeader('image.xz', 8 ** 11)
    assert.equal(header[124], 0x80)
    assert.equal(header.readBigUInt64BE(128), BigInt(8 ** 11))
  })

  it('are not made of what is no image or no metadata, and then nothing is left', async () => {
    const folder = temporary.make()
    const out = temporary.make()
    const [disk, md] = [join(folder, 'disk.img'), join(folder, 'md.yml')]
    writeFileSync(disk, image)
    writeFileSync(md, metadata)
    mkdirSync(join(folder, 'dir'))
    const refuses = (a: string, b: string, error: object) => assert.rejects(packImage(a, b, out), error)
    await refuses(join(folder, 'dir'), md, { code: 'BadImage', message: /not a regular file/ })
    await refuses(disk, join(folder, 'dir'), { code: 'BadMetadata', message: /not a regular file/ })
    await refuses(join(folder, 'missing'), md, { code: 'ENOENT' })
    await refuses(disk, join(folder, 'missing'), { code: 'ENOENT' })
    await assert.rejects(packImage(disk, md, join(folder, 'nowhere')), { code: 'ENOENT' })
    const stop = new AbortController()
    const signal = { signal: stop.signal, onProgress: () => stop.abort() }
    await assert.rejects(packImage(disk, md, out, signal), { name: 'AbortError' })
    const grow = { onProgress: () => writeFileSync(disk, 'x', { flag: 'a' }) }
    await assert.rejects(packImage(disk, md, out, grow), { code: 'BadImage', message: /changed its size/ })
    writeFileSync(md, metadata.replace('name: fedora', 'nmae: fedora'))
    await refuses(disk, md, { code: 'BadMetadata', message: /unknown key 'nmae'/ })
    assert.deepEqual(readdirSync(out), [])
  })
})

describe('packs that are refused', () => {
  const packText = (change: (text: string) => string = text => text) =>
    change(
      `image:\n  sha256sum: ${sha256(image)}\n  size: ${image.length}\nimage_metadata:\n  sha256sum: ${sha256(metadata)}\nversion: 1\n`,
    )

  let xz: Buffer
  before(async () => {
    const { pack } = await make()
    const whole = readFileSync(pack)
    const start = 512 * 5
    xz = whole.subarray(
      start,
      start + Number.parseInt(whole.toString('latin1', start - 512 + 124, start - 512 + 135), 8),
    )
    temporary.dispose()
  })

  const members = (): Member[] => [
    { path: 'pack-md.yml', data: packText() },
    { path: 'image-md.yml', data: metadata },
    { path: 'image.xz', data: xz },
  ]
  const replaced = (index: number, member: Partial<Member>) =>
    members().map((one, at) => (at === index ? { ...one, ...member } : one))

  const refuses = async (content: Buffer, code: string, message: RegExp) => {
    const out = temporary.make()
    const pack = join(temporary.make(), 'x.euimage')
    writeFileSync(pack, content)
    await assert.rejects(extractImage(pack, join(out, 'disk.img')), { name: 'PackError', code, message })
    assert.deepEqual(readdirSync(out), [], 'a refusal leaves nothing behind')
  }

  it('are not those that the tests change', async () => {
    const pack = join(temporary.make(), 'x.euimage')
    writeFileSync(pack, tar(members()))
    await extractImage(pack, join(temporary.make(), 'disk.img'))
  })

  it('are no archives, or cut short', async () => {
    await refuses(
      Buffer.from('no pack'.repeat(200)),
      'BadPack',
      /is not an image pack: it is not a tar archive/,
    )
    await refuses(Buffer.alloc(0), 'BadPack', /it is empty/)
    const whole = tar(members())
    await refuses(whole.subarray(0, 2048), 'BadPack', /lacks image\.xz/)
    await refuses(whole.subarray(0, 2700), 'BadPack', /ends in the middle|is damaged/)
  })

  it('have other members, in another order, or links', async () => {
    await refuses(tar(members().slice(1)), 'BadPack', /holds "image-md\.yml" in place of pack-md\.yml/)
    await refuses(tar(members().slice(0, 1)), 'BadPack', /lacks image-md\.yml/)
    await refuses(tar([...members(), { path: 'more' }]), 'BadPack', /holds "more" in place of its end/)
    await refuses(
      tar(replaced(2, { flag: '2', link: '/etc/passwd', data: '' })),
      'BadPack',
      /in place of image\.xz/,
    )
    await refuses(tar(replaced(0, { path: '../pack-md.yml' })), 'BadPack', /in place of pack-md\.yml/)
  })

  it('are of another version, or do not say what they should', async () => {
    const withText = (change: (text: string) => string) => tar(replaced(0, { data: packText(change) }))
    await refuses(
      withText(text => text.replace('version: 1', 'version: 2')),
      'UnsupportedVersion',
      /version 2 are not supported/,
    )
    await refuses(
      withText(text => text.replace('version: 1', '')),
      'UnsupportedVersion',
      /none/,
    )
    await refuses(
      withText(text => text.replace(/size: \d+/, 'size: many')),
      'BadPack',
      /lacks the image's size/,
    )
    await refuses(
      withText(text => text.replace(/sha256sum: .{10}/, 'sha256sum: ')),
      'BadPack',
      /lacks a checksum/,
    )
    await refuses(
      withText(() => 'a: [b'),
      'BadMetadata',
      /is not valid YAML/,
    )
    await refuses(tar(replaced(0, { data: ' '.repeat(300_000) })), 'BadPack', /larger than/)
  })

  it('have metadata or an image that is not what they say', async () => {
    await refuses(
      tar(replaced(1, { data: metadata.replace('small', 'large') })),
      'BadChecksum',
      /image-md\.yml/,
    )
    const size = (change: number) => (text: string) =>
      text.replace(String(image.length), String(image.length + change))
    await refuses(tar(replaced(0, { data: packText(size(-1)) })), 'BadChecksum', /larger than the pack says/)
    await refuses(tar(replaced(0, { data: packText(size(1)) })), 'BadChecksum', /smaller than the pack says/)
    const sum = packText(text => text.replace(sha256(image), sha256('another')))
    await refuses(tar(replaced(0, { data: sum })), 'BadChecksum', /does not have the checksum/)
    await refuses(tar(replaced(2, { data: 'no xz at all' })), 'BadPack', /image\.xz is damaged/)
    await refuses(
      tar(replaced(2, { data: xz.subarray(0, xz.length - 20) })),
      'BadPack',
      /image\.xz is damaged/,
    )
  })

  it('leave an older image in its place', async () => {
    const target = join(temporary.make(), 'disk.img')
    writeFileSync(target, 'older')
    const { pack } = await make()
    truncateSync(pack, 3000)
    await assert.rejects(extractImage(pack, target), { name: 'PackError' })
    assert.equal(readFileSync(target, 'utf8'), 'older')
  })
})
