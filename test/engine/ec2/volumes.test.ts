// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { appendFileSync, existsSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  CreateSnapshotCommand,
  CreateVolumeCommand,
  type CreateVolumeCommandInput,
  DeleteVolumeCommand,
  DescribeTagsCommand,
  DescribeVolumesCommand,
  ModifySnapshotAttributeCommand,
} from '@aws-sdk/client-ec2'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { endTidy } from '../../support/orphans'
import { refused } from './expect'
import {
  fileOf,
  haveSnapshot,
  haveSnapshotOf,
  haveVolume,
  readAt,
  snapshotOf,
  volumeOf,
  writeAt,
} from './volume'

const gib = 2 ** 30

describe('creating volumes', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
  })
  afterEach(() => endTidy(c))

  const create = (input: Partial<CreateVolumeCommandInput>, who: Clients = c) =>
    who.ec2().send(new CreateVolumeCommand({ AvailabilityZone: 'PARTI00', ...input }))
  const remove = (VolumeId: string, who: Clients = c) => who.ec2().send(new DeleteVolumeCommand({ VolumeId }))

  describe('CreateVolume', () => {
    it('a volume is creating, then available: a sparse file of its size', async () => {
      const made = await create({ Size: 2 })
      const { VolumeId = '', State, Size, VolumeType, SnapshotId, Attachments, CreateTime } = made
      assert.match(VolumeId, /^vol-[0-9a-f]{8}$/)
      assert.deepEqual(
        { State, Size, VolumeType, SnapshotId, Attachments },
        { State: 'creating', Size: 2, VolumeType: 'standard', SnapshotId: '', Attachments: [] },
      )
      assert.equal(CreateTime?.getTime(), c.clock.now())
      assert.equal(existsSync(fileOf(c, VolumeId)), false)
      await c.settle()
      assert.equal((await volumeOf(c, VolumeId)).State, 'available')
      const { size, blocks, mode } = statSync(fileOf(c, VolumeId))
      assert.deepEqual([size, blocks, mode & 0o777], [2 * gib, 0, 0o600])
    })

    it('what was written to a volume is in the volume made from its snapshot, which may be larger', async () => {
      const first = await haveVolume(c)
      writeAt(fileOf(c, first), 0, 'begin')
      writeAt(fileOf(c, first), gib - 3, 'end')
      const snapshot = await haveSnapshot(c, first)
      const {
        VolumeId = '',
        Size,
        SnapshotId,
      } = await create({
        SnapshotId: snapshot,
        AvailabilityZone: 'PARTI01',
      })
      const larger = await haveVolume(c, { SnapshotId: snapshot, Size: 3 })
      assert.deepEqual({ Size, SnapshotId }, { Size: 1, SnapshotId: snapshot })
      for (const volume of [VolumeId, larger]) {
        assert.equal(readAt(fileOf(c, volume), 0, 6), 'begin\0')
        assert.equal(readAt(fileOf(c, volume), gib - 3, 3), 'end')
        assert.ok(statSync(fileOf(c, volume)).blocks * 512 <= 2 * 2 ** 20)
      }
      assert.equal(statSync(fileOf(c, larger)).size, 3 * gib)
      assert.equal(readAt(fileOf(c, larger), gib, 1), '\0')
    })

    it('one of size and snapshot is needed', async () => {
      await refused(create({}), 'MissingParameter', 'One of size or snapshotId is required as a parameter.')
    })

    it('a size is more than nothing', async () => {
      for (const Size of [0, -1]) {
        await refused(
          create({ Size }),
          'InvalidParameterValue',
          `Failed to create volume because the parameter size (${Size}) must be greater than zero.`,
        )
      }
    })

    it('a size is no less than that of the snapshot', async () => {
      const snapshot = await haveSnapshot(c, await haveVolume(c, { Size: 2 }))
      await refused(
        create({ SnapshotId: snapshot, Size: 1 }),
        'InvalidParameterValue',
        'Volume size cannot be less than snapshot size',
      )
    })

    it('a snapshot must be there, be named rightly, be readable, and be complete', async () => {
      const alice = await c.account('alice')
      const snapshot = await haveSnapshotOf(c, 'mine')
      await refused(
        create({ SnapshotId: 'snap-00000000' }),
        'InvalidSnapshot.NotFound',
        "The snapshot 'snap-00000000' does not exist.",
      )
      await refused(
        create({ SnapshotId: 'vol-00000000' }),
        'InvalidParameterValue',
        "Value (vol-00000000) for parameter snapshotId is invalid. Expected: 'snap-...'.",
      )
      await refused(create({ SnapshotId: snapshot }, alice), 'UnauthorizedOperation')
      const { SnapshotId = '' } = await c
        .ec2()
        .send(new CreateSnapshotCommand({ VolumeId: await haveVolume(c) }))
      await refused(
        create({ SnapshotId }),
        'IncorrectState',
        `Snapshot ${SnapshotId} is in invalid state - pending`,
      )
      assert.equal((await snapshotOf(c, SnapshotId)).State, 'pending')
    })

    it('a snapshot that is shared or public can be read by others', async () => {
      const alice = await c.account('alice')
      const bob = await c.account('bob')
      const snapshot = await haveSnapshotOf(c, 'ours')
      const share = (permission: { UserId?: string; Group?: 'all' }) =>
        c.ec2().send(
          new ModifySnapshotAttributeCommand({
            SnapshotId: snapshot,
            CreateVolumePermission: { Add: [permission] },
          }),
        )
      await share({ UserId: alice.accountId })
      const hers = await haveVolume(c, { SnapshotId: snapshot }, alice)
      assert.equal(readAt(fileOf(c, hers), 0, 4), 'ours')
      await refused(create({ SnapshotId: snapshot }, bob), 'UnauthorizedOperation')
      await share({ Group: 'all' })
      const his = await haveVolume(c, { SnapshotId: snapshot }, bob)
      assert.equal(readAt(fileOf(c, his), 0, 4), 'ours')
    })

    it('a zone must be named and be there', async () => {
      await refused(
        create({ Size: 1, AvailabilityZone: 'nowhere' }),
        'InvalidZone.NotFound',
        "The zone 'nowhere' does not exist.",
      )
      await refused(create({ Size: 1, AvailabilityZone: undefined }), 'MissingParameter')
      const { AvailabilityZone } = await create({
        Size: 1,
        AvailabilityZone: undefined,
        AvailabilityZoneId: 'parti01',
      })
      assert.equal(AvailabilityZone, 'PARTI01')
    })

    it("AWS' types are accepted with what they are asked for, and others are not", async () => {
      const made = async (input: Partial<CreateVolumeCommandInput>) => {
        const { VolumeType, Iops, Throughput } = await create({ Size: 1, ...input })
        return [VolumeType, Iops, Throughput]
      }
      assert.deepEqual(await made({ VolumeType: 'gp2' }), ['gp2', 100, undefined])
      assert.deepEqual(await made({ VolumeType: 'gp2', Size: 90 }), ['gp2', 270, undefined])
      assert.deepEqual(await made({ VolumeType: 'st1' }), ['st1', undefined, undefined])
      assert.deepEqual(await made({ VolumeType: 'sc1' }), ['sc1', undefined, undefined])
      assert.deepEqual(await made({ VolumeType: 'io1', Iops: 200 }), ['io1', 200, undefined])
      assert.deepEqual(await made({ VolumeType: 'io2', Iops: 100_000 }), ['io2', 100_000, undefined])
      assert.deepEqual(await made({ VolumeType: 'gp3' }), ['gp3', 3000, 125])
      assert.deepEqual(await made({ VolumeType: 'gp3', Iops: 4000, Throughput: 250 }), ['gp3', 4000, 250])
      const fails = (input: Partial<CreateVolumeCommandInput>, code: string) =>
        refused(create({ Size: 1, ...input }), code)
      await fails({ VolumeType: 'floppy' as 'gp2' }, 'InvalidParameterValue')
      await fails({ VolumeType: 'constructor' as 'gp2' }, 'InvalidParameterValue')
      await fails({ VolumeType: 'io1' }, 'MissingParameter')
      await fails({ VolumeType: 'io1', Iops: 99 }, 'InvalidParameterValue')
      await fails({ VolumeType: 'io1', Iops: 64_001 }, 'InvalidParameterValue')
      await fails({ VolumeType: 'standard', Iops: 100 }, 'InvalidParameterCombination')
      await fails({ VolumeType: 'gp2', Throughput: 125 }, 'InvalidParameterCombination')
      await fails({ Iops: 100 }, 'InvalidParameterCombination')
    })

    it('what this cloud cannot do is refused in words', async () => {
      const fails = (input: Partial<CreateVolumeCommandInput>, words: RegExp) =>
        refused(create({ Size: 1, ...input }), 'UnsupportedOperation', words)
      await fails({ Encrypted: true }, /not encrypted/)
      await fails({ Encrypted: true, KmsKeyId: 'key' }, /not encrypted/)
      const alone = 'The parameter KmsKeyId requires the parameter Encrypted to be set.'
      await refused(create({ Size: 1, KmsKeyId: 'key' }), 'InvalidParameterDependency', alone)
      await fails({ MultiAttachEnabled: true, VolumeType: 'io1', Iops: 100 }, /one instance/)
      await fails({ OutpostArn: 'arn' }, /outposts/)
      await fails({ VolumeInitializationRate: 100 }, /initialization/)
      await fails({ Operator: { Principal: 'service' } }, /service providers/)
      assert.equal((await create({ Size: 1, Encrypted: false })).Encrypted, false)
    })

    it('it is tagged as it is made, and with nothing but volumes’ tags', async () => {
      const tags = [{ Key: 'Name', Value: 'data' }]
      const { VolumeId = '', Tags } = await create({
        Size: 1,
        TagSpecifications: [{ ResourceType: 'volume', Tags: tags }],
      })
      assert.deepEqual(Tags, tags)
      const listed = await c.ec2().send(new DescribeTagsCommand({}))
      assert.deepEqual(
        listed.Tags?.map(({ ResourceId, ResourceType }) => [ResourceId, ResourceType]),
        [[VolumeId, 'volume']],
      )
      await refused(
        create({ Size: 1, TagSpecifications: [{ ResourceType: 'instance', Tags: tags }] }),
        'InvalidParameterValue',
      )
    })

    it('a dry run makes nothing, and a token makes one volume only', async () => {
      await refused(create({ Size: 1, DryRun: true }), 'DryRunOperation')
      const first = await create({ Size: 1, ClientToken: 'once' })
      const second = await create({ Size: 1, ClientToken: 'once' })
      assert.equal(first.VolumeId, second.VolumeId)
      await refused(create({ Size: 2, ClientToken: 'once' }), 'IdempotentParameterMismatch')
      const { Volumes } = await c.ec2().send(new DescribeVolumesCommand({}))
      assert.equal(Volumes?.length, 1)
    })
  })

  describe('limits', () => {
    const setLimits = (lines: string) => appendFileSync(join(c.home, 'eucalyptus.conf'), lines)

    it('a volume may have 100 GiB, and those of a zone 500', async () => {
      await refused(create({ Size: 101 }), 'VolumeLimitExceeded', /^Max Volume Size Limit Exceeded/)
      for (let n = 0; n < 5; n++) await haveVolume(c, { Size: 100 })
      await refused(create({ Size: 1 }), 'VolumeLimitExceeded', /^Total Volume Size Limit Exceeded/)
      await haveVolume(c, { Size: 1, AvailabilityZone: 'PARTI01' })
    })

    it('what is deleted makes room', async () => {
      const volumes: string[] = []
      for (let n = 0; n < 5; n++) volumes.push(await haveVolume(c, { Size: 100 }))
      await remove(volumes[0] ?? '')
      await c.settle()
      await haveVolume(c, { Size: 100 })
    })

    it('an operator can have other limits, at once', async () => {
      setLimits('STORAGE_MAX_VOLUME_SIZE_IN_GB="600"\n')
      await refused(create({ Size: 600 }), 'VolumeLimitExceeded', /^Total/)
      setLimits('STORAGE_MAX_TOTAL_VOLUME_SIZE_IN_GB=1000\n')
      await haveVolume(c, { Size: 600 })
      writeFileSync(join(c.home, 'eucalyptus.conf'), 'STORAGE_MAX_VOLUME_SIZE_IN_GB=1\n')
      await refused(create({ Size: 2, AvailabilityZone: 'PARTI01' }), 'VolumeLimitExceeded')
      writeFileSync(join(c.home, 'eucalyptus.conf'), 'STORAGE_MAX_VOLUME_SIZE_IN_GB=0\n')
      await haveVolume(c, { Size: 2, AvailabilityZone: 'PARTI01' })
    })
  })
})
