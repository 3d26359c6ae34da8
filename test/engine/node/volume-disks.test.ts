// SPDX-License-Identifier: BSD-2-Clause
// Jobs on volumes and snapshots that die: before or after any of their transactions, and are run again.
import assert from 'node:assert/strict'
import { createCipheriv } from 'node:crypto'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import {
  CopySnapshotCommand,
  CreateSnapshotCommand,
  CreateVolumeCommand,
  DeleteSnapshotCommand,
  DeleteVolumeCommand,
  DetachVolumeCommand,
  ModifyVolumeCommand,
} from '@aws-sdk/client-ec2'
import { blockBytes } from '../../../src/engine/bytes/blocks'
import { beginDelete } from '../../../src/engine/ec2/volume-life'
import { copySnapshotBlocks } from '../../../src/engine/node/snapshot-copying'
import { discardSnapshot, takeSnapshot } from '../../../src/engine/node/snapshot-taking'
import {
  fillVolume,
  growVolume,
  hideVolume,
  removeVolume,
  showVolume,
} from '../../../src/engine/node/volume-disks'
import type { JobContext } from '../../../src/engine/operation'
import { transact } from '../../../src/engine/transaction'
import { type Cloud, cloud } from '../../support/cloud'
import { assertNoOrphans } from '../../support/orphans'
import { haveInstance } from '../ec2/instance'
import {
  attach,
  fileOf,
  haveSnapshot,
  haveSnapshotOf,
  haveVolume,
  readAt,
  snapshotOf,
  volumeOf,
  writeAt,
} from '../ec2/volume'

type Job = (context: JobContext, target: string) => Promise<void>

const noise = (blocks: number): Buffer =>
  createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16)).update(Buffer.alloc(blocks * blockBytes))

describe('jobs on volumes and snapshots', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
  })
  afterEach(() => c.close())

  /** What a job gets that dies when it wants its `last + 1`st transaction, or has just had it. */
  const dying = (last: number, when: 'before' | 'after') => {
    const abort = new AbortController()
    const state = { died: false, count: 0 }
    const die = (): never => {
      state.died = true
      abort.abort()
      throw new Error('died')
    }
    const context: JobContext = {
      ...{ clock: c.clock, home: c.home, blobs: c.engine.around.blobs, attempt: 1, signal: abort.signal },
      transact: work => {
        const isLast = state.count++ === last
        if (isLast && when === 'before') die()
        const result = transact(c.engine.around, work)
        if (isLast) die()
        return result
      },
      sleep: () => Promise.reject(new Error('waits')),
    }
    return { context, state }
  }

  /** Have a job die at its first transaction, then at its second, and so on; then let the cloud go on. */
  const survive = async (
    job: Job,
    prepare: () => Promise<string>,
    check: (target: string) => unknown,
    step = 1,
  ) => {
    for (const when of ['before', 'after'] as const) {
      for (let last = 0; ; last += step) {
        const target = await prepare()
        const { context, state } = dying(last, when)
        await job(context, target).catch(error => {
          if (!state.died) throw error
        })
        await c.pass(10)
        await check(target)
        assertNoOrphans(c.engine, c.home)
        if (!state.died) break
      }
    }
  }

  const newVolume = async (SnapshotId?: string): Promise<string> => {
    const from = SnapshotId ? { SnapshotId } : { Size: 1 }
    const { VolumeId = '' } = await c
      .ec2()
      .send(new CreateVolumeCommand({ AvailabilityZone: 'PARTI00', ...from }))
    return VolumeId
  }
  const newSnapshot = async (VolumeId: string): Promise<string> => {
    const { SnapshotId = '' } = await c.ec2().send(new CreateSnapshotCommand({ VolumeId }))
    return SnapshotId
  }
  const removeSnapshot = (SnapshotId: string) => c.ec2().send(new DeleteSnapshotCommand({ SnapshotId }))
  const removeVolumeNow = async (id: string) => {
    await c.ec2().send(new DeleteVolumeCommand({ VolumeId: id }))
    await c.pass(120)
  }

  it('a volume is filled by the next run', async () => {
    const snapshot = await haveSnapshotOf(c, 'bytes')
    await survive(
      fillVolume,
      () => newVolume(snapshot),
      async volume => {
        assert.equal((await volumeOf(c, volume)).State, 'available')
        assert.equal(readAt(fileOf(c, volume), 0, 5), 'bytes')
      },
    )
  })

  it('a volume that is given up while it is filled leaves no file', async () => {
    const snapshot = await haveSnapshotOf(c, 'bytes')
    const giveUp = (volume: string) => c.engine.write(tx => beginDelete(tx, tx.volumes.must(volume)))
    const fillAndGiveUp: Job = async (context, volume) => {
      const meddling: JobContext = {
        ...context,
        // Right before it says that it is done.
        transact: work => {
          const isDone = existsSync(fileOf(c, volume))
          if (isDone && c.engine.read(tx => tx.volumes.get(volume)?.state) === 'creating') giveUp(volume)
          return context.transact(work)
        },
      }
      await fillVolume(meddling, volume)
    }
    await survive(
      fillAndGiveUp,
      () => newVolume(snapshot),
      volume => {
        const state = c.engine.read(tx => tx.volumes.get(volume)?.state)
        assert.ok(state === 'deleted' || state === 'available')
        assert.equal(existsSync(fileOf(c, volume)), state === 'available')
      },
    )
  })

  it('a volume that is given up before it is filled is not, though its snapshot is gone', async () => {
    const snapshot = await haveSnapshotOf(c, 'bytes')
    const volume = await newVolume(snapshot)
    const { context } = dying(1000, 'before')
    let count = 0
    const meddling: JobContext = {
      ...context,
      transact: work => {
        if (count++ === 1) {
          c.engine.write(tx => beginDelete(tx, tx.volumes.must(volume)))
          c.engine.write(tx => {
            for (const block of [...tx.blocks.scan()]) tx.blocks.delete(block.hash)
          })
        }
        return context.transact(work)
      },
    }
    await fillVolume(meddling, volume)
    assert.deepEqual(
      readdirSync(join(c.home, 'volumes')).filter(name => name.startsWith(volume)),
      [],
    )
  })

  it('a volume is removed by the next run', async () => {
    await survive(
      removeVolume,
      async () => {
        const volume = await haveVolume(c)
        await c.ec2().send(new DeleteVolumeCommand({ VolumeId: volume }))
        return volume
      },
      volume => assert.equal(existsSync(fileOf(c, volume)), false),
    )
  })

  it('a volume grows in the next run', async () => {
    await survive(
      growVolume,
      async () => {
        const volume = await haveVolume(c)
        await c.ec2().send(new ModifyVolumeCommand({ VolumeId: volume, Size: 2 }))
        return volume
      },
      async volume => {
        assert.equal((await volumeOf(c, volume)).Size, 2)
        assert.equal(statSync(fileOf(c, volume)).size, 2 ** 31)
      },
    )
  })

  it('a volume is shown and hidden by the next run', async () => {
    haveInstance(c, { id: 'i-00000001' })
    const devices = join(c.home, 'nodes', 'PARTI00', 'work', c.accountId, 'i-00000001', 'dev')
    const volume = await haveVolume(c)
    const detach = () => c.ec2().send(new DetachVolumeCommand({ VolumeId: volume }))
    await survive(
      showVolume,
      async () => {
        await attach(c, volume)
        return volume
      },
      async () => {
        assert.equal((await volumeOf(c, volume)).Attachments?.[0]?.State, 'attached')
        assert.deepEqual(readdirSync(devices), ['sdf'])
        await detach()
        await c.settle()
      },
    )
    await survive(
      hideVolume,
      async () => {
        await attach(c, volume)
        await c.settle()
        await detach()
        return volume
      },
      async () => {
        assert.equal((await volumeOf(c, volume)).State, 'available')
        assert.deepEqual(readdirSync(devices), [])
      },
    )
  })

  it('a volume that is detached while it is shown leaves no link', async () => {
    haveInstance(c, { id: 'i-00000001' })
    const volume = await haveVolume(c)
    await attach(c, volume)
    const { context } = dying(1000, 'before')
    let count = 0
    const meddling: JobContext = {
      ...context,
      transact: work => {
        // The link is made between the first transaction and the second.
        if (count++ === 1) {
          const { attachment: _, ...rest } = c.engine.read(tx => tx.volumes.must(volume))
          c.engine.write(tx => tx.volumes.put(rest))
        }
        return context.transact(work)
      },
    }
    await showVolume(meddling, volume)
    await c.settle()
    assertNoOrphans(c.engine, c.home)
  })

  /** Die while a volume is taken that has so many places with data, of five different blocks. */
  const surviveTaking = async (places: number, step: number) => {
    const volume = await haveVolume(c)
    const data = noise(5)
    for (let at = 0; at < places; at += 5) writeAt(fileOf(c, volume), at * blockBytes, data)
    const check = async (snapshot: string) => {
      assert.equal((await snapshotOf(c, snapshot)).State, 'completed')
      const kept = c.engine.read(tx => [...tx.blocks.scan()].length)
      const placed = c.engine.read(tx => [...tx.snapshotBlocks.scan({ under: [snapshot] })].length)
      assert.deepEqual([kept, placed], [5, places])
      await removeSnapshot(snapshot)
      await c.settle()
      assert.ok(c.engine.read(tx => tx.blocks.first() === undefined))
    }
    await survive(takeSnapshot, () => newSnapshot(volume), check, step)
  }

  it('a snapshot is taken by the next run', () => surviveTaking(10, 1))

  it('a snapshot of more places than are recorded at once is taken by the next run', () =>
    surviveTaking(140, 6))

  it('a snapshot is copied and discarded by the next run', async () => {
    const source = await haveSnapshotOf(c, 'bytes')
    const copy = async () => {
      const { SnapshotId = '' } = await c
        .ec2()
        .send(new CopySnapshotCommand({ SourceRegion: 'eucalyptus', SourceSnapshotId: source }))
      return SnapshotId
    }
    await survive(copySnapshotBlocks, copy, async snapshot => {
      assert.equal((await snapshotOf(c, snapshot)).State, 'completed')
      await removeSnapshot(snapshot)
      await c.settle()
    })
    const volume = await haveVolume(c)
    await survive(
      discardSnapshot,
      async () => {
        writeAt(fileOf(c, volume), 0, noise(3))
        const snapshot = await haveSnapshot(c, volume)
        await removeSnapshot(snapshot)
        return snapshot
      },
      () =>
        assert.equal(
          c.engine.read(tx => [...tx.blocks.scan()].length),
          1,
        ),
    )
    await removeVolumeNow(volume)
    assertNoOrphans(c.engine, c.home)
  })
})
