// SPDX-License-Identifier: BSD-2-Clause
// How long patterns of parameters are tried. What they say is in parameters.test.ts.
import assert from 'node:assert/strict'
import { Patterns } from '../../../../src/engine/cloudformation/template/patterns'
import { Refusal } from '../../../../src/engine/errors'

const endless = (patterns: Patterns) => patterns.unmatched('P', '(a+)+b', ['a'.repeat(40)])

const isTooLong = (error: unknown): boolean =>
  error instanceof Refusal && /takes too long/.test(error.message)

describe('A pattern of a parameter', () => {
  it('is tried again where the machine had no time for it', () => {
    // The processor did nothing for us in the first two attempts.
    const times = [0, 0, 0, 0, 0, 0, 0, 100]
    const patterns = new Patterns(() => times.shift() ?? 100)
    assert.throws(() => endless(patterns), isTooLong)
    assert.deepEqual(times, [])
  })

  it('is given up when it has had its time, however long that took', () => {
    const begun = process.cpuUsage()
    assert.throws(() => endless(new Patterns()), isTooLong)
    const { user } = process.cpuUsage(begun)
    assert.ok(user > 40_000, `${user}`)
  })
})
