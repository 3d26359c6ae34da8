// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import type { Cloud } from '../../support/cloud'
import {
  activitiesOf,
  boot,
  converge,
  elapse,
  groupNow,
  haveGroup,
  haveImage,
  haveRoom,
  memberIds,
  resume,
  scalingCloud,
  suspend,
  update,
} from './machines'

describe('the zones of a group', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await scalingCloud()
  })
  afterEach(() => c.close())

  const zonesNow = async () =>
    ((await groupNow(c)).Instances ?? []).map(({ AvailabilityZone = '' }) => AvailabilityZone).sort()

  it('a new group launches what it is to have, in the order of its zones', async () => {
    await haveGroup(c, { MinSize: 3, AvailabilityZones: ['PARTI01', 'PARTI00'] })
    await c.engine.drain()
    assert.deepEqual(await zonesNow(), ['PARTI00', 'PARTI01', 'PARTI01'])
    const { Instances = [] } = await groupNow(c)
    assert.ok(Instances.every(one => one.LifecycleState === 'Pending' && one.HealthStatus === 'Healthy'))
    boot(c.engine)
    await elapse(c, 10)
    assert.ok((await groupNow(c)).Instances?.every(one => one.LifecycleState === 'InService'))
  })

  it('a zone without room is passed over', async () => {
    c.engine.write(tx => tx.zones.put({ name: 'PARTI00', cpus: 1, memoryMib: 10_000, diskGib: 100 }))
    await haveGroup(c, { MinSize: 5, AvailabilityZones: ['PARTI00', 'PARTI01'] })
    await converge(c)
    assert.deepEqual(await zonesNow(), ['PARTI00', ...Array(4).fill('PARTI01')])
    assert.ok((await activitiesOf(c)).every(({ StatusCode }) => StatusCode === 'Successful'))
  })

  it('instances move out of zones that are no longer the group’s', async () => {
    await haveGroup(c, { MinSize: 2 })
    await converge(c)
    await update(c, { AvailabilityZones: ['PARTI01'] })
    await c.engine.drain()
    assert.deepEqual(await zonesNow(), ['PARTI00', 'PARTI00', 'PARTI01'])
    assert.match(
      (await activitiesOf(c)).at(-1)?.Cause ?? '',
      /^At \S+ invalid availability zones PARTI00 had 2 instances respectively\. An instance was launched to aid in migrating instances from these zones to valid ones\.$/,
    )
    await converge(c, 6)
    assert.deepEqual(await zonesNow(), ['PARTI01', 'PARTI01'])
  })

  it('zones are balanced, at most a tenth beyond the size at a time', async () => {
    haveRoom(c)
    await haveGroup(c, { MinSize: 20 })
    await converge(c)
    await update(c, { AvailabilityZones: ['PARTI00', 'PARTI01'] })
    await c.engine.drain()
    assert.equal((await memberIds(c)).length, 22)
    assert.match(
      (await activitiesOf(c)).at(-1)?.Cause ?? '',
      /availability zones PARTI00, PARTI01 had 20, 0 instances respectively\. An instance was launched to aid in balancing the group's zones\.$/,
    )
    await converge(c, 12)
    const zones = await zonesNow()
    assert.equal(zones.length, 20)
    assert.equal(zones.filter(zone => zone === 'PARTI00').length, 10)
  })

  it('zones are left as they are while balancing is suspended, or what would have to leave is protected', async () => {
    await haveGroup(c, { MinSize: 3, NewInstancesProtectedFromScaleIn: true })
    await converge(c)
    await update(c, { AvailabilityZones: ['PARTI00', 'PARTI01'] })
    await converge(c)
    assert.equal((await memberIds(c)).length, 3)
    await update(c, { AvailabilityZones: ['PARTI01'] })
    await converge(c)
    assert.deepEqual(await zonesNow(), ['PARTI00', 'PARTI00', 'PARTI00'])
    await suspend(c, 'AZRebalance')
    c.engine.write(tx => {
      for (const one of tx.scalingInstances.list()) tx.scalingInstances.put({ ...one, isProtected: false })
    })
    await converge(c)
    assert.deepEqual(await zonesNow(), ['PARTI00', 'PARTI00', 'PARTI00'])
    await resume(c, 'AZRebalance')
    await converge(c, 8)
    assert.deepEqual(await zonesNow(), ['PARTI01', 'PARTI01', 'PARTI01'])
  })

  it('are not balanced while launches fail', async () => {
    const room = { cpus: 100, memoryMib: 100_000, diskGib: 1000 }
    c.engine.write(tx => tx.zones.put({ name: 'PARTI01', cpus: 0, memoryMib: 0, diskGib: 0 }))
    await haveGroup(c, { MinSize: 2, AvailabilityZones: ['PARTI00', 'PARTI01'] })
    await converge(c)
    assert.deepEqual(await zonesNow(), ['PARTI00', 'PARTI00'])
    c.engine.write(tx => tx.images.delete('emi-11111111'))
    await update(c, { DesiredCapacity: 3 })
    await c.engine.drain()
    const count = (await activitiesOf(c)).length
    c.engine.write(tx => tx.zones.put({ name: 'PARTI01', ...room }))
    await update(c, { DesiredCapacity: 2 })
    await elapse(c, 5)
    assert.equal((await activitiesOf(c)).length, count)
    haveImage(c)
    await elapse(c, 60)
    await converge(c)
    assert.deepEqual(await zonesNow(), ['PARTI00', 'PARTI01'])
  })
})
