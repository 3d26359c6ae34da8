// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { cbor, tag } from '@smithy/core/cbor'
import { CborError, readCbor, writeCbor } from '../../src/engine/wire/cbor'
import { shapeOf } from '../../src/schemas/shapes'

describe('CBOR', () => {
  const hex = (text: string) => readCbor(Buffer.from(text.replace(/ /g, ''), 'hex'))

  it('is read as RFC 8949 has it', () => {
    const examples: readonly [string, unknown][] = [
      ...([
        ['00', 0],
        ['17', 23],
        ['1818', 24],
        ['1903e8', 1000],
        ['1a000f4240', 1_000_000],
        ['1b000000e8d4a51000', 1_000_000_000_000],
        ['20', -1],
        ['3903e7', -1000],
        ['f90000', 0],
        ['f93c00', 1],
        ['f93e00', 1.5],
        ['f97bff', 65504],
        ['f90001', 2 ** -24],
        ['f90400', 0.00006103515625],
        ['f9c400', -4],
        ['fa47c35000', 100_000],
        ['fb3ff199999999999a', 1.1],
        ['f97c00', Number.POSITIVE_INFINITY],
        ['f9fc00', Number.NEGATIVE_INFINITY],
        ['f97e00', Number.NaN],
        ['f4', false],
        ['f5', true],
        ['f6', null],
        ['f7', null],
      ] as [string, unknown][]),
      ...([
        ['60', ''],
        ['6449455446', 'IETF'],
        ['62c3bc', 'ü'],
        ['7f657374726561646d696e67ff', 'streaming'],
        ['4401020304', 'AQIDBA=='],
        ['5f42010243030405ff', 'AQIDBAU='],
        ['80', []],
        ['83010203', [1, 2, 3]],
        ['9f018202039f0405ffff', [1, [2, 3], [4, 5]]],
        ['a26161016162820203', { a: 1, b: [2, 3] }],
        ['bf61610161629f0203ffff', { a: 1, b: [2, 3] }],
        ['c11a514b67b0', 1363896240],
        ['c1fb41d452d9ec200000', 1363896240.5],
      ] as [string, unknown][]),
    ]
    for (const [bytes, value] of examples) assert.deepEqual(hex(bytes), value, bytes)
  })

  it('makes no property of what is named like one', () => {
    const found = hex('a1695f5f70726f746f5f5fa16161 01') as Record<string, unknown>
    assert.deepEqual(Object.keys(found), ['__proto__'])
    assert.equal(found.a, undefined)
  })

  it('is refused when it is cut off, or more than one value, or of no known kind', () => {
    for (const bytes of [
      '',
      '18',
      '19 01',
      '62 61',
      '82 01',
      'a1 6161',
      '9f 01',
      'bf 6161',
      '7f 6161',
      '7f 4161 ff',
    ])
      assert.throws(() => hex(bytes), CborError, bytes)
    for (const bytes of [
      '00 00',
      '1c',
      'ff',
      'f8 18',
      'e0',
      'c2 41 01',
      'c1 6161',
      'd9d9f7 00',
      'a1 01 02',
      '62 c328',
      '3f',
      '7f 7f ff ff',
    ])
      assert.throws(() => hex(bytes), CborError, bytes)
  })

  it('sets nothing aside for what is only announced', () => {
    const before = process.memoryUsage().arrayBuffers
    for (const bytes of [
      '9affffffff',
      'bbffffffffffffffff',
      '5bffffffffffffffff',
      '7b0020000000000000',
      '9a01ffffff'.repeat(1000),
    ])
      assert.throws(() => hex(bytes), CborError)
    assert.ok(process.memoryUsage().arrayBuffers - before < 2 ** 20)
  })

  it('is refused when lists are in lists without end', () => {
    assert.throws(() => hex('81'.repeat(100_000)), CborError)
    assert.throws(() => hex('9f'.repeat(100_000)), CborError)
    assert.throws(() => hex('c1'.repeat(100_000)), CborError)
  })

  it('is written so that another reader finds the same', () => {
    const numbers = [
      0,
      23,
      24,
      255,
      256,
      65_535,
      65_536,
      2 ** 32 - 1,
      2 ** 32,
      2 ** 53 - 1,
      -1,
      -24,
      -25,
      -(2 ** 40),
    ]
    for (const value of [...numbers, 0.1, -0, 1e300, Number.NaN, Number.POSITIVE_INFINITY]) {
      const bytes = writeCbor(shapeOf(1), value)
      const read = cbor.deserialize(bytes)
      assert.ok(Object.is(typeof read === 'bigint' ? Number(read) : read, value), `${value}`)
      assert.ok(Object.is(readCbor(bytes), value))
    }
    for (const text of ['', 'ü', '🙂'.repeat(100), 'x'.repeat(70_000)])
      assert.equal(cbor.deserialize(writeCbor(shapeOf(0), text)), text)
    const instant = new Date('2014-02-16T12:13:16.250Z')
    assert.deepEqual(
      cbor.deserialize(writeCbor(shapeOf(4), instant)),
      tag({ tag: 1, value: instant.getTime() / 1000 }),
    )
    assert.deepEqual(
      Buffer.from(cbor.deserialize(writeCbor(shapeOf(21), Buffer.from('ab')))),
      Buffer.from('ab'),
    )
  })
})
