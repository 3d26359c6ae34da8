// SPDX-License-Identifier: BSD-2-Clause
// Jobs on snapshots that die: before or after any of their transactions, and are run again.
import assert from 'node:assert/strict'
import { createCipheriv } from 'node:crypto'
import {
  CopySnapshotCommand,
  CreateSnapshotCommand,
  DeleteSnapshotCommand,
  DeleteVolumeCommand,
} from '@aws-sdk/client-ec2'
import { blockBytes } from '../../../src/engine/bytes/blocks'
import { copySnapshotBlocks } from '../../../src/engine/node/snapshot-copying'
import { captureSnapshot, discardSnapshot, takeSnapshot } from '../../../src/engine/node/snapshot-taking'
import { type Cloud, cloud } from '../../support/cloud'
import { assertNoOrphans } from '../../support/orphans'
import {
  fileOf,
  haveSnapshot,
  haveSnapshotOf,
  haveVolume,
  readAt,
  snapshotOf,
  uncapturedSnapshot,
  writeAt,
} from '../ec2/volume'
import { survive } from './dying'

const noise = (blocks: number): Buffer =>
  createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16)).update(Buffer.alloc(blocks * blockBytes))

describe('jobs on snapshots', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
  })
  afterEach(() => c.close())

  const removeSnapshot = (SnapshotId: string) => c.ec2().send(new DeleteSnapshotCommand({ SnapshotId }))
  const removeVolumeNow = async (id: string) => {
    await c.ec2().send(new DeleteVolumeCommand({ VolumeId: id }))
    await c.pass(120)
  }

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
    const newSnapshot = async () => uncapturedSnapshot(c, volume)
    await survive(c, takeSnapshot, newSnapshot, check, step)
    await survive(c, captureSnapshot, newSnapshot, check, step)
  }

  it('a snapshot has nothing of what was written once the call was answered', async () => {
    const volume = await haveVolume(c)
    writeAt(fileOf(c, volume), 0, 'before')
    const { SnapshotId = '', State } = await c.ec2().send(new CreateSnapshotCommand({ VolumeId: volume }))
    assert.equal(State, 'pending')
    writeAt(fileOf(c, volume), 0, 'after ')
    await c.settle()
    const copy = await haveVolume(c, { SnapshotId })
    assert.equal(readAt(fileOf(c, copy), 0, 6), 'before')
  })

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
    await survive(c, copySnapshotBlocks, copy, async snapshot => {
      assert.equal((await snapshotOf(c, snapshot)).State, 'completed')
      await removeSnapshot(snapshot)
      await c.settle()
    })
    const volume = await haveVolume(c)
    await survive(
      c,
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
