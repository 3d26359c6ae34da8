// SPDX-License-Identifier: BSD-2-Clause
// Jobs on volumes that die: before or after any of their transactions, and are run again.
import assert from 'node:assert/strict'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import {
  CopySnapshotCommand,
  CreateVolumeCommand,
  DeleteVolumeCommand,
  DetachVolumeCommand,
  ModifyVolumeCommand,
} from '@aws-sdk/client-ec2'
import { beginDelete } from '../../../src/engine/ec2/volume-life'
import { copySnapshotBlocks } from '../../../src/engine/node/snapshot-copying'
import { takeSnapshot } from '../../../src/engine/node/snapshot-taking'
import {
  fillVolume,
  growVolume,
  hideVolume,
  removeVolume,
  showVolume,
} from '../../../src/engine/node/volume-disks'
import type { JobContext } from '../../../src/engine/operation'
import { type Cloud, cloud } from '../../support/cloud'
import { assertNoOrphans } from '../../support/orphans'
import { haveInstance } from '../ec2/instance'
import {
  attach,
  fileOf,
  haveSnapshotOf,
  haveVolume,
  readAt,
  snapshotOf,
  uncapturedSnapshot,
  volumeOf,
  writeAt,
} from '../ec2/volume'
import { dying, type Job, survive } from './dying'

describe('jobs on volumes', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
  })
  afterEach(() => c.close())

  const newVolume = async (SnapshotId: string): Promise<string> => {
    const { VolumeId = '' } = await c
      .ec2()
      .send(new CreateVolumeCommand({ AvailabilityZone: 'PARTI00', SnapshotId }))
    return VolumeId
  }

  it('a fault of our own is an error at once, not a wait without end', async () => {
    const faulty = (count: number): JobContext => {
      const { context } = dying(c, 1000, 'before')
      let left = count
      return {
        ...context,
        transact: work => {
          if (left-- === 0) throw new Error('a bug')
          return context.transact(work)
        },
      }
    }
    const snapshot = await haveSnapshotOf(c, 'bytes')
    const volume = await newVolume(snapshot)
    await assert.rejects(fillVolume(faulty(1), volume), /a bug/)
    assert.equal((await volumeOf(c, volume)).State, 'error')
    const source = await haveVolume(c)
    writeAt(fileOf(c, source), 0, 'bytes')
    const taken = uncapturedSnapshot(c, source)
    await assert.rejects(takeSnapshot(faulty(2), taken), /a bug/)
    const { State, StateMessage } = await snapshotOf(c, taken)
    assert.deepEqual([State, StateMessage], ['error', 'internal error'])
    const { SnapshotId: copy = '' } = await c
      .ec2()
      .send(new CopySnapshotCommand({ SourceRegion: 'eucalyptus', SourceSnapshotId: snapshot }))
    await assert.rejects(copySnapshotBlocks(faulty(0), copy), /a bug/)
    assert.equal((await snapshotOf(c, copy)).State, 'error')
    await c.settle()
    assertNoOrphans(c.engine, c.home)
  })

  it('a volume is filled by the next run', async () => {
    const snapshot = await haveSnapshotOf(c, 'bytes')
    await survive(
      c,
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
      c,
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
    const { context } = dying(c, 1000, 'before')
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
      c,
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
      c,
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
      c,
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
      c,
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
    const { context } = dying(c, 1000, 'before')
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
})
