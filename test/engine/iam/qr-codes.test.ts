// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { inflateSync } from 'node:zlib'
import { pngOf, qrCode } from '../../../src/engine/iam/qr-codes'

const long = (length: number): string =>
  `otpauth://totp/x@y?secret=${'ABCDEFGH234567'.repeat(250)}`.slice(0, length)

describe('QR codes', () => {
  // Codes of 14, 300 and 858 characters, and one with an é, were read back by another program's reader.
  it('are as large as their text needs', () => {
    // As many bytes as the standard's versions 1, 9, 10 and 40 hold.
    for (const [length, size] of [
      [17, 21],
      [18, 25],
      [230, 53],
      [231, 57],
      [271, 57],
      [272, 61],
      [2953, 177],
    ] as const) {
      assert.equal(qrCode(long(length))?.length, size, String(length))
    }
    assert.equal(qrCode(long(2954)), undefined)
  })

  it('take characters that are more than a byte for the bytes they are', () => {
    // 17 bytes are the most of version 1.
    assert.equal(qrCode('otpauth://totp/é')?.length, 21)
    assert.equal(qrCode('otpauth://totp/éé')?.length, 25)
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
