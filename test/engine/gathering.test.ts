// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { Gathering } from '../../src/engine/gathering'
import type { Tx } from '../../src/engine/operation'
import { transactTogether } from '../../src/engine/transaction'
import { type Cloud, cloud } from '../support/cloud'

describe('requests that are committed together', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
  })
  afterEach(() => c.close())

  const count = (name: string) => c.engine.read(tx => tx.counters.get(name)?.value ?? 0)
  const more = (name: string) => (tx: Tx) =>
    tx.counters.put({ name, value: (tx.counters.get(name)?.value ?? 0) + 1 }).value
  const staged = (text: string) => {
    const file = c.engine.around.blobs.stage()
    writeFileSync(file.path, text)
    return file
  }

  it('see what those before them did, and get their own answers', async () => {
    const gathering = new Gathering(c.engine.around)
    const answers = await Promise.all(
      Array.from({ length: 200 }, () => gathering.add({ work: more('x'), options: {} })),
    )
    assert.deepEqual(
      answers,
      Array.from({ length: 200 }, (_, index) => index + 1),
    )
    assert.equal(count('x'), 200)
  })

  it('are not undone when one of them fails, nor is anything left of that', async () => {
    const files = ['one', 'two', 'three'].map(staged)
    const keep = (index: number, fails = false) => ({
      work: (tx: Tx) => {
        const file = files[index] ?? assert.fail()
        more('x')(tx)
        tx.adopt(file, 5)
        if (fails) throw new Error(`not ${index}`)
        return file.id
      },
      options: {},
    })
    const results = transactTogether(c.engine.around, [keep(0), keep(1, true), keep(2)])
    assert.deepEqual(
      results.map(result => (result.status === 'fulfilled' ? result.value : result.reason.message)),
      [files[0]?.id, 'not 1', files[2]?.id],
    )
    assert.equal(count('x'), 2)
    const { blobs } = c.engine.around
    assert.deepEqual(
      files.map(({ id }) => existsSync(blobs.path(id))),
      [true, false, true],
    )
    assert.equal(readFileSync(blobs.path(files[2]?.id ?? ''), 'utf8'), 'three')
    assert.deepEqual(
      files.map(({ path }) => existsSync(path)),
      [false, false, false],
    )
    assert.equal(
      c.engine.read(tx => [...tx.blobs.scan()].length),
      2,
    )
  })

  it('are known by their own callers, and leave their own work', () => {
    const caller = { ...c.engine.read(tx => tx.caller), account: '123456789012' }
    const piece = (options: object) => ({
      work: (tx: Tx) => {
        tx.after(3600, 'token.expired', JSON.stringify([tx.caller.account, 'x', 'y']))
        return tx.caller.account
      },
      options,
    })
    const results = transactTogether(c.engine.around, [piece({ caller }), piece({})])
    assert.deepEqual(
      results.map(result => result.status === 'fulfilled' && result.value),
      ['123456789012', '000000000000'],
    )
    assert.equal(
      c.engine.read(tx => [...tx.due.scan()].length),
      2,
    )
  })
})
