// SPDX-License-Identifier: BSD-2-Clause
// Imports whose process dies, or which are cancelled, at any step: another goes on, or nothing is left.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  CancelConversionTaskCommand,
  DescribeImagesCommand,
  DescribeVolumesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2'
import { type Jobs, workOff } from '../../../src/engine/jobs'
import type { JobContext } from '../../../src/engine/operation'
import { loadWork } from '../../../src/engine/services'
import { someDisk } from '../../format/disk/disk-files'
import { type Cloud, cloud } from '../../support/cloud'
import { assertNoOrphans } from '../../support/orphans'
import { isNotTheirs, passDay } from './imaging-workers'
import { bytesOf, importInstance, importVolume, taskOf, Upload } from './uploads'

const disk = someDisk(300_032)

type When = 'before' | 'after'

describe('imports that are cut short', () => {
  let c: Cloud
  let url: string
  beforeEach(async () => {
    c = await cloud()
    writeFileSync(
      join(c.home, 'eucalyptus.conf'),
      'STORAGE_GLOBAL_TOTAL_SNAPSHOT_SIZE_LIMIT_GB="5000"\nSTORAGE_MAX_TOTAL_VOLUME_SIZE_IN_GB="5000"\n',
    )
    url = (await new Upload(c, disk).all()).url
  })
  afterEach(() => c.close())

  /** Jobs of imports count their transactions, and something happens at one of them. */
  const watched = async (at: number, when: When, happens: () => void, isCounted: () => boolean) => {
    const state = { count: 0 }
    const transact: (context: JobContext) => JobContext['transact'] = context => (work, caller) => {
      const isIt = isCounted() && state.count++ === at
      if (isIt && when === 'before') happens()
      const result = context.transact(work, caller)
      if (isIt && when === 'after') happens()
      return result
    }
    const { jobs } = await loadWork(() => {})
    const wrapped: Record<string, Jobs[string]> = { ...jobs }
    for (const name of ['conversion.advance', 'imaging.enable', 'imaging.work']) {
      wrapped[name] = async (context, target) =>
        jobs[name]?.({ ...context, transact: transact(context) }, target)
    }
    return { jobs: wrapped, state }
  }

  const stateOf = (id: string) => c.engine.read(tx => tx.conversions.must(id).state)

  const isOver = (id: string): boolean => ['COMPLETED', 'FAILED', 'CANCELLED'].includes(stateOf(id))

  /** Have a process see to the jobs until the task is over, or the process dies. */
  const play = async (id: string, jobs: Jobs, signal: AbortSignal): Promise<void> => {
    while (!isOver(id) && !signal.aborted) {
      await workOff(c.engine.around, { home: c.home, jobs, signal })
      const next = c.engine.nextWork()
      if (signal.aborted || next === undefined) return
      c.clock.advance(Math.max(0, next - c.clock.now()) / 1000)
      await c.engine.drain()
    }
  }

  /** Do something at the first moment of a task's life, then at the second, and so on, until none is left. */
  const atEveryMoment = async (
    begin: () => Promise<string>,
    happens: (id: string, abort: AbortController) => void,
    check: (id: string) => Promise<void>,
    { whens = ['before', 'after'] as readonly When[], isCounted = (_: string): boolean => true } = {},
  ): Promise<number> => {
    let moments = 0
    for (const when of whens) {
      for (let at = 0; ; at++) {
        const id = await begin()
        const abort = new AbortController()
        const { jobs, state } = await watched(
          at,
          when,
          () => happens(id, abort),
          () => isCounted(id),
        )
        await play(id, jobs, abort.signal)
        await check(id)
        assertNoOrphans(c.engine, c.home)
        if (state.count <= at) break
        moments += 1
      }
    }
    return moments
  }

  const die = (_: string, abort: AbortController): never => {
    abort.abort()
    throw new Error('died')
  }

  const volumes = async () => (await c.ec2().send(new DescribeVolumesCommand({}))).Volumes ?? []

  it('a volume is imported by the next process', async () => {
    const moments = await atEveryMoment(
      () => importVolume(c, url),
      die,
      async id => {
        await c.pass(60)
        const { State, ImportVolume } = await taskOf(c, id)
        assert.equal(State, 'completed')
        assert.ok(bytesOf(c, ImportVolume?.Volume?.Id ?? '', disk.length).equals(disk))
      },
    )
    assert.ok(moments > 20, `${moments} moments`)
    assert.equal((await volumes()).length, moments + 2, 'no task made a volume twice')
  })

  it('an instance is imported by the next process, once', async () => {
    const check = async (id: string): Promise<void> => {
      await c.pass(60)
      const { State, ImportInstance } = await taskOf(c, id)
      assert.equal(State, 'completed')
      const instances = c.engine.read(tx =>
        tx.instances.list().filter(one => one.state === 'running' && !one.scalingGroup),
      )
      assert.deepEqual(
        instances.map(instance => instance.id),
        [ImportInstance?.InstanceId],
      )
      await c.ec2().send(new TerminateInstancesCommand({ InstanceIds: [ImportInstance?.InstanceId ?? ''] }))
      await c.pass(30)
    }
    const moments = await atEveryMoment(() => importInstance(c, [url]), die, check, {
      whens: ['after'],
      isCounted: id => stateOf(id) === 'INSTANTIATING',
    })
    assert.ok(moments > 5, `${moments} moments`)
    const { Images } = await c.ec2().send(new DescribeImagesCommand({ Owners: ['self'] }))
    assert.equal(Images?.filter(isNotTheirs).length, moments + 1, 'no task registered an image twice')
  })

  it('one that is cancelled leaves nothing, unless it was done by then', async () => {
    let done = 0
    const moments = await atEveryMoment(
      () => importVolume(c, url),
      ConversionTaskId => {
        void c.ec2().send(new CancelConversionTaskCommand({ ConversionTaskId }))
      },
      async id => {
        await c.pass(150)
        const { State } = await taskOf(c, id)
        if (State === 'completed') done += 1
        else assert.equal(State, 'cancelled')
      },
    )
    await passDay(c)
    assert.equal((await volumes()).length, done)
    assert.ok(moments > 20 && done < 10, `${moments} moments, ${done} done`)
  })
})
