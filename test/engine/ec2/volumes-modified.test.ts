// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { rmSync, statSync } from 'node:fs'
import {
  CreateVolumeCommand,
  DescribeVolumesModificationsCommand,
  ModifyVolumeCommand,
  type ModifyVolumeCommandInput,
} from '@aws-sdk/client-ec2'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { refused } from './expect'
import { haveInstance } from './instance'
import { attach, fileOf, haveSnapshotOf, haveVolume, readAt, volumeOf, writeAt } from './volume'

const gib = 2 ** 30

describe('modifying volumes', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
  })
  afterEach(() => c.close())

  const modify = (VolumeId: string, input: Partial<ModifyVolumeCommandInput>, who: Clients = c) =>
    who.ec2().send(new ModifyVolumeCommand({ VolumeId, ...input }))
  const modifications = async (Name?: string, ...Values: string[]) => {
    const Filters = Name ? [{ Name, Values }] : undefined
    const answer = await c.ec2().send(new DescribeVolumesModificationsCommand({ Filters }))
    return answer.VolumesModifications ?? []
  }

  it('a volume grows, also while it is in use, and keeps its bytes', async () => {
    haveInstance(c, { id: 'i-00000001' })
    const volume = await haveVolume(c)
    writeAt(fileOf(c, volume), gib - 4, 'last')
    await attach(c, volume)
    await c.settle()
    const { VolumeModification: asked } = await modify(volume, { Size: 3 })
    assert.deepEqual(
      [asked?.ModificationState, asked?.OriginalSize, asked?.TargetSize, asked?.Progress],
      ['modifying', 1, 3, 0],
    )
    assert.equal((await volumeOf(c, volume)).Size, 1)
    await c.settle()
    assert.equal((await volumeOf(c, volume)).Size, 3)
    assert.equal(statSync(fileOf(c, volume)).size, 3 * gib)
    assert.equal(readAt(fileOf(c, volume), gib - 4, 5), 'last\0')
    const [done] = await modifications()
    assert.deepEqual([done?.ModificationState, done?.Progress], ['completed', 100])
    assert.equal(done?.EndTime?.getTime(), c.clock.now())
  })

  it('its type and what it is to do change by name', async () => {
    const volume = await haveVolume(c)
    await modify(volume, { VolumeType: 'gp3', Throughput: 200 })
    await c.settle()
    const made = await volumeOf(c, volume)
    assert.deepEqual([made.VolumeType, made.Iops, made.Throughput], ['gp3', 3000, 200])
    await modify(volume, { Iops: 5000 })
    await c.settle()
    const faster = await volumeOf(c, volume)
    assert.deepEqual([faster.VolumeType, faster.Iops, faster.Throughput], ['gp3', 5000, 200])
    await modify(volume, { VolumeType: 'standard' })
    await c.settle()
    const plain = await volumeOf(c, volume)
    assert.deepEqual([plain.VolumeType, plain.Iops, plain.Throughput], ['standard', undefined, undefined])
    await refused(modify(volume, { Iops: 5000 }), 'InvalidParameterCombination')
    await refused(modify(volume, { VolumeType: 'floppy' as 'gp2' }), 'InvalidParameterValue')
    await refused(modify(volume, { VolumeType: 'io1' }), 'MissingParameter')
  })

  it('a volume never shrinks, and keeps within the limits', async () => {
    const volume = await haveVolume(c, { Size: 2 })
    await refused(
      modify(volume, { Size: 1 }),
      'InvalidParameterValue',
      'New size cannot be smaller than existing size',
    )
    await refused(modify(volume, { Size: 101 }), 'VolumeLimitExceeded')
    for (let n = 0; n < 4; n++) await haveVolume(c, { Size: 100 })
    await refused(modify(volume, { Size: 101 }), 'VolumeLimitExceeded')
    await modify(volume, { Size: 100 })
  })

  it('what a volume is about to have is taken', async () => {
    const volumes = [await haveVolume(c, { Size: 50 }), await haveVolume(c, { Size: 50 })]
    for (let n = 0; n < 4; n++) await haveVolume(c, { Size: 80 })
    await modify(volumes[0] ?? '', { Size: 100 })
    await refused(modify(volumes[1] ?? '', { Size: 100 }), 'VolumeLimitExceeded')
    await modify(volumes[1] ?? '', { Size: 80 })
  })

  it('there is something to modify, and it is available', async () => {
    const volume = await haveVolume(c)
    await refused(modify(volume, {}), 'InvalidParameterCombination')
    await refused(modify(volume, { MultiAttachEnabled: true }), 'UnsupportedOperation')
    await refused(modify('vol-00000000', { Size: 2 }), 'InvalidVolume.NotFound')
    await refused(modify('data', { Size: 2 }), 'InvalidParameterValue')
    const snapshot = await haveSnapshotOf(c, 'bytes')
    const { VolumeId = '' } = await c
      .ec2()
      .send(new CreateVolumeCommand({ AvailabilityZone: 'PARTI00', SnapshotId: snapshot }))
    await refused(modify(VolumeId, { Size: 2 }), 'IncorrectState')
    await c.settle()
    await modify(VolumeId, { Size: 2 })
    await refused(modify(VolumeId, { Size: 3 }), 'IncorrectModificationState')
    const alice = await c.account('alice')
    await refused(modify(volume, { Size: 2 }, alice), 'InvalidVolume.NotFound')
  })

  it('a file that cannot grow leaves the volume as it was, and says why', async () => {
    const volume = await haveVolume(c)
    await modify(volume, { Size: 2 })
    rmSync(fileOf(c, volume))
    await c.settle()
    const [failed] = await modifications()
    assert.deepEqual([failed?.ModificationState, failed?.TargetSize], ['failed', 2])
    assert.match(failed?.StatusMessage ?? '', /no such file/)
    assert.equal((await volumeOf(c, volume)).Size, 1)
  })

  it('modifications are found by every filter', async () => {
    const volume = await haveVolume(c, { VolumeType: 'io1', Iops: 100 })
    await haveVolume(c)
    await modify(volume, { Size: 2, VolumeType: 'io2', Iops: 200 })
    await c.settle()
    for (const [name, value] of [
      ['modification-state', 'completed'],
      ['original-iops', '100'],
      ['original-multi-attach-enabled', 'false'],
      ['original-size', '1'],
      ['original-volume-type', 'io1'],
      ['originalMultiAttachEnabled', 'false'],
      ['start-time', new Date(c.clock.now()).toISOString()],
      ['target-iops', '200'],
      ['target-multi-attach-enabled', 'false'],
      ['target-size', '2'],
      ['target-volume-type', 'io2'],
      ['targetMultiAttachEnabled', 'false'],
      ['volume-id', volume],
    ] as const) {
      assert.deepEqual(
        (await modifications(name, value)).map(({ VolumeId }) => VolumeId),
        [volume],
        name,
      )
      assert.deepEqual(await modifications(name, 'none'), [], name)
    }
    await refused(modifications('colour', 'red'), 'InvalidParameterValue')
  })

  it('a volume that was never modified has no modification', async () => {
    const volume = await haveVolume(c)
    assert.deepEqual(await modifications(), [])
    await refused(
      c.ec2().send(new DescribeVolumesModificationsCommand({ VolumeIds: [volume] })),
      'InvalidVolumeModification.NotFound',
    )
  })
})
