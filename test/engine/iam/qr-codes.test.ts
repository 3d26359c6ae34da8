// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { inflateSync } from 'node:zlib'
import { pngOf, qrCode } from '../../../src/engine/iam/qr-codes'

const drawn = (text: string): string[] =>
  (qrCode(text) ?? []).map(row => row.map(isDark => (isDark ? '#' : '.')).join(''))

const long = (length: number): string =>
  `otpauth://totp/x@y?secret=${'ABCDEFGH234567'.repeat(70)}`.slice(0, length)

describe('QR codes', () => {
  // These, and the two below, were read back by another program's reader.
  it('are drawn', () => {
    assert.deepEqual(drawn('otpauth://totp'), [
      '#######...#.#.#######',
      '#.....#.....#.#.....#',
      '#.###.#.#.#...#.###.#',
      '#.###.#.....#.#.###.#',
      '#.###.#..#..#.#.###.#',
      '#.....#..###..#.....#',
      '#######.#.#.#.#######',
      '........#.##.........',
      '###.#####.#.###...#..',
      '####.#..#...###.#...#',
      '.######.##.##...#.###',
      '#.###..#..##.#.#....#',
      '#.#.######.##....#.#.',
      '........#...#.####.##',
      '#######.#..###.##.###',
      '#.....#.###.##.#...##',
      '#.###.#.##.#...##..#.',
      '#.###.#...###.#.##.#.',
      '#.###.#.#.####.####.#',
      '#.....#.####.......#.',
      '#######.######.###.##',
    ])
    const digest = (length: number) =>
      createHash('sha256')
        .update(drawn(long(length)).join('\n'))
        .digest('hex')
    assert.equal(digest(300), 'ea96f4514fa331c559b0719d6c85a0cc5de66e35c40ea67b8104a3284bf04ca1')
    assert.equal(digest(858), '1c50703d393e68690f71bd728241a353305810243126122ef05991a01c03d7c4')
  })

  it('are as large as their text needs', () => {
    // As many bytes as the standard's versions 1, 9, 10 and 20 hold.
    for (const [length, size] of [
      [17, 21],
      [18, 25],
      [230, 53],
      [231, 57],
      [271, 57],
      [272, 61],
      [858, 97],
    ] as const) {
      assert.equal(drawn(long(length)).length, size, String(length))
    }
    assert.equal(qrCode(long(859)), undefined)
  })

  it('are pictures with a light edge', () => {
    const modules = qrCode('otpauth://totp') ?? []
    const png = pngOf(modules)
    assert.equal(png.subarray(0, 8).toString('latin1'), '\x89PNG\r\n\x1a\n')
    const side = (21 + 8) * 4
    assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [side, side])
    const length = png.readUInt32BE(33)
    assert.equal(png.toString('latin1', 37, 41), 'IDAT')
    const lines = inflateSync(png.subarray(41, 41 + length))
    assert.equal(lines.length, side * (side + 1))
    const isDark = (x: number, y: number) => lines[(y * 4 + 2) * (side + 1) + 1 + x * 4 + 2] === 0
    for (let y = 0; y < 29; y++) {
      for (let x = 0; x < 29; x++) assert.equal(isDark(x, y), modules[y - 4]?.[x - 4] === true, `${x} ${y}`)
    }
  })
})
