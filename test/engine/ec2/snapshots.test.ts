// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { appendFileSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import {
  CopySnapshotCommand,
  type CopySnapshotCommandInput,
  CreateSnapshotCommand,
  type CreateSnapshotCommandInput,
  CreateTagsCommand,
  CreateVolumeCommand,
  DeleteSnapshotCommand,
  DeleteVolumeCommand,
  DescribeTagsCommand,
} from '@aws-sdk/client-ec2'
import { crashConsistent } from '../../../src/engine/ec2/volume-life'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { endTidy } from '../../support/orphans'
import { ask } from './answer'
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

const instance = 'i-00000001'

describe('snapshots', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
  })
  afterEach(() => endTidy(c))

  const create = (VolumeId: string, more: Partial<CreateSnapshotCommandInput> = {}, who: Clients = c) =>
    who.ec2().send(new CreateSnapshotCommand({ VolumeId, ...more }))
  const remove = (SnapshotId: string, who: Clients = c) =>
    who.ec2().send(new DeleteSnapshotCommand({ SnapshotId }))
  const blocks = () => c.engine.read(tx => [...tx.blocks.scan()].length)

  describe('CreateSnapshot', () => {
    it('a snapshot is pending at 0%, then completed at 100%', async () => {
      const volume = await haveVolume(c, { Size: 2 })
      const made = await create(volume, { Description: 'before' })
      const { SnapshotId = '', State, Progress, VolumeSize, VolumeId, OwnerId, Description, StartTime } = made
      assert.match(SnapshotId, /^snap-[0-9a-f]{8}$/)
      assert.deepEqual(
        { State, Progress, VolumeSize, VolumeId, OwnerId, Description },
        {
          ...{ State: 'pending', Progress: '0%', VolumeSize: 2, VolumeId: volume, OwnerId: c.accountId },
          Description: 'before',
        },
      )
      assert.equal(StartTime?.getTime(), c.clock.now())
      await c.settle()
      const after = await snapshotOf(c, SnapshotId)
      assert.deepEqual(
        [after.State, after.Progress, after.StateMessage, after.Encrypted, after.StorageTier],
        ['completed', '100%', undefined, false, 'standard'],
      )
      assert.equal(after.CompletionTime?.getTime(), c.clock.now())
    })

    it('it keeps what the volume was, whatever is written afterwards, and only what is new takes room', async () => {
      const volume = await haveVolume(c)
      writeAt(fileOf(c, volume), 0, 'first')
      writeAt(fileOf(c, volume), 2 ** 29, 'middle')
      const first = await haveSnapshot(c, volume)
      assert.equal(blocks(), 2)
      writeAt(fileOf(c, volume), 0, 'again')
      const second = await haveSnapshot(c, volume)
      assert.equal(blocks(), 3)
      assert.equal(readAt(fileOf(c, await haveVolume(c, { SnapshotId: first })), 0, 5), 'first')
      const later = fileOf(c, await haveVolume(c, { SnapshotId: second }))
      assert.deepEqual([readAt(later, 0, 5), readAt(later, 2 ** 29, 6)], ['again', 'middle'])
      await remove(first)
      await c.settle()
      assert.equal(blocks(), 2)
      assert.equal(readAt(fileOf(c, await haveVolume(c, { SnapshotId: second })), 2 ** 29, 6), 'middle')
    })

    it('of a volume that a running instance has, it says that it is crash-consistent', async () => {
      haveInstance(c, { id: instance })
      const volume = await haveVolume(c)
      await attach(c, volume)
      await c.settle()
      assert.equal((await snapshotOf(c, await haveSnapshot(c, volume))).StateMessage, crashConsistent)
      haveInstance(c, { id: instance, state: 'stopped' })
      assert.equal((await snapshotOf(c, await haveSnapshot(c, volume))).StateMessage, undefined)
    })

    it('a volume must be there, and be of the account itself', async () => {
      const alice = await c.account('alice')
      const hers = await haveVolume(c, {}, alice)
      await refused(
        create('vol-00000000'),
        'InvalidVolume.NotFound',
        "The volume 'vol-00000000' does not exist.",
      )
      await refused(create('data'), 'InvalidParameterValue')
      await refused(create(hers), 'InvalidVolume.NotFound')
      await refused(create(await haveVolume(c), {}, alice), 'InvalidVolume.NotFound')
    })

    it('a volume must be ready', async () => {
      const snapshot = await haveSnapshotOf(c, 'bytes')
      const { VolumeId = '' } = await c
        .ec2()
        .send(new CreateVolumeCommand({ AvailabilityZone: 'PARTI00', SnapshotId: snapshot }))
      await refused(create(VolumeId), 'IncorrectState', `Volume ${VolumeId} not yet ready`)
      await c.settle()
      await c.ec2().send(new DeleteVolumeCommand({ VolumeId }))
      await refused(create(VolumeId), 'IncorrectState')
    })

    it('snapshots of 50 GiB are kept, as their volumes count, unless the operator wants more', async () => {
      const volume = await haveVolume(c, { Size: 30 })
      const first = await haveSnapshot(c, volume)
      await refused(create(volume), 'SnapshotLimitExceeded', /^Total Snapshot Size Limit Exceeded/)
      await refused(
        c.ec2().send(new CopySnapshotCommand({ SourceRegion: 'eucalyptus', SourceSnapshotId: first })),
        'SnapshotLimitExceeded',
      )
      appendFileSync(join(c.home, 'eucalyptus.conf'), 'STORAGE_GLOBAL_TOTAL_SNAPSHOT_SIZE_LIMIT_GB="60"\n')
      await haveSnapshot(c, volume)
      await refused(create(volume), 'SnapshotLimitExceeded')
      await remove(first)
      await haveSnapshot(c, volume)
    })

    it('it is tagged as it is made, and its description has an end', async () => {
      const volume = await haveVolume(c)
      const tags = [{ Key: 'Name', Value: 'data' }]
      const made = await create(volume, { TagSpecifications: [{ ResourceType: 'snapshot', Tags: tags }] })
      assert.deepEqual(made.Tags, tags)
      await refused(create(volume, { Description: 'd'.repeat(256) }), 'InvalidParameterValue')
      await refused(create(volume, { OutpostArn: 'arn' }), 'UnsupportedOperation')
      await refused(create(volume, { Location: 'local' }), 'UnsupportedOperation')
      await refused(
        create(volume, { TagSpecifications: [{ ResourceType: 'volume', Tags: tags }] }),
        'InvalidParameterValue',
      )
    })

    it('a snapshot that cannot be taken is an error, says why, and has no blocks', async () => {
      const volume = await haveVolume(c)
      writeAt(fileOf(c, volume), 0, 'bytes')
      truncateSync(fileOf(c, volume), 2 ** 20)
      const { SnapshotId = '' } = await create(volume)
      await c.settle()
      const failed = await snapshotOf(c, SnapshotId)
      assert.deepEqual(
        [failed.State, failed.StateMessage],
        ['error', 'The file of the volume is shorter than the volume'],
      )
      assert.equal(blocks(), 0)
      await refused(
        c.ec2().send(new CopySnapshotCommand({ SourceRegion: 'eucalyptus', SourceSnapshotId: SnapshotId })),
        'IncorrectState',
      )
      await remove(SnapshotId)
      await refused(snapshotOf(c, SnapshotId), 'InvalidSnapshot.NotFound')
      truncateSync(fileOf(c, volume), 2 ** 30)
    })
  })

  describe('DeleteSnapshot', () => {
    it('a snapshot is gone at once, and its blocks and tags go with it', async () => {
      const snapshot = await haveSnapshotOf(c, 'bytes')
      await c.ec2().send(new CreateTagsCommand({ Resources: [snapshot], Tags: [{ Key: 'a', Value: 'b' }] }))
      await remove(snapshot)
      await refused(snapshotOf(c, snapshot), 'InvalidSnapshot.NotFound')
      await c.settle()
      assert.equal(blocks(), 0)
      assert.deepEqual((await c.ec2().send(new DescribeTagsCommand({}))).Tags, [])
      await c.pass(120)
      assert.deepEqual(
        c.engine.read(tx => [...tx.blobs.scan()]),
        [],
      )
    })

    it('a snapshot must be there and be named rightly', async () => {
      await refused(
        remove('snap-00000000'),
        'InvalidSnapshot.NotFound',
        "The snapshot 'snap-00000000' does not exist.",
      )
      await refused(remove('vol-00000000'), 'InvalidParameterValue')
    })

    it('what is still being taken is left alone, which is no error', async () => {
      const volume = await haveVolume(c)
      const { SnapshotId = '' } = await create(volume)
      const { text } = await ask(c, { Action: 'DeleteSnapshot', SnapshotId })
      assert.match(text, /<return>false<\/return>/)
      await c.settle()
      assert.equal((await snapshotOf(c, SnapshotId)).State, 'completed')
      const second = await ask(c, { Action: 'DeleteSnapshot', SnapshotId })
      assert.match(second.text, /<return>true<\/return>/)
    })

    it('what an image is made of stays until the image is deregistered', async () => {
      const snapshot = await haveSnapshotOf(c, 'bytes')
      const image = (state: 'pending' | 'available' | 'deregistered') =>
        c.engine.write(tx =>
          tx.images.put({
            ...{ id: 'emi-00000001', account: c.accountId, name: 'image', location: 'x/image' },
            ...{ kind: 'machine', architecture: 'x86_64', platform: 'linux', rootDeviceType: 'ebs' },
            ...{ isPublic: false, launchAccounts: [], productCodes: [], bytes: 2 ** 30, bundledBytes: 0 },
            mappings: [
              {
                deviceName: '/dev/sda1',
                ebs: { snapshotId: snapshot, sizeGib: 1, deleteOnTermination: true, volumeType: 'standard' },
              },
            ],
            createdAt: tx.now,
            state,
          }),
        )
      image('pending')
      await refused(remove(snapshot), 'InvalidSnapshot.InUse')
      image('available')
      await refused(remove(snapshot), 'InvalidSnapshot.InUse')
      image('deregistered')
      await remove(snapshot)
    })

    it('only the owner and a cloud administrator may delete it', async () => {
      const alice = await c.account('alice')
      const bob = await c.account('bob')
      const snapshot = await haveSnapshotOf(c, 'hers', alice)
      await refused(
        remove(snapshot, bob),
        'UnauthorizedOperation',
        `Not authorized to delete snapshot ${snapshot} by admin`,
      )
      await remove(snapshot)
    })

    it('a volume that is being made from it is made', async () => {
      const snapshot = await haveSnapshotOf(c, 'bytes')
      const { VolumeId = '' } = await c
        .ec2()
        .send(new CreateVolumeCommand({ AvailabilityZone: 'PARTI00', SnapshotId: snapshot }))
      await remove(snapshot)
      await c.pass(10)
      assert.equal((await volumeOf(c, VolumeId)).State, 'available')
      assert.equal(readAt(fileOf(c, VolumeId), 0, 5), 'bytes')
      assert.equal(blocks(), 0)
    })
  })

  describe('CopySnapshot', () => {
    const copy = (SourceSnapshotId: string, more: Partial<CopySnapshotCommandInput> = {}, who: Clients = c) =>
      who.ec2().send(new CopySnapshotCommand({ SourceRegion: 'eucalyptus', SourceSnapshotId, ...more }))

    it('a copy is pending, then completed, has the bytes at no cost, and outlives its source', async () => {
      const source = await haveSnapshotOf(c, 'bytes')
      const tags = [{ Key: 'Name', Value: 'copy' }]
      const { SnapshotId = '', Tags } = await copy(source, {
        TagSpecifications: [{ ResourceType: 'snapshot', Tags: tags }],
      })
      assert.deepEqual(Tags, tags)
      assert.equal((await snapshotOf(c, SnapshotId)).State, 'pending')
      await remove(source)
      await c.pass(10)
      const made = await snapshotOf(c, SnapshotId)
      assert.deepEqual(
        [made.State, made.VolumeId, made.VolumeSize, made.Description],
        ['completed', 'vol-ffffffff', 1, ''],
      )
      assert.equal(blocks(), 1)
      assert.equal(readAt(fileOf(c, await haveVolume(c, { SnapshotId })), 0, 5), 'bytes')
    })

    it('within this region only, and unencrypted', async () => {
      const source = await haveSnapshotOf(c, 'bytes')
      await refused(
        copy(source, { SourceRegion: 'mars' }),
        'InvalidParameterValue',
        'Value (mars) for parameter SourceRegion is invalid.',
      )
      await refused(copy(source, { DestinationRegion: 'mars' }), 'InvalidParameterValue')
      await refused(copy(source, { Encrypted: true }), 'UnsupportedOperation')
      await refused(copy(source, { KmsKeyId: 'key' }), 'UnsupportedOperation')
      await refused(copy(source, { DestinationOutpostArn: 'arn' }), 'UnsupportedOperation')
      await copy(source, { DestinationRegion: 'eucalyptus', Description: 'mine' })
    })

    it('of what is there, complete, and readable', async () => {
      const alice = await c.account('alice')
      const source = await haveSnapshotOf(c, 'bytes')
      await refused(copy('snap-00000000'), 'InvalidSnapshot.NotFound')
      await refused(copy('data'), 'InvalidParameterValue')
      await refused(copy(source, {}, alice), 'UnauthorizedOperation')
      const { SnapshotId = '' } = await create(await haveVolume(c))
      await refused(copy(SnapshotId), 'IncorrectState')
    })
  })
})
