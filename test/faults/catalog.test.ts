// SPDX-License-Identifier: BSD-2-Clause
// Image stores that are gone, lie or attack, met by eustore-install-image as a user runs it: exit 1, one line, nothing
// registered, nothing uploaded, no temporary file.
import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { imageNumber } from '../../src/catalog/fetch-image'
import { Engine } from '../../src/engine/engine'
import { type Member, tar, tgz } from '../catalog/make-tar'
import { entryFor, md5, stores } from '../catalog/store-server'
import { leftTemporary, type Workplace, workplace } from '../support/built'

const whole: readonly Member[] = [
  { path: 'euca/' },
  { path: 'euca/kvm-kernel/vmlinuz-1', data: 'a kernel' },
  { path: 'euca/kvm-kernel/initrd-1.img', data: 'a ramdisk' },
  { path: 'euca/debian.img', data: 'a root file system' },
]
const withMember = (member: Member): Buffer => tgz([...whole, member])

// A member of 40 GiB that compresses to next to nothing: as much of it as a reader may want to see.
const sizeBomb = gzipSync(
  Buffer.concat([
    tar(whole).subarray(0, -1024),
    tar([
      { path: 'euca/bomb.img', patch: block => block.write('\x80\0\0\0\0\0\0\n\0\0\0\0', 124, 'latin1') },
    ]),
    Buffer.alloc(1024 * 1024),
  ]),
)
const manyMembers = tgz(Array.from({ length: 10_050 }, (_, n) => ({ path: `euca/${n}` })))

describe('eustore-install-image from a store that', () => {
  let place: Workplace
  const served = stores()
  before(async () => {
    place = workplace()
    await place.run(['euca-describe-images'])
  })
  afterEach(() => served.dispose())
  after(() => place.close())

  const nothingIsLeft = async () => {
    assert.deepEqual(leftTemporary(place), [])
    assert.ok(!existsSync(join(place.folder, '../escaped')))
    assert.deepEqual(readdirSync(place.folder), [])
    const engine = await Engine.open({ home: place.home })
    try {
      const found = engine.read(tx => [tx.images.list(), tx.buckets.list(), tx.blobs.list()])
      assert.deepEqual(found, [[], [], []])
    } finally {
      await engine.close()
    }
  }

  const refused = async (url: string, image: string, message: RegExp, more: readonly string[] = []) => {
    const words = ['eustore-install-image', '-i', image, '-b', 'store', '--hypervisor', 'kvm', ...more]
    const { status, stdout, stderr } = await place.run(words, { env: { EUSTORE_URL: url } })
    assert.deepEqual([status, stdout], [1, ''], stderr)
    assert.match(stderr, /^eustore-install-image: error: [^\n]+\n$/)
    assert.match(stderr, message)
    await nothingIsLeft()
  }

  const storeOf = (tarball: Buffer, more: object = {}): RequestListener => {
    const entry = entryFor(tarball, { 'single-kernel': 'False', ...more })
    return (request, response) => {
      if (request.url?.endsWith('/catalog')) response.end(JSON.stringify({ images: [entry] }))
      else response.end(tarball)
    }
  }
  const numberOf = (tarball: Buffer): string => imageNumber(md5(tarball))

  it('is not there', async () => {
    await refused('http://127.0.0.1:1', '1', /127\.0\.0\.1:1/)
    await refused(`file://${join(place.folder, 'none')}`, '1', /cannot read .*none\/catalog: no such file/)
    await refused('gopher://store.example', '1', /gopher/)
  })

  it('answers with an error, or with no catalog', async () => {
    const cases: readonly (readonly [number, string, RegExp])[] = [
      [500, 'out of order', /500/],
      [404, 'nothing', /404/],
      [200, '<html>Welcome</html>', /not a catalog/],
      [200, '', /not a catalog/],
      [200, '{"images": [{}]}', /not a catalog/],
      [200, '{"images": "many"}', /not a catalog/],
      [200, `{"images": [${'['.repeat(100_000)}`, /not a catalog/],
      [200, ' '.repeat(20_000_000), /larger than|not a catalog/],
    ]
    for (const [status, text, message] of cases) {
      const { url } = await served.start((_, response) => {
        response.writeHead(status)
        response.end(text)
      })
      await refused(url, '1', message)
    }
  })

  it('hangs up half way', async () => {
    const tarball = tgz(whole)
    const right = storeOf(tarball)
    const { url } = await served.start((request, response) => {
      if (request.url?.endsWith('/catalog')) right(request, response)
      else {
        response.writeHead(200, { 'content-length': tarball.length })
        response.write(tarball.subarray(0, tarball.length / 2), () => response.destroy())
      }
    })
    await refused(url, numberOf(tarball), /ended early|connection|aborted|hang up|bytes/i)
  })

  it('does not list the image, or sends another tarball', async () => {
    const tarball = tgz(whole)
    const { url } = await served.start(storeOf(tarball))
    await refused(url, '1', /no image named '1'/)
    const other = await served.start((request, response) => {
      if (request.url?.endsWith('/catalog')) storeOf(tarball)(request, response)
      else response.end(tgz([...whole, { path: 'euca/more' }]))
    })
    await refused(other.url, numberOf(tarball), /checksum/)
  })

  const attacks: readonly (readonly [string, Buffer, RegExp])[] = [
    ['an absolute path', withMember({ path: '/escaped', data: 'x' }), /escaped/],
    ['a path out of its folder', withMember({ path: 'euca/../../escaped', data: 'x' }), /escaped/],
    ['a symbolic link', withMember({ path: 'euca/link.img', flag: '2', link: '/etc/passwd' }), /link/],
    ['a hard link', withMember({ path: 'euca/link.img', flag: '1', link: '../../escaped' }), /link/],
    ['a device', withMember({ path: 'euca/device', flag: '3' }), /device/],
    ['more than it may unpack to', sizeBomb, /bomb\.img is larger than \d+ bytes/],
    ['more members than anybody needs', manyMembers, /more than 10000 members/],
    ['no kernel', tgz(whole.filter(({ path }) => !path.includes('vmlinuz'))), /kernel/],
    ['no image', tgz(whole.filter(({ path }) => !path.includes('debian'))), /image/],
    ['no tar archive', gzipSync('nothing but text'), /ends in the middle of a member/],
    ['only its beginning', tgz(whole).subarray(0, 200), /cut short|damaged|end/i],
  ]
  for (const [what, tarball, message] of attacks) {
    it(`sends ${what}`, async () => {
      const { url } = await served.start(storeOf(tarball))
      await refused(url, numberOf(tarball), message)
    })
  }

  it('is honest, after all of these', async () => {
    const tarball = tgz(whole)
    const { url } = await served.start(storeOf(tarball))
    const words = ['eustore-install-image', '-i', numberOf(tarball), '-b', 'store', '--hypervisor', 'kvm']
    const { status, stdout, stderr } = await place.run(words, { env: { EUSTORE_URL: url } })
    assert.deepEqual([status, stderr], [0, ''])
    assert.match(stdout, /^Installed new image emi-\w{8}\n$/)
    assert.deepEqual(leftTemporary(place), [])
  })
})
