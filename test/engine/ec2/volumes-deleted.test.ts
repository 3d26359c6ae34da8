// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, renameSync, rmdirSync, rmSync } from 'node:fs'
import {
  CreateSnapshotCommand,
  CreateVolumeCommand,
  type CreateVolumeCommandInput,
  DeleteVolumeCommand,
  DescribeTagsCommand,
} from '@aws-sdk/client-ec2'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { endTidy } from '../../support/orphans'
import { refused } from './expect'
import { haveInstance } from './instance'
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
} from './volume'

describe('deleting volumes', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
  })
  afterEach(() => endTidy(c))

  const create = (input: Partial<CreateVolumeCommandInput>) =>
    c.ec2().send(new CreateVolumeCommand({ AvailabilityZone: 'PARTI00', ...input }))
  const remove = (VolumeId: string, who: Clients = c) => who.ec2().send(new DeleteVolumeCommand({ VolumeId }))

  it('a volume is deleting, then deleted for a minute, then gone, and so are its file and tags', async () => {
    const tags = [{ Key: 'Name', Value: 'data' }]
    const volume = await haveVolume(c, { TagSpecifications: [{ ResourceType: 'volume', Tags: tags }] })
    await remove(volume)
    assert.equal((await volumeOf(c, volume)).State, 'deleting')
    await c.settle()
    assert.equal((await volumeOf(c, volume)).State, 'deleted')
    assert.equal(existsSync(fileOf(c, volume)), false)
    await c.pass(59)
    assert.equal((await volumeOf(c, volume)).State, 'deleted')
    await c.pass(1)
    await refused(volumeOf(c, volume), 'InvalidVolume.NotFound')
    assert.deepEqual((await c.ec2().send(new DescribeTagsCommand({}))).Tags, [])
  })

  it('what is being deleted may be deleted again, and a deleted volume goes at once', async () => {
    const volume = await haveVolume(c)
    await remove(volume)
    await remove(volume)
    await c.settle()
    await remove(volume)
    await refused(volumeOf(c, volume), 'InvalidVolume.NotFound')
  })

  it('a file that cannot be removed is tried again when the volume is deleted again', async () => {
    const volume = await haveVolume(c)
    const file = fileOf(c, volume)
    rmSync(file)
    mkdirSync(file)
    await remove(volume)
    await c.pass(60)
    assert.equal((await volumeOf(c, volume)).State, 'deleting')
    assert.equal(c.bugs.splice(0).length, 5)
    rmdirSync(file)
    await remove(volume)
    await c.settle()
    assert.equal((await volumeOf(c, volume)).State, 'deleted')
  })

  it('a volume must be there and be named rightly', async () => {
    await refused(
      remove('vol-00000000'),
      'InvalidVolume.NotFound',
      "The volume 'vol-00000000' does not exist.",
    )
    await refused(
      remove('data'),
      'InvalidParameterValue',
      "Value (data) for parameter volume is invalid. Expected: 'vol-...'.",
    )
  })

  it("another account's volume is as unknown as one that never was; a cloud administrator may delete it", async () => {
    const alice = await c.account('alice')
    const bob = await c.account('bob')
    const volume = await haveVolume(c, {}, alice)
    await refused(remove(volume, bob), 'InvalidVolume.NotFound')
    await remove(volume.toUpperCase())
  })

  it('a volume that is attached stays', async () => {
    haveInstance(c, { id: 'i-00000001' })
    const volume = await haveVolume(c)
    await attach(c, volume)
    const message = 'Volume is currently attached to: i-00000001'
    await refused(remove(volume), 'VolumeInUse', message)
    await c.settle()
    await refused(remove(volume), 'VolumeInUse', message)
  })

  it('a volume that is still being made stays', async () => {
    const { VolumeId = '' } = await create({ Size: 1 })
    await refused(remove(VolumeId), 'IncorrectState', /^Delete volume request failed because of: /)
  })

  it('a volume that failed goes at once', async () => {
    const snapshot = await haveSnapshotOf(c, 'bytes')
    const { VolumeId = '' } = await create({ SnapshotId: snapshot })
    const blob = c.engine.read(tx => [...tx.blocks.scan()][0]?.blob ?? '')
    const path = c.engine.around.blobs.path(blob)
    // A block that cannot be read.
    renameSync(path, `${path}.aside`)
    await c.settle()
    renameSync(`${path}.aside`, path)
    assert.equal((await volumeOf(c, VolumeId)).State, 'error')
    await remove(VolumeId)
    await refused(volumeOf(c, VolumeId), 'InvalidVolume.NotFound')
  })

  it('snapshots outlive their volume, also one that is still being taken', async () => {
    const volume = await haveVolume(c)
    writeAt(fileOf(c, volume), 0, 'kept')
    const first = await haveSnapshot(c, volume)
    writeAt(fileOf(c, volume), 0, 'last')
    const { SnapshotId = '' } = await c.ec2().send(new CreateSnapshotCommand({ VolumeId: volume }))
    await remove(volume)
    await c.settle()
    assert.equal((await volumeOf(c, volume)).State, 'deleted')
    for (const [snapshot, text] of [
      [first, 'kept'],
      [SnapshotId, 'last'],
    ] as const) {
      assert.equal((await snapshotOf(c, snapshot)).State, 'completed')
      assert.equal(readAt(fileOf(c, await haveVolume(c, { SnapshotId: snapshot })), 0, 4), text)
    }
  })
})
