// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { machine } from '../../src/engine/machine'

const life = machine({
  pending: { boots: 'running', fails: 'terminated' },
  running: { terminate: 'terminated' },
  terminated: {},
})

describe('machine', () => {
  it('goes where the table says', () => {
    assert.equal(life.next('pending', 'boots'), 'running')
    assert.equal(life.next('running', 'terminate'), 'terminated')
    assert.ok(life.can('pending', 'fails'))
  })

  it('goes nowhere else', () => {
    assert.equal(life.can('terminated', 'boots'), false)
    assert.throws(() => life.next('running', 'boots'), /no transition from running by boots/)
  })

  it('knows no inherited states or events', () => {
    // Records may hold states of a later release, so that types alone do not protect.
    assert.equal(life.can('constructor' as 'pending', 'boots'), false)
    assert.equal(life.can('pending', 'toString' as 'boots'), false)
  })
})
