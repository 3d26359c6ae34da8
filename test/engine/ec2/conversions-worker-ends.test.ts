// SPDX-License-Identifier: BSD-2-Clause
// Workers that are scaled to nothing and back, that end in the middle of their work, or are alone.
import assert from 'node:assert/strict'
import { DescribeAutoScalingGroupsCommand, UpdateAutoScalingGroupCommand } from '@aws-sdk/client-auto-scaling'
import { TerminateInstancesCommand } from '@aws-sdk/client-ec2'
import { reportDisk } from '../../../src/engine/ec2/conversion-life'
import { flushCached } from '../../../src/engine/ec2/image-cache'
import { shutDown } from '../../../src/engine/ec2/instance-life'
import { workerImageLocation } from '../../../src/engine/imaging/worker-image'
import { workerNames } from '../../../src/engine/imaging/workers'
import { type Jobs, workOff } from '../../../src/engine/jobs'
import type { JobContext } from '../../../src/engine/operation'
import { loadWork } from '../../../src/engine/services'
import { transact } from '../../../src/engine/transaction'
import { someDisk } from '../../format/disk/disk-files'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { endTidy } from '../../support/orphans'
import { converting, done, runningWorkers, waiting } from './imaging-workers'
import { bytesOf, importVolume, stateOf, taskOf, Upload } from './uploads'

const disk = someDisk(500_224)

describe('imaging workers that come and go', () => {
  let c: Cloud
  let alice: Clients
  let url: string
  beforeEach(async () => {
    c = await cloud()
    alice = await c.account('alice')
    url = (await new Upload(alice, disk).all()).url
  })
  afterEach(() => endTidy(c))

  const resize = (size: number) =>
    c.autoscaling().send(
      new UpdateAutoScalingGroupCommand({
        AutoScalingGroupName: workerNames.group,
        MinSize: size,
        MaxSize: size,
        DesiredCapacity: size,
      }),
    )

  const groupsOf = async (who: Clients, ...AutoScalingGroupNames: string[]) =>
    (await who.autoscaling().send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames })))
      .AutoScalingGroups ?? []

  /** An import that has come as far as it does without a worker. */
  const queued = async (zone = 'PARTI00'): Promise<string> => {
    const id = await importVolume(alice, url, { zone })
    await c.pass(30)
    return id
  }

  /** Workers that are there, and then are not: of size 0. */
  const withoutWorkers = async (): Promise<void> => {
    await queued()
    await resize(0)
    await c.pass(60)
    assert.deepEqual(runningWorkers(c), [])
  }

  // ---- sizes ---------------------------------------------------------------------------------------------------------

  it('at size 0 are gone, tasks wait, and no new group is made; at size 1 the task is done', async () => {
    await withoutWorkers()
    const id = await queued()
    await c.pass(3600)
    assert.deepEqual(await stateOf(alice, id), waiting)
    assert.equal((await groupsOf(c))[0]?.DesiredCapacity, 0)
    assert.ok((await taskOf(alice, id)).ImportVolume?.Volume?.Id, 'its volume is there by now')
    await resize(1)
    await c.pass(60)
    assert.equal(runningWorkers(c).length, 1)
    assert.deepEqual(await stateOf(alice, id), done)
    const volume = (await taskOf(alice, id)).ImportVolume?.Volume?.Id ?? ''
    assert.ok(bytesOf(c, volume, disk.length).equals(disk))
  })

  it('start from their image also when nothing is left of it in any cache', async () => {
    await withoutWorkers()
    c.engine.write(tx => {
      flushCached(tx, workerImageLocation)
      for (const entry of tx.nodeCache.list()) tx.nodeCache.put({ ...entry, state: 'evicting' })
    })
    await resize(1)
    assert.deepEqual(await stateOf(alice, await queued()), done)
  })

  it('that never come let the task expire', async () => {
    await withoutWorkers()
    const id = await queued()
    c.clock.advance(168 * 3600 - 31)
    await c.settle()
    assert.deepEqual(await stateOf(alice, id), waiting)
    c.clock.advance(1)
    await c.settle()
    assert.deepEqual(await stateOf(alice, id), ['cancelled', 'Import task is expired'])
  })

  it('that are alone serve every zone', async () => {
    await withoutWorkers()
    const ids = [await queued('PARTI01'), await queued('PARTI00')]
    await resize(1)
    await c.pass(60)
    for (const id of ids) assert.deepEqual(await stateOf(alice, id), done)
  })

  it('of a zone take its tasks alone while each has one', async () => {
    await queued()
    const [first = '', second = ''] = runningWorkers(c)
    const zones = ['PARTI01', 'PARTI00', 'PARTI01']
    const ids = await Promise.all(zones.map(zone => importVolume(alice, url, { zone })))
    await c.pass(30)
    const took = ids.map(id => c.engine.read(tx => tx.conversions.must(id).workerId))
    assert.deepEqual(took, [second, first, second])
  })

  // ---- workers that end ----------------------------------------------------------------------------------------------

  /** Give a task to a worker without its working on it. */
  const taken = async (): Promise<{ readonly id: string; readonly worker: string }> => {
    await withoutWorkers()
    const id = await queued()
    await resize(1)
    // Up to the moment when the worker is seen to run.
    for (let step = 0; step < 100 && runningWorkers(c).length === 0; step++) {
      c.clock.advance(1)
      await c.engine.drain()
      if (runningWorkers(c).length === 0) await c.settle()
    }
    const [worker = ''] = runningWorkers(c)
    c.engine.write(tx => {
      for (const job of tx.jobs.list()) {
        if (job.job === 'imaging.work') tx.jobs.delete(job.id)
      }
      const { convertingSince: _, ...conversion } = tx.conversions.must(id)
      tx.conversions.put({
        ...conversion,
        state: 'CONVERTING',
        message: 'Converting images',
        convertingSince: tx.now,
        reportedAt: tx.now,
        workerId: worker,
      })
      tx.after(600, 'conversion.silent', id)
    })
    return { id, worker }
  }

  it('that are terminated give their task back after ten minutes, and their successor does it', async () => {
    const { id, worker } = await taken()
    await c.ec2().send(new TerminateInstancesCommand({ InstanceIds: [worker] }))
    await c.pass(590)
    assert.deepEqual(await stateOf(alice, id), converting)
    const [successor] = runningWorkers(c)
    assert.ok(successor !== undefined && successor !== worker)
    await c.pass(20)
    assert.deepEqual(await stateOf(alice, id), done)
  })

  it('that end after the time of their task let it expire', async () => {
    const { id } = await taken()
    await resize(0)
    c.clock.advance(168 * 3600)
    // Whoever looked at the task when its time was over saw somebody at work.
    c.engine.write(tx => {
      for (const due of tx.due.list()) {
        if (due.task === 'conversion.expired') tx.due.delete(due.at, due.sequence)
      }
    })
    await c.settle()
    await c.pass(1)
    assert.deepEqual(await stateOf(alice, id), ['cancelled', 'Import task is expired'])
  })

  it('that give word keep their task', async () => {
    const { id, worker } = await taken()
    for (let minute = 0; minute < 30; minute += 5) {
      await c.pass(300)
      c.engine.write(tx => reportDisk(tx, tx.conversions.must(id), 0, { bytesConverted: minute }))
    }
    assert.deepEqual(await stateOf(alice, id), converting)
    assert.equal(
      c.engine.read(tx => tx.conversions.must(id).workerId),
      worker,
    )
    await c.pass(600)
    assert.deepEqual(await stateOf(alice, id), done)
  })

  it('that are terminated in the middle do not end the task', async () => {
    await queued()
    const [worker = ''] = runningWorkers(c)
    const id = await importVolume(alice, url)
    const { jobs } = await loadWork(() => {})
    let count = 0
    const dying: JobContext['transact'] = (work, caller) => {
      if (count++ === 3) c.engine.write(tx => shutDown(tx, tx.instances.must(worker)))
      return transact(c.engine.around, work, caller && { caller })
    }
    const watched: Jobs = {
      ...jobs,
      'imaging.work': async (context, target) =>
        jobs['imaging.work']?.({ ...context, transact: dying }, target),
    }
    for (let step = 0; step < 20; step++) {
      await workOff(c.engine.around, { home: c.home, jobs: watched, signal: new AbortController().signal })
      if (count > 3) break
      c.clock.advance(1)
      await c.engine.drain()
    }
    assert.ok(count > 3)
    assert.deepEqual(await stateOf(alice, id), converting)
    assert.equal(
      c.engine.read(tx => tx.conversions.must(id).workerId),
      worker,
    )
    await c.pass(620)
    assert.deepEqual(await stateOf(alice, id), done)
    assert.notEqual(
      c.engine.read(tx => tx.conversions.must(id).workerId),
      worker,
    )
    const volume = (await taskOf(alice, id)).ImportVolume?.Volume?.Id ?? ''
    assert.ok(bytesOf(c, volume, disk.length).equals(disk))
  })

  // ---- older releases --------------------------------------------------------------------------------------------------

  it('take over what older releases, whose workers were no instances, have queued and begun', async () => {
    await withoutWorkers()
    const ids = [await queued(), await queued()]
    c.engine.write(tx => {
      const conversion = tx.conversions.must(ids[0] ?? '')
      tx.conversions.put({ ...conversion, state: 'CONVERTING', convertingSince: tx.now })
      tx.start('imaging.work', 'PARTI00')
    })
    await resize(2)
    await c.pass(60)
    for (const id of ids) assert.deepEqual(await stateOf(alice, id), done)
  })
})
