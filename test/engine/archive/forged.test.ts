// SPDX-License-Identifier: BSD-2-Clause
// Archives that no cloud was saved as: each is refused in words, and leaves nothing behind.
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { systemClock } from '../../../src/engine/clock'
import { load } from '../../../src/serve/load'
import { type Forgery, forged, type Member, tarball } from '../../support/archives'

const records = { path: 'records/data.mdb', content: 'none' }
const blob = { path: 'bytes/ab/abcd', content: 'some bytes' }

const refusals: readonly (readonly [what: string, archive: Buffer | Forgery, message: RegExp])[] = [
  ['nothing at all', Buffer.alloc(0), /it is cut short/],
  ['what is not compressed', Buffer.from('some text that is long enough'), /it is not a saved cloud/],
  ['what is no tar file', gzipSync('some text'), /it is (damaged|cut short)/],
  ['another tar file', tarball([{ path: 'notes', content: 'mine' }]), /it is not a saved cloud/],
  ['a newer format', { head: { format: 2 } }, /newer release \(archive format 2, this release knows 1\)/],
  [
    'a newer folder',
    { head: { records: 3 }, files: [records] },
    /newer release \(folder format 3, this release knows 2\)/,
  ],
  ['no records', { files: [blob] }, /it holds no records/],
  ['records that are none', { files: [records] }, /its records cannot be opened/],
  ['an index without its head', { head: { mallee: undefined }, files: [records] }, /its index is damaged/],
  ['an index that counts wrongly', { head: { files: 7 }, files: [records] }, /its index is damaged/],
  ...[
    '../evil',
    '/etc/passwd',
    'bytes/../../evil',
    'bytes/./a',
    'bytes//a',
    'bytes',
    'servers/1.json',
    'plane/x',
    'evil',
  ].map(
    path =>
      [
        `the name ${path}`,
        { files: [records, { path, content: 'x' }] },
        /which is no file of a cloud/,
      ] as const,
  ),
  [
    'a name with a line break',
    { files: [records, { path: 'bytes/a\nb', content: 'x' }] },
    /no file of a cloud/,
  ],
  [
    'a name with a backslash',
    { files: [records, { path: 'bytes/a\\b', content: 'x' }] },
    /no file of a cloud/,
  ],
  ['a name twice', { files: [records, blob, blob] }, /it holds "bytes\/ab\/abcd" twice/],
  [
    'a file in a file',
    { files: [records, blob, { path: 'bytes/ab/abcd/e', content: 'x' }] },
    /"bytes\/ab\/abcd" as a file and as a folder/,
  ],
  ...(['1', '2', '3', '4', '5', '6'] as const).map(
    (type, number) =>
      [
        `a ${['hard link', 'symbolic link', 'character device', 'block device', 'directory', 'FIFO'][number]}`,
        { files: [records, { ...blob, type }], lines: [records, { ...blob, size: 10 }] },
        /it holds a (hard link|symbolic link|character device|block device|directory|FIFO), "cloud\/bytes\/ab\/abcd"/,
      ] as const,
  ),
  [
    'what its index does not have',
    { files: [records, blob], lines: [records] },
    /which its index does not have there/,
  ],
  [
    'less than its index has',
    { files: [records], lines: [records, blob] },
    /its digests are not those of its files/,
  ],
  [
    'its files in another order',
    { files: [records, blob], lines: [blob, records] },
    /which its index does not have there/,
  ],
  [
    'more bytes than its index says',
    { files: [records, blob], lines: [records, { path: blob.path, size: 3 }] },
    /in another size than its index has/,
  ],
  [
    'more than there is room for',
    { files: [records], lines: [records, { path: blob.path, size: 2 ** 52 }] },
    /it needs \d+ bytes, and the data folder's disk has \d+ left/,
  ],
  [
    'another name of a file that there is not',
    { files: [records], lines: [records, { path: blob.path, size: 4, stored: 0, same: 'bytes/ab/none' }] },
    /its index is damaged/,
  ],
  ['no digests', { files: [records, blob], isWithoutDigests: true }, /it is cut short/],
  [
    'more after its end',
    { files: [records], after: [{ path: 'cloud/bytes/x', content: 'x' }] },
    /after its end/,
  ],
  [
    'itself twice',
    { files: [records], after: [{ path: 'mallee-cloud.digests', content: '' }] },
    /after its end/,
  ],
]

const order = (home: string, bytes: Buffer) => ({
  ...{ home, name: 'cloud.tar.gz', replaces: false, clock: systemClock },
  from: Readable.from([bytes]),
  signal: new AbortController().signal,
  onProgress: () => {},
})

describe('An archive that is refused', () => {
  let place: string
  beforeEach(() => {
    place = mkdtempSync(join(tmpdir(), 'mallee-forged-'))
  })
  afterEach(() => rmSync(place, { recursive: true }))

  for (const [what, archive, message] of refusals) {
    it(`is one with ${what}`, async () => {
      const home = join(place, 'cloud')
      const bytes = Buffer.isBuffer(archive) ? archive : forged(archive)
      await assert.rejects(load(order(home, bytes)), (error: Error) => {
        assert.match(error.message, /^cloud\.tar\.gz: /)
        assert.match(error.message, message)
        return true
      })
      assert.deepEqual(readdirSync(place), [])
    })
  }

  it('is one whose member is longer in its header than in the file', async () => {
    const long: Member = { ...blob, size: 10_000 }
    const bytes = forged({ files: [records, long], lines: [records, { path: blob.path, size: 10_000 }] })
    await assert.rejects(
      load(order(join(place, 'cloud'), bytes)),
      /cloud\.tar\.gz: it is (damaged|cut short)/,
    )
    assert.deepEqual(readdirSync(place), [])
  })

  it('is one for a folder that has something else by a name of its own', async () => {
    writeFileSync(join(place, 'bytes'), 'mine')
    await assert.rejects(
      load(order(place, forged({ files: [records] }))),
      new RegExp(`${place}/bytes is in the way; --replace removes it`),
    )
    assert.deepEqual(readdirSync(place), ['bytes'])
  })
})
