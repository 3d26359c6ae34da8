// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { seldom } from '../../src/plane/seldom'

describe('Errors of what is tried again and again', () => {
  it('are told once a minute, each', () => {
    const told: string[] = []
    let now = 0
    const tell = seldom(
      error => told.push((error as Error).message),
      () => now,
    )
    for (const message of ['full', 'full', 'gone', 'full']) tell(new Error(message))
    assert.deepEqual(told.splice(0), ['full', 'gone'])
    now = 59_999
    tell(new Error('full'))
    assert.deepEqual(told, [])
    now = 60_000
    tell(new Error('full'))
    assert.deepEqual(told.splice(0), ['full'])
    // Those that have something new in them each time do not fill the memory.
    for (let number = 0; number < 150; number++) tell(new Error(`${number}`))
    assert.equal(told.length, 150)
  })
})
