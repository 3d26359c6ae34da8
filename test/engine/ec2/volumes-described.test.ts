// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  CreateTagsCommand,
  DeleteVolumeCommand,
  DescribeVolumeAttributeCommand,
  DescribeVolumeStatusCommand,
  DescribeVolumesCommand,
  type DescribeVolumesCommandInput,
  EnableVolumeIOCommand,
  ModifyVolumeAttributeCommand,
} from '@aws-sdk/client-ec2'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { ask } from './answer'
import { refused } from './expect'
import { haveInstance } from './instance'
import { attach, haveSnapshot, haveVolume } from './volume'

const instance = 'i-00000001'

describe('describing volumes', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
  })
  afterEach(() => c.close())

  const list = async (input: DescribeVolumesCommandInput = {}, who: Clients = c) => {
    const { Volumes = [] } = await who.ec2().send(new DescribeVolumesCommand(input))
    return Volumes.map(({ VolumeId }) => VolumeId)
  }
  const having = (Name: string, ...Values: string[]) => list({ Filters: [{ Name, Values }] })

  it('an account sees its own volumes; a cloud administrator others by id, and all of them as `verbose`', async () => {
    const alice = await c.account('alice')
    const mine = await haveVolume(c)
    const hers = await haveVolume(c, {}, alice)
    assert.deepEqual(await list(), [mine])
    assert.deepEqual(await list({}, alice), [hers])
    assert.deepEqual(await list({ VolumeIds: [hers] }), [hers])
    assert.deepEqual((await list({ VolumeIds: ['verbose'] })).sort(), [mine, hers].sort())
    await refused(list({ VolumeIds: [mine] }, alice), 'InvalidVolume.NotFound')
    await refused(list({ VolumeIds: ['verbose'] }, alice), 'InvalidParameterValue')
  })

  it('all that are asked for must be there', async () => {
    const volume = await haveVolume(c)
    assert.deepEqual(await list({ VolumeIds: [volume, volume.toUpperCase()] }), [volume])
    await refused(
      list({ VolumeIds: [volume, 'vol-00000000'] }),
      'InvalidVolume.NotFound',
      "The volume 'vol-00000000' does not exist.",
    )
    await refused(
      list({ VolumeIds: ['vol-00000000', 'vol-00000001'] }),
      'InvalidVolume.NotFound',
      "The volumes 'vol-00000000, vol-00000001' do not exist.",
    )
    await refused(
      list({ VolumeIds: ['data'] }),
      'InvalidParameterValue',
      "Value (data) for parameter volumes is invalid. Expected: 'vol-...'.",
    )
  })

  it('every filter finds what it names, and nothing else', async () => {
    haveInstance(c, { id: instance })
    const plain = await haveVolume(c, { Size: 2, AvailabilityZone: 'PARTI01' })
    const snapshot = await haveSnapshot(c, plain)
    await c.pass(60)
    const made = await haveVolume(c, { SnapshotId: snapshot, Size: 3, VolumeType: 'io1', Iops: 100 })
    await attach(c, made)
    await c.settle()
    await c.ec2().send(new CreateTagsCommand({ Resources: [made], Tags: [{ Key: 'Name', Value: 'data' }] }))
    const time = new Date(c.clock.now()).toISOString()
    const found: readonly (readonly [string, string])[] = [
      ['attachment.attach-time', time],
      ['attachment.delete-on-termination', 'false'],
      ['attachment.device', '/dev/sdf'],
      ['attachment.instance-id', instance],
      ['attachment.status', 'attached'],
      ['availability-zone', 'PARTI00'],
      ['availability-zone-id', 'PARTI00'],
      ['create-time', time],
      ['size', '3'],
      ['snapshot-id', snapshot],
      ['status', 'in-use'],
      ['tag:Name', 'data'],
      ['tag-key', 'Name'],
      ['tag-value', 'data'],
      ['volume-id', made],
      ['volume-type', 'io1'],
    ]
    for (const [name, value] of found) assert.deepEqual(await having(name, value), [made], name)
    for (const name of ['encrypted', 'fast-restored', 'multi-attach-enabled', 'operator.managed']) {
      assert.deepEqual((await having(name, 'false')).length, 2, name)
      assert.deepEqual(await having(name, 'true'), [], name)
    }
    for (const name of ['operator.principal', 'source-volume-id']) {
      assert.deepEqual(await having(name, '*'), [], name)
    }
    assert.deepEqual(await having('status', 'available'), [plain])
    await refused(having('colour', 'red'), 'InvalidParameterValue', "The filter 'colour' is invalid")
  })

  it('a list comes in pages', async () => {
    const volumes: string[] = []
    for (let n = 0; n < 7; n++) volumes.push(await haveVolume(c))
    const first = await c.ec2().send(new DescribeVolumesCommand({ MaxResults: 5 }))
    const second = await c
      .ec2()
      .send(new DescribeVolumesCommand({ MaxResults: 5, NextToken: first.NextToken }))
    const ids = [...(first.Volumes ?? []), ...(second.Volumes ?? [])].map(({ VolumeId }) => VolumeId)
    assert.deepEqual([ids, second.NextToken], [volumes.sort(), undefined])
    await refused(list({ MaxResults: 4 }), 'InvalidParameterValue')
    await refused(list({ MaxResults: 5, VolumeIds: [volumes[0] ?? ''] }), 'InvalidParameterCombination')
    await refused(list({ NextToken: 'x' }), 'InvalidNextToken')
  })

  it('a volume of no snapshot says so with an empty element', async () => {
    await haveVolume(c)
    const { text } = await ask(c, { Action: 'DescribeVolumes', Version: '2014-02-01' })
    assert.match(text, /<snapshotId\s*\/>|<snapshotId><\/snapshotId>/)
    assert.match(text, /<status>available<\/status>/)
    assert.match(text, /<attachmentSet\s*\/>/)
  })

  describe('attributes', () => {
    const attribute = (VolumeId: string, Attribute: string, who: Clients = c) =>
      who.ec2().send(new DescribeVolumeAttributeCommand({ VolumeId, Attribute: Attribute as never }))
    const modify = (VolumeId: string, Value: boolean | undefined, who: Clients = c) =>
      who.ec2().send(new ModifyVolumeAttributeCommand({ VolumeId, AutoEnableIO: { Value } }))

    it('input and output are enabled by themselves when that was asked for', async () => {
      const volume = await haveVolume(c)
      assert.deepEqual((await attribute(volume, 'autoEnableIO')).AutoEnableIO, { Value: false })
      await modify(volume, true)
      const { VolumeId, AutoEnableIO } = await attribute(volume, 'autoEnableIO')
      assert.deepEqual({ VolumeId, AutoEnableIO }, { VolumeId: volume, AutoEnableIO: { Value: true } })
      await modify(volume, false)
      assert.deepEqual((await attribute(volume, 'autoEnableIO')).AutoEnableIO, { Value: false })
    })

    it('a volume has no product codes, and no other attributes', async () => {
      const volume = await haveVolume(c)
      assert.deepEqual((await attribute(volume, 'productCodes')).ProductCodes, [])
      await refused(attribute(volume, 'colour'), 'InvalidParameterValue')
      await refused(attribute(volume, 'constructor'), 'InvalidParameterValue')
      const modifyNothing = c.ec2().send(new ModifyVolumeAttributeCommand({ VolumeId: volume }))
      await refused(modifyNothing, 'InvalidParameterCombination')
    })

    it('attributes are for the owner only', async () => {
      const alice = await c.account('alice')
      const volume = await haveVolume(c)
      await refused(attribute(volume, 'autoEnableIO', alice), 'InvalidVolume.NotFound')
      await refused(modify(volume, true, alice), 'InvalidVolume.NotFound')
      await refused(
        alice.ec2().send(new EnableVolumeIOCommand({ VolumeId: volume })),
        'InvalidVolume.NotFound',
      )
      await refused(attribute('vol-00000000', 'autoEnableIO'), 'InvalidVolume.NotFound')
      await refused(attribute('data', 'autoEnableIO'), 'InvalidParameterValue')
    })

    it('input and output can be enabled, though they always are', async () => {
      const volume = await haveVolume(c)
      await c.ec2().send(new EnableVolumeIOCommand({ VolumeId: volume }))
      await c.ec2().send(new DeleteVolumeCommand({ VolumeId: volume }))
      await refused(c.ec2().send(new EnableVolumeIOCommand({ VolumeId: volume })), 'IncorrectState')
    })
  })

  describe('status', () => {
    const statuses = async (Name?: string, ...Values: string[]) => {
      const Filters = Name ? [{ Name, Values }] : undefined
      const { VolumeStatuses = [] } = await c.ec2().send(new DescribeVolumeStatusCommand({ Filters }))
      return VolumeStatuses
    }

    it('a volume that is there is ok, one that failed is impaired, one that is gone has none', async () => {
      haveInstance(c, { id: instance })
      const volume = await haveVolume(c)
      await attach(c, volume)
      const deleted = await haveVolume(c)
      await c.ec2().send(new DeleteVolumeCommand({ VolumeId: deleted }))
      const failed = await haveVolume(c)
      c.engine.write(tx => tx.volumes.put({ ...tx.volumes.must(failed), state: 'error' }))
      const found = await statuses()
      assert.deepEqual(
        found.map(({ VolumeId, VolumeStatus }) => [VolumeId, VolumeStatus?.Status]).sort(),
        [
          [volume, 'ok'],
          [failed, 'impaired'],
        ].sort(),
      )
      const ok = found.find(({ VolumeId }) => VolumeId === volume)
      assert.deepEqual(ok?.VolumeStatus?.Details, [
        { Name: 'io-enabled', Status: 'passed' },
        { Name: 'io-performance', Status: 'not-applicable' },
      ])
      assert.equal(ok?.AttachmentStatuses?.[0]?.InstanceId, instance)
      assert.deepEqual([ok?.Events, ok?.Actions], [[], []])
    })

    it('every filter of theirs is known', async () => {
      const volume = await haveVolume(c)
      const ids = async (name: string, value: string) =>
        (await statuses(name, value)).map(({ VolumeId }) => VolumeId)
      for (const [name, value] of [
        ['availability-zone', 'PARTI00'],
        ['availability-zone-id', 'PARTI00'],
        ['operator.managed', 'false'],
        ['volume-status.details-name', 'io-enabled'],
        ['volume-status.details-status', 'passed'],
        ['volume-status.status', 'ok'],
      ] as const) {
        assert.deepEqual(await ids(name, value), [volume], name)
        assert.deepEqual(await ids(name, 'none'), [], name)
      }
      for (const name of [
        ...['action.code', 'action.description', 'action.event-id', 'event.description', 'event.event-id'],
        ...['event.event-type', 'event.not-after', 'event.not-before', 'operator.principal'],
      ]) {
        assert.deepEqual(await ids(name, '*'), [], name)
      }
      await refused(statuses('colour', 'red'), 'InvalidParameterValue')
    })
  })
})
