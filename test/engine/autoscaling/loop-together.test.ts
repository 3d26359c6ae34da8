// SPDX-License-Identifier: BSD-2-Clause
// Two passes over one group, of which one is made in between any two transactions of the other.
import assert from 'node:assert/strict'
import { wake } from '../../../src/engine/autoscaling/groups'
import { tendGroup } from '../../../src/engine/autoscaling/tending'
import { Engine } from '../../../src/engine/engine'
import type { ChoreContext } from '../../../src/engine/operation'
import { transact } from '../../../src/engine/transaction'
import { type Cloud, cloud, repeatingEntropy } from '../../support/cloud'
import { assertOwned } from './loop-world'
import {
  activitiesOf,
  boot,
  converge,
  elapse,
  fail,
  haveConfiguration,
  haveGroup,
  haveImage,
  liveInstances,
  update,
} from './machines'

describe('two processes that see to one group', () => {
  let c: Cloud
  let other: Engine
  beforeEach(async () => {
    c = await cloud()
    const entropy = repeatingEntropy('other')
    other = await Engine.open({ home: c.home, clock: c.clock, entropy, onBug: bug => c.bugs.push(bug) })
    haveImage(c)
    await haveConfiguration(c)
    await haveGroup(c, { AvailabilityZones: ['PARTI00', 'PARTI01'] })
    await converge(c)
  })
  afterEach(async () => {
    await other.close()
    await c.close()
  })

  const contextOf = (engine: Engine, before: () => Promise<void> = async () => {}): ChoreContext => ({
    clock: c.clock,
    transact: async (work, caller) => {
      await before()
      return transact(engine.around, work, caller ? { caller } : {})
    },
  })

  /** Both at once: before the transaction of this number the other makes its whole pass. */
  const both = async (moment: number): Promise<void> => {
    const key = `${c.accountId}/web`
    let count = 0
    const interrupt = async () => {
      if (count++ === moment) await tendGroup(contextOf(other), key)
    }
    await tendGroup(contextOf(c.engine, interrupt), key)
    c.engine.read(tx => assertOwned(tx))
  }

  for (const moment of [0, 1, 2, 3, 4]) {
    it(`launch, replace and end each instance once (the other at ${moment})`, async () => {
      await update(c, { DesiredCapacity: 45 })
      await both(moment)
      assert.equal(liveInstances(c.engine).length, 45)
      assert.equal((await activitiesOf(c)).length, 45)
      boot(c.engine)
      await elapse(c, 10)
      const ailing = liveInstances(c.engine).slice(0, 5)
      c.engine.write(tx => {
        for (const { id } of ailing) {
          tx.scalingInstances.put({ ...tx.scalingInstances.must(id), health: 'Unhealthy' })
        }
        wake(tx, tx.scalingGroups.in(c.accountId).must('web'), 0)
      })
      await both(moment)
      // Five have gone and five have come.
      assert.equal(liveInstances(c.engine).length, 45)
      assert.equal((await activitiesOf(c)).length, 55)
      boot(c.engine)
      await elapse(c, 10)
      await update(c, { DesiredCapacity: 3 })
      await both(moment)
      assert.equal(liveInstances(c.engine).length, 3)
      assert.equal((await activitiesOf(c)).length, 97)
    })
  }

  it('count a launch that fails as two attempts at most', async () => {
    await update(c, { DesiredCapacity: 1 })
    c.engine.write(tx => tx.images.delete('emi-11111111'))
    await both(1)
    const failed = (await activitiesOf(c)).filter(({ StatusCode }) => StatusCode === 'Failed')
    assert.ok(failed.length >= 1 && failed.length <= 2, `${failed.length} attempts`)
    assert.equal(liveInstances(c.engine).length, 0)
  })

  it('an instance that fails while others of the same launch come up does not have launches tried without end', async () => {
    await update(c, { DesiredCapacity: 3 })
    await c.engine.drain()
    const [first, ...rest] = liveInstances(c.engine)
    fail(c.engine, first?.id ?? '')
    boot(
      c.engine,
      rest.map(({ id }) => id),
    )
    c.engine.write(tx => tx.images.delete('emi-11111111'))
    c.clock.advance(60)
    await c.engine.drain()
    await elapse(c, 10)
    const failed = (await activitiesOf(c)).filter(({ StatusCode }) => StatusCode === 'Failed')
    assert.ok(failed.length < 5, `${failed.length} activities failed`)
  })
})
