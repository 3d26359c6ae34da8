// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  CreateSnapshotsCommand,
  type CreateSnapshotsRequest,
  CreateTagsCommand,
  type InstanceSpecification,
} from '@aws-sdk/client-ec2'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { endTidy } from '../../support/orphans'
import { haveRootSnapshot, type Machines, machines, registerEbs } from './ebs-machine'
import { refused } from './expect'
import { haveInstance } from './instance'

describe('snapshots of all volumes of an instance', () => {
  let c: Cloud
  let m: Machines
  let id: string
  let volumes: Record<string, string>
  beforeEach(async () => {
    c = await cloud()
    m = machines(c)
    const BlockDeviceMappings = ['/dev/sdb', '/dev/sdc'].map(DeviceName => ({
      DeviceName,
      Ebs: { VolumeSize: 2 },
    }))
    id = await m.running(await registerEbs(c, await haveRootSnapshot(c)), { BlockDeviceMappings })
    volumes = await m.volumesOf(id)
  })
  afterEach(() => endTidy(c, 60))

  type Specification = Partial<InstanceSpecification>
  const create = async (
    more: Partial<CreateSnapshotsRequest> = {},
    of: Specification = {},
    who: Clients = c,
  ) => {
    const InstanceSpecification = { InstanceId: id, ...of }
    const command = new CreateSnapshotsCommand({ InstanceSpecification, ...more })
    return (await who.ec2().send(command)).Snapshots ?? []
  }
  const sourcesOf = async (of: Specification) => (await create({}, of)).map(({ VolumeId }) => VolumeId)

  it('are made in one call, the root’s first, with a description and tags', async () => {
    const Tags = [{ Key: 'for', Value: 'Monday' }]
    const Description = 'all of it'
    const TagSpecifications = [{ ResourceType: 'snapshot' as const, Tags }]
    const made = await create({ Description, TagSpecifications })
    assert.deepEqual(
      made.map(({ VolumeId, VolumeSize, State, Encrypted }) => [VolumeId, VolumeSize, State, Encrypted]),
      ['/dev/sda', '/dev/sdb', '/dev/sdc'].map((name, n) => [volumes[name], n ? 2 : 1, 'pending', false]),
    )
    for (const one of made) {
      assert.deepEqual([one.Description, one.Tags, one.OwnerId], [Description, Tags, c.accountId])
    }
    await c.settle()
    for (const { SnapshotId = '' } of made) {
      assert.equal(c.engine.read(tx => tx.snapshots.must(SnapshotId)).state, 'completed')
    }
  })

  it('leave out the root, and volumes that are named', async () => {
    const { '/dev/sda': root = '', '/dev/sdb': second = '', '/dev/sdc': third = '' } = volumes
    assert.deepEqual(await sourcesOf({ ExcludeBootVolume: true }), [second, third])
    assert.deepEqual(await sourcesOf({ ExcludeDataVolumeIds: [second] }), [root, third])
    const all = { ExcludeBootVolume: true, ExcludeDataVolumeIds: [second, third] }
    await refused(create({}, all), 'InvalidParameterValue', /^No volume of instance/)
    for (const stray of [root, 'vol-00000000']) {
      await refused(
        create({}, { ExcludeDataVolumeIds: [stray] }),
        'InvalidParameterValue',
        /is no data volume/,
      )
    }
  })

  it('have the tags of their volumes when they are to, and those of the request before these', async () => {
    const tag = (Key: string, Value: string) => ({ Key, Value })
    const Resources = [volumes['/dev/sdb'] ?? '']
    await c
      .ec2()
      .send(new CreateTagsCommand({ Resources, Tags: [tag('for', 'Sunday'), tag('of', 'the volume')] }))
    const TagSpecifications = [{ ResourceType: 'snapshot' as const, Tags: [tag('for', 'Monday')] }]
    const made = await create({ CopyTagsFromSource: 'volume', TagSpecifications })
    assert.deepEqual(
      made.map(({ Tags }) => Tags),
      [[tag('for', 'Monday')], [tag('for', 'Monday'), tag('of', 'the volume')], [tag('for', 'Monday')]],
    )
  })

  it('are refused all together', async () => {
    await refused(create({ OutpostArn: 'arn' }), 'UnsupportedOperation')
    await refused(create({ Location: 'local' }), 'UnsupportedOperation')
    await refused(create({ Description: 'x'.repeat(256) }), 'InvalidParameterValue')
    await refused(create({}, { InstanceId: 'i-00000000' }), 'InvalidInstanceID.NotFound')
    await refused(create({}, { InstanceId: 'one' }), 'InvalidInstanceID.Malformed')
    await refused(create({}, {}, await c.account('alice')), 'InvalidInstanceID.NotFound')
    haveInstance(c, { id: 'i-0000000a', account: (await c.account('carol')).accountId })
    await refused(create({}, { InstanceId: 'i-0000000a' }), 'InvalidInstanceID.NotFound')
    await refused(create({ DryRun: true }), 'DryRunOperation')
    assert.equal(c.engine.read(tx => tx.snapshots.list()).length, 1)
  })
})
