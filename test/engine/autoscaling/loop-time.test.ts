// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { SetDesiredCapacityCommand } from '@aws-sdk/client-auto-scaling'
import type { Cloud } from '../../support/cloud'
import { refused } from '../ec2/expect'
import {
  activitiesOf,
  boot,
  converge,
  elapse,
  groupNow,
  haveGroup,
  haveImage,
  haveRoom,
  imageId,
  liveInstances,
  memberIds,
  scalingCloud,
  sizes,
  update,
} from './machines'

describe('the loop in the course of time', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await scalingCloud()
  })
  afterEach(() => c.close())

  it('an activity that takes longer than five minutes is cancelled, and its instance may still come', async () => {
    await haveGroup(c, { MinSize: 1 })
    await elapse(c, 299)
    assert.equal((await activitiesOf(c))[0]?.StatusCode, 'PreInService')
    await elapse(c, 20)
    const [late] = await activitiesOf(c)
    assert.equal(late?.StatusCode, 'Cancelled')
    assert.ok(late?.EndTime)
    boot(c.engine)
    await elapse(c, 10)
    assert.equal((await groupNow(c)).Instances?.[0]?.LifecycleState, 'InService')
  })

  it('a settled group is looked at once a minute, and nothing is written of it', async () => {
    await haveGroup(c, { MinSize: 2 })
    await converge(c)
    await elapse(c, 120)
    const before = c.engine.read(tx => JSON.stringify([tx.scalingGroups.list(), tx.scalingInstances.list()]))
    const wakes: number[] = []
    for (let minute = 0; minute < 3; minute++) {
      wakes.push(c.engine.read(tx => tx.groupWakes.list()[0]?.at ?? 0))
      await elapse(c, 60)
    }
    const after = c.engine.read(tx => JSON.stringify([tx.scalingGroups.list(), tx.scalingInstances.list()]))
    assert.equal(after, before)
    const [a = 0, b = 0, d = 0] = wakes
    assert.deepEqual([b - a, d - b], [60_000, 60_000])
    assert.equal(
      c.engine.read(tx => [...tx.due.scan()].filter(({ task }) => task === 'autoscaling.tend').length),
      1,
    )
  })

  it('a jump of the clock is one look, not one for each that was missed', async () => {
    await haveGroup(c, { MinSize: 2 })
    await converge(c)
    const count = (await activitiesOf(c)).length
    c.clock.advance(30 * 24 * 3600)
    await c.engine.drain()
    assert.equal((await activitiesOf(c)).length, count)
    assert.equal((await memberIds(c)).length, 2)
  })

  it('a clock that is turned back has nobody wait for what was to be over long ago', async () => {
    await haveGroup(c)
    c.engine.write(tx => tx.images.delete(imageId))
    await update(c, sizes(1))
    await elapse(c, 300)
    const failures = async () => (await activitiesOf(c)).filter(one => one.StatusCode === 'Failed').length
    const before = await failures()
    c.clock.advance(-24 * 3600)
    await update(c, sizes(1))
    await c.engine.drain()
    assert.equal(await failures(), before + 1)
    haveImage(c)
    await elapse(c, 900)
    await converge(c)
    assert.equal((await memberIds(c)).length, 1)
    const setSize = (DesiredCapacity: number) =>
      c.autoscaling().send(
        new SetDesiredCapacityCommand({
          ...{ AutoScalingGroupName: 'web', DesiredCapacity, HonorCooldown: true },
        }),
      )
    await setSize(2)
    await converge(c)
    await refused(setSize(3), 'InternalFailure', 'Group is in cooldown')
    c.clock.advance(-24 * 3600)
    await setSize(3)
    await converge(c)
    assert.equal((await memberIds(c)).length, 3)
  })

  it('a group whose pass was given up for lost is looked after again when something changes', async () => {
    await haveGroup(c, { MinSize: 1 })
    await converge(c)
    c.engine.write(tx => {
      for (const due of [...tx.due.scan()])
        if (due.task === 'autoscaling.tend') tx.due.delete(due.at, due.sequence)
    })
    c.clock.advance(25 * 3600)
    await c.engine.drain()
    await update(c, sizes(2))
    await converge(c)
    assert.equal((await memberIds(c)).length, 2)
  })

  it('a clock that is set back does no more than make the group wait', async () => {
    await haveGroup(c, { MinSize: 2 })
    await converge(c)
    c.clock.advance(-3600)
    await update(c, sizes(1))
    await converge(c)
    assert.equal((await memberIds(c)).length, 1)
    await update(c, sizes(3))
    await converge(c)
    assert.equal((await memberIds(c)).length, 3)
  })

  it('activities are forgotten after six weeks', async () => {
    await haveGroup(c, { MinSize: 1 })
    await converge(c)
    assert.equal((await activitiesOf(c)).length, 1)
    c.clock.advance(42 * 24 * 3600)
    await c.engine.drain()
    assert.deepEqual(await activitiesOf(c), [])
  })

  it('a thousand instances are launched in one drain', async () => {
    haveRoom(c)
    await haveGroup(c, { AvailabilityZones: ['PARTI00', 'PARTI01'] })
    await update(c, sizes(1000))
    await c.engine.drain()
    assert.equal(liveInstances(c.engine).length, 1000)
    assert.equal((await memberIds(c)).length, 1000)
    boot(c.engine)
    await elapse(c, 10)
    assert.ok((await groupNow(c)).Instances?.every(one => one.LifecycleState === 'InService'))
    await update(c, sizes(0))
    await c.engine.drain()
    assert.equal(liveInstances(c.engine).length, 0)
  }).timeout(120_000)
})
