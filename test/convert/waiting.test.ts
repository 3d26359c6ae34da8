// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { again, until } from '../../src/convert/waiting'

describe('waiting for a cloud', () => {
  const waits = () => {
    const seconds: number[] = []
    const { signal } = new AbortController()
    return { seconds, services: { signal, pause: async (each: number) => void seconds.push(each) } }
  }
  const busy = Object.assign(new Error('too fast'), { code: 'RequestThrottledException' })

  it('looks again at longer and longer intervals, and gives up after a day', async () => {
    const { seconds, services } = waits()
    let looks = 0
    assert.equal(await until(services, 'it', async () => (++looks === 7 ? 'seen' : undefined)), 'seen')
    assert.deepEqual(seconds, [0.25, 0.5, 1, 2, 4, 5])
    await assert.rejects(
      until(services, 'it', async () => undefined),
      { name: 'ConversionError', message: 'gave up waiting for it' },
    )
    const all = seconds.reduce((sum, each) => sum + each, 0)
    assert.ok(all > 86_000 && all < 87_000)
  })

  it('asks a service that is busy again, but not for ever', async () => {
    const { seconds, services } = waits()
    let asked = 0
    assert.equal(await again(services, async () => (++asked < 3 ? Promise.reject(busy) : 'done')), 'done')
    assert.deepEqual(seconds, [2, 4])
    await assert.rejects(
      again(services, () => Promise.reject(busy)),
      /too fast/,
    )
    assert.equal(seconds.length, 2 + 11)
  })

  it('takes every other answer as it is', async () => {
    const { seconds, services } = waits()
    await assert.rejects(
      again(services, () => Promise.reject(new Error('no'))),
      /no/,
    )
    assert.deepEqual(seconds, [])
  })

  it('ends when it is to end', async () => {
    const { services } = waits()
    const signal = AbortSignal.abort(new Error('enough'))
    await assert.rejects(
      until({ ...services, signal }, 'it', async () => undefined),
      /enough/,
    )
    await assert.rejects(
      again({ ...services, signal }, () => Promise.reject(busy)),
      /enough/,
    )
  })
})
