// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { asJson, printed } from '../../src/cli/output'
import { blank } from '../../src/cli/row'

describe('Output', () => {
  it('joins fields by tabs and prints empty ones as nothing', () => {
    assert.equal(printed([['TAG', undefined, 'a', '', null, 'b']], false), 'TAG\t\ta\t\t\tb\n')
  })

  it('prints (nil) for empty fields when asked, but not for blanks', () => {
    assert.equal(printed([['TAG', undefined, '', blank]], true), 'TAG\t(nil)\t(nil)\t\n')
  })

  it('does not take zero, or a word, for empty', () => {
    assert.equal(printed([['TAG', 0, '0', 'false', true]], true), 'TAG\t0\t0\tfalse\tTrue\n')
  })

  it('leaves plain lines and odd values as they are', () => {
    assert.equal(printed(['', 'a\tb', ['x', 'line\nbreak']], true), '\na\tb\nx\tline\nbreak\n')
  })

  it('writes JSON with times as received, bytes in base64, and nothing of the transport', () => {
    const received = Object.assign(new Date(0), { received: '1970-01-01T00:00:00Z' })
    const result = {
      $metadata: { httpStatusCode: 200 },
      A: received,
      B: new Date(0),
      C: Buffer.from('hi'),
      D: [undefined, 1],
    }
    assert.deepEqual(JSON.parse(asJson(result)), {
      A: '1970-01-01T00:00:00Z',
      B: '1970-01-01T00:00:00.000Z',
      C: 'aGk=',
      D: [null, 1],
    })
    assert.equal(asJson(undefined), '{}\n')
  })
})
