// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { errorStack, errorText } from '../../src/cli/errors'

const caught = (work: () => unknown): unknown => {
  try {
    return work()
  } catch (error) {
    return error
  }
}

describe('The text of an error', () => {
  it('is that of the C library for a file', () => {
    const missing = caught(() => readFileSync('/no/such/file'))
    assert.equal(errorText('tool', missing), 'tool: error: No such file or directory: /no/such/file')
    assert.equal(
      errorText(
        'tool',
        caught(() => readFileSync('/')),
      ),
      'tool: error: Is a directory',
    )
  })

  it('names the host that is not known', () => {
    const unknown = Object.assign(new Error('getaddrinfo ENOTFOUND nowhere.invalid'), {
      code: 'ENOTFOUND',
      errno: -3008,
      hostname: 'nowhere.invalid',
    })
    assert.equal(errorText('tool', unknown), 'tool: error: Name or service not known: nowhere.invalid')
  })

  it('names the address that refused', () => {
    const error = Object.assign(new Error('connect ECONNREFUSED'), {
      code: 'ECONNREFUSED',
      errno: -111,
      address: '::1',
      port: 80,
    })
    assert.equal(errorText('tool', error), 'tool: error: connection refused: ::1:80')
    assert.equal(
      errorText('tool', new AggregateError([error], '')),
      'tool: error: connection refused: ::1:80',
    )
  })

  it('is the message of anything else, or what there is', () => {
    assert.equal(errorText('tool', new RangeError('too far')), 'tool: error: too far')
    assert.equal(errorText('tool', new TypeError('')), 'tool: error: TypeError')
    assert.equal(errorText('tool', 'a text'), 'tool: error: a text')
  })

  it('keeps the stacks of its causes', () => {
    const stack = errorStack(new Error('outer', { cause: new Error('inner') }))
    assert.match(stack, /Error: outer\n[\s\S]*Caused by: Error: inner\n/)
  })
})
