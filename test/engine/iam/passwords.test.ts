// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { hashPassword, isPassword } from '../../../src/engine/iam/passwords'
import { type Cloud, cloud } from '../../support/cloud'

describe('passwords', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
  })
  afterEach(() => c.close())

  const hash = (text: string) => c.engine.write(tx => hashPassword(tx, text))

  it('are kept as something that does not tell them', () => {
    const kept = hash('euca123')
    assert.equal(JSON.stringify(kept).includes('euca123'), false)
    assert.equal(kept.cost, 16_384)
    assert.match(kept.hash, /^[0-9a-f]{64}$/)
  })

  it('that are the same do not look the same', () => {
    assert.notEqual(hash('euca123').hash, hash('euca123').hash)
  })

  it('are right or wrong', () => {
    const kept = hash('euca123')
    assert.equal(isPassword(kept, 'euca123'), true)
    assert.equal(isPassword(kept, 'euca124'), false)
    assert.equal(isPassword(kept, ''), false)
    assert.equal(isPassword(hash('pässword'), 'pa\u0308ssword'), true)
  })

  it('of nobody are wrong, whatever they are', () => {
    assert.equal(isPassword(undefined, 'euca123'), false)
    assert.equal(isPassword(undefined, ''), false)
  })
})
