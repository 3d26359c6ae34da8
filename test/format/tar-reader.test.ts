// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { readTar, type Span } from '../../src/format/tar-reader'
import { chunks, header, type Member, tar } from '../catalog/make-tar'

const expanded = (span: Span): Buffer => (Buffer.isBuffer(span) ? span : Buffer.alloc(span.hole))

const list = async (archive: Buffer, size?: number) => {
  const found: { path: string; type: string; data: string }[] = []
  for await (const member of readTar(chunks(archive, size))) {
    const pieces: Buffer[] = []
    for await (const span of member.data) pieces.push(Buffer.from(expanded(span)))
    const data = Buffer.concat(pieces)
    assert.equal(data.length, member.size)
    found.push({ path: member.path, type: member.type, data: data.toString('latin1') })
  }
  return found
}

const refuses = (archive: Buffer, message: RegExp) =>
  assert.rejects(list(archive), { name: 'TarError', message })

describe('catalog/tar-reader', () => {
  it('reads files, directories and links, however the bytes arrive', async () => {
    const archive = tar([
      { path: 'top/' },
      { path: 'top/a', data: 'x'.repeat(1500) },
      { path: 'top/link', flag: '2', link: 'a' },
      { path: 'top/empty' },
    ])
    const expected = [
      { path: 'top', type: 'directory', data: '' },
      { path: 'top/a', type: 'file', data: 'x'.repeat(1500) },
      { path: 'top/link', type: 'symbolic link', data: '' },
      { path: 'top/empty', type: 'file', data: '' },
    ]
    for (const size of [1, 100, 512, 513, archive.length])
      assert.deepEqual(await list(archive, size), expected)
  })

  it('skips what is not read of a member', async () => {
    const paths: string[] = []
    for await (const { path } of readTar(
      chunks(
        tar([
          { path: 'a', data: 'x'.repeat(5000) },
          { path: 'b', data: 'y' },
        ]),
        300,
      ),
    ))
      paths.push(path)
    assert.deepEqual(paths, ['a', 'b'])
  })

  it('takes long names from ustar prefixes, GNU members and PAX records', async () => {
    const long = `${'d/'.repeat(80)}file`
    const record = (text: string) => {
      let length = Buffer.byteLength(text) + 2
      while (Buffer.byteLength(`${length} ${text}\n`) !== length) length += 1
      return `${length} ${text}\n`
    }
    const members: Member[] = [
      { path: 'file', data: '1', patch: block => void block.write('d/'.repeat(70), 345) },
      { path: '././@LongLink', flag: 'L', data: `${long}\0` },
      { path: 'cut', data: '2' },
      { path: 'pax', flag: 'x', data: record(`path=${long}é`) + record('size=3') },
      { path: 'cut', data: '333', size: 0 },
      { path: 'after', data: '4' },
    ]
    assert.deepEqual(
      (await list(tar(members))).map(({ path, data }) => [path, data]),
      [
        [`${'d/'.repeat(70)}/file`, '1'],
        [long, '2'],
        [`${long}é`, '333'],
        ['after', '4'],
      ],
    )
  })

  it('expands old GNU sparse members, those with extension headers too', async () => {
    const octal = (value: number) => `${value.toString(8).padStart(11, '0')}\0`
    const patch = (runs: [number, number][], more: boolean) => (block: Buffer) => {
      block.fill(0, 257, 512)
      block.write('ustar  \0', 257)
      runs.forEach(([offset, bytes], index) => {
        block.write(octal(offset) + octal(bytes), 386 + index * 24)
      })
      block[482] = more ? 1 : 0
      block.write(octal(6000), 483)
    }
    const runs: [number, number][] = [
      [0, 1],
      [1000, 2],
      [2000, 1],
      [3000, 1],
    ]
    const extension = Buffer.alloc(512)
    extension.write(octal(5000) + octal(3), 0)
    const data = Buffer.concat([Buffer.from('abcdefgh'), Buffer.alloc(504)])
    const archive = Buffer.concat([
      header({ path: 's', flag: 'S', size: 8, patch: patch(runs, true) }),
      extension,
      data,
      tar([{ path: 'next', data: 'n' }]),
    ])
    const whole = Buffer.alloc(6000)
    for (const [at, text] of [
      [0, 'a'],
      [1000, 'bc'],
      [2000, 'd'],
      [3000, 'e'],
      [5000, 'fgh'],
    ] as const)
      whole.write(text, at)
    assert.deepEqual(await list(archive, 77), [
      { path: 's', type: 'file', data: whole.toString('latin1') },
      { path: 'next', type: 'file', data: 'n' },
    ])
    const overlapping = patch(
      [
        [10, 5],
        [12, 3],
      ],
      false,
    )
    await refuses(
      Buffer.concat([header({ path: 's', flag: 'S', size: 8, patch: overlapping }), data]),
      /damaged/,
    )
  })

  it('refuses what is not a tar archive, or not a whole one', async () => {
    const good = tar([{ path: 'a', data: 'x'.repeat(2000) }])
    await refuses(Buffer.alloc(0), /empty/)
    await refuses(Buffer.from('not a tar archive'.repeat(100)), /not a tar archive/)
    await refuses(good.subarray(0, 100), /ends in the middle/)
    await refuses(good.subarray(0, 1500), /ends in the middle/)
    const damaged = Buffer.from(good)
    damaged.write('b', 0)
    await refuses(damaged, /damaged/)
  })

  it('refuses numbers and names that are made to exhaust memory', async () => {
    await refuses(tar([{ path: 'L', flag: 'L', size: 1e9 }]), /unreasonable length/)
    await refuses(tar([{ path: 'x', flag: 'x', size: 1e9 }]), /unreasonable length/)
    await refuses(tar([{ path: 'x', flag: 'x', data: '5 a' }]), /damaged extended header/)
    await refuses(tar([{ path: 'a', patch: block => void block.fill(0xff, 124, 136) }]), /out of range/)
    await refuses(
      tar([{ path: 'x', flag: 'x', data: '22 GNU.sparse.major=1\n' }]),
      /sparse member in PAX form/,
    )
  })

  it('does not read on for ever after the end of the archive', async () => {
    const endless = async function* () {
      yield tar([{ path: 'a' }])
      for (;;) yield Buffer.alloc(1024 * 1024)
    }
    await assert.rejects(
      async () => {
        for await (const _ of readTar(endless()));
      },
      { name: 'TarError', message: 'it goes on after its end' },
    )
  })
})
