// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readlinkSync, statSync } from 'node:fs'
import { join } from 'node:path'
import {
  DescribeInstancesCommand,
  DescribeVolumesCommand,
  GetConsoleOutputCommand,
  ModifyImageAttributeCommand,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2'
import { type Cloud, cloud } from '../../support/cloud'
import { endTidy } from '../../support/orphans'
import { registerTrio } from '../../support/tiny-image'
import { haveRootSnapshot, type Machines, machines, registerEbs } from './ebs-machine'
import { refused } from './expect'
import { fileOf, readAt, volumeOf, writeAt } from './volume'

const gib = 2 ** 30

describe('booting from a volume', () => {
  let c: Cloud
  let m: Machines
  let snapshot: string

  beforeEach(async () => {
    c = await cloud()
    m = machines(c)
    snapshot = await haveRootSnapshot(c)
  })
  afterEach(() => endTidy(c, 60))

  const volumes = async () => (await c.ec2().send(new DescribeVolumesCommand({}))).Volumes ?? []
  const attachedTo = async (id: string) =>
    (await volumes()).filter(volume => volume.Attachments?.[0]?.InstanceId === id)

  it('an instance has a root of its own, made of the snapshot and attached from the start', async () => {
    const image = await registerEbs(c, snapshot)
    const [id = ''] = await m.run(image)
    const [root] = await attachedTo(id)
    assert.equal(root?.State, 'in-use')
    assert.equal(root?.SnapshotId, snapshot)
    assert.equal(root?.Attachments?.[0]?.State, 'attached')
    const pending = await m.instance(id)
    assert.equal(pending.State?.Name, 'pending')
    assert.equal(pending.RootDeviceType, 'ebs')
    await c.pass(5)
    const { BlockDeviceMappings = [], ...running } = await m.instance(id)
    assert.equal(running.State?.Name, 'running')
    assert.equal(BlockDeviceMappings.length, 1)
    assert.equal(BlockDeviceMappings[0]?.DeviceName, '/dev/sda')
    assert.equal(BlockDeviceMappings[0]?.Ebs?.VolumeId, root?.VolumeId)
    assert.equal(BlockDeviceMappings[0]?.Ebs?.Status, 'attached')
    assert.equal(BlockDeviceMappings[0]?.Ebs?.DeleteOnTermination, true)
    assert.equal(BlockDeviceMappings[0]?.Ebs?.AttachTime?.toISOString(), pending.LaunchTime?.toISOString())
    assert.match(readlinkSync(m.device(id, 'sda')), /vol-[0-9a-f]{8}\.raw$/)
    assert.match(readAt(m.device(id, 'sda'), 8192, 11), /^and some co/)
  })

  it('the console tells of the file system on the root volume', async () => {
    const id = await m.running(await registerEbs(c, snapshot))
    const { Output = '' } = await c.ec2().send(new GetConsoleOutputCommand({ InstanceId: id }))
    assert.match(Buffer.from(Output, 'base64').toString(), /mounted filesystem [0-9a-f-]+ "root"/)
  })

  it('a paravirtual machine gets its kernel and ramdisk through the node’s cache, and no disk', async () => {
    const { eki, eri } = await registerTrio(c)
    const VirtualizationType = 'paravirtual'
    const image = await registerEbs(c, snapshot, { VirtualizationType, KernelId: eki, RamdiskId: eri })
    const id = await m.running(image)
    await c.pass(5)
    assert.equal(await m.stateOf(id), 'running')
    const entries = readdirSync(join(c.home, 'nodes', 'PARTI00', 'cache', 'entries'))
    assert.deepEqual(
      entries.map(name => name.slice(0, 12)),
      [eki, eri].sort(),
    )
    const { Output = '' } = await c.ec2().send(new GetConsoleOutputCommand({ InstanceId: id }))
    assert.match(Buffer.from(Output, 'base64').toString(), /Linux version 3\.11\.10/)
  })

  it('a root may be larger than the disk of its type, and grows by a mapping at run', async () => {
    const image = await registerEbs(c, snapshot)
    const id = await m.running(image, {
      BlockDeviceMappings: [{ DeviceName: '/dev/sda1', Ebs: { VolumeSize: 9 } }],
    })
    const root = (await m.volumesOf(id))['/dev/sda'] ?? ''
    assert.equal((await volumeOf(c, root)).Size, 9)
    assert.equal(statSync(fileOf(c, root)).size, 9 * gib)
  })

  it('all volumes of an image come with its instances, with their tags, and an ephemeral disk', async () => {
    const image = await registerEbs(c, snapshot, {
      BlockDeviceMappings: [
        { DeviceName: '/dev/sda', Ebs: { SnapshotId: snapshot, VolumeSize: 2 } },
        { DeviceName: '/dev/sdb', VirtualName: 'ephemeral0' },
        { DeviceName: '/dev/sdc', Ebs: { VolumeSize: 1, DeleteOnTermination: false } },
      ],
    })
    const id = await m.running(image, {
      BlockDeviceMappings: [
        { DeviceName: '/dev/sde', Ebs: { SnapshotId: snapshot } },
        { DeviceName: '/dev/sdf', Ebs: { DeleteOnTermination: true } },
      ],
      TagSpecifications: [{ ResourceType: 'volume', Tags: [{ Key: 'of', Value: 'machine' }] }],
    })
    const all = await attachedTo(id)
    const about = all.map(({ Attachments, Size, SnapshotId }) =>
      [Attachments?.[0]?.Device, Size, SnapshotId, Attachments?.[0]?.DeleteOnTermination].join(' '),
    )
    assert.deepEqual(about.sort(), [
      `/dev/sda 2 ${snapshot} true`,
      '/dev/sdc 1  false',
      `/dev/sde 1 ${snapshot} true`,
      '/dev/sdf 2  true',
    ])
    assert.ok(all.every(({ Tags }) => Tags?.[0]?.Value === 'machine'))
    assert.deepEqual(readdirSync(join(m.folder(id), 'dev')).sort(), ['sda', 'sdc', 'sde', 'sdf'])
    assert.equal(statSync(join(m.folder(id), 'ephemeral0')).size, 5 * gib)
  })

  it('volumes for which there is no room are not made, and no instance either', async () => {
    const image = await registerEbs(c, snapshot)
    const before = (await volumes()).length
    await refused(
      m.run(image, { BlockDeviceMappings: [{ DeviceName: '/dev/sdb', Ebs: { VolumeSize: 101 } }] }),
      'VolumeLimitExceeded',
    )
    const large = { BlockDeviceMappings: [{ DeviceName: '/dev/sda', Ebs: { VolumeSize: 100 } }] }
    await refused(m.run(image, { ...large, MinCount: 6, MaxCount: 6 }), 'VolumeLimitExceeded')
    assert.equal((await volumes()).length, before)
    assert.deepEqual((await c.ec2().send(new DescribeInstancesCommand({}))).Reservations, [])
  })

  it('what the root of a stopped instance holds is there when it is started again', async () => {
    const id = await m.running(await registerEbs(c, snapshot))
    writeAt(m.device(id, 'sda'), 20_000, 'written by the guest')
    await m.stop(id)
    await c.pass(5)
    assert.ok(!existsSync(m.folder(id)))
    await m.start(id)
    await c.pass(5)
    assert.equal(await m.stateOf(id), 'running')
    assert.equal(readAt(m.device(id, 'sda'), 20_000, 20), 'written by the guest')
  })

  it('volumes end with their instance or are free again, each as its flag says', async () => {
    const id = await m.running(await registerEbs(c, snapshot), {
      BlockDeviceMappings: [{ DeviceName: '/dev/sdb', Ebs: { VolumeSize: 1, DeleteOnTermination: false } }],
    })
    const { '/dev/sda': root = '', '/dev/sdb': data = '' } = await m.volumesOf(id)
    writeAt(m.device(id, 'sdb'), 0, 'kept')
    await m.terminate(id)
    assert.equal((await volumeOf(c, root)).State, 'in-use')
    await c.pass(5)
    assert.deepEqual(await m.volumesOf(id), {})
    assert.equal((await volumeOf(c, root)).State, 'deleted')
    assert.equal((await volumeOf(c, data)).State, 'available')
    assert.equal(readAt(fileOf(c, data), 0, 4), 'kept')
    assert.ok(!existsSync(fileOf(c, root)))
  })

  it('a root stays when its image or the request says so; to give a size only says the opposite', async () => {
    const Ebs = { SnapshotId: snapshot, DeleteOnTermination: false }
    const image = await registerEbs(c, snapshot, { BlockDeviceMappings: [{ DeviceName: '/dev/sda', Ebs }] })
    const flag = async (input: object) => {
      const [id = ''] = await m.run(image, input)
      return (await m.instance(id)).BlockDeviceMappings?.[0]?.Ebs?.DeleteOnTermination
    }
    const root = (Ebs: object) => ({ BlockDeviceMappings: [{ DeviceName: '/dev/sda', Ebs }] })
    assert.equal(await flag({}), false)
    assert.equal(await flag(root({ VolumeSize: 2 })), true)
    assert.equal(await flag(root({ VolumeSize: 2, DeleteOnTermination: false })), false)
  })

  it('filters find instances by their volumes', async () => {
    const id = await m.running(await registerEbs(c, snapshot))
    const root = (await m.volumesOf(id))['/dev/sda'] ?? ''
    const time = (await m.instance(id)).LaunchTime?.toISOString() ?? ''
    const found = async (Name: string, value: string) => {
      const { Reservations = [] } = await c
        .ec2()
        .send(new DescribeInstancesCommand({ Filters: [{ Name, Values: [value] }] }))
      return Reservations.length
    }
    for (const [name, yes, no] of [
      ['root-device-type', 'ebs', 'instance-store'],
      ['block-device-mapping.volume-id', root, 'vol-00000000'],
      ['block-device-mapping.device-name', '/dev/sda', '/dev/sdb'],
      ['block-device-mapping.status', 'attached', 'detached'],
      ['block-device-mapping.attach-time', time, '2001-01-01T00:00:00.000Z'],
      ['block-device-mapping.delete-on-termination', 'true', 'false'],
    ] as const) {
      assert.equal(await found(name, yes), 1, name)
      assert.equal(await found(name, no), 0, name)
    }
  })

  it('an instance whose volume cannot be made ends, and its volumes go', async () => {
    const image = await registerEbs(c, snapshot)
    const blocks = c.engine.read(tx => tx.blocks.list())
    c.engine.write(tx => {
      // The bytes of the snapshot cannot be read.
      for (const block of blocks) tx.blocks.put({ ...block, blob: 'gone' })
    })
    const [id = ''] = await m.run(image)
    await c.pass(5)
    const { State, StateReason, StateTransitionReason } = await m.instance(id)
    assert.equal(State?.Name, 'terminated')
    assert.equal(StateTransitionReason, 'The instance failed to start on the NC.')
    assert.match(
      StateReason?.Message ?? '',
      /^Server\.InternalError: The volume vol-[0-9a-f]+ could not be made: /,
    )
    assert.deepEqual(await attachedTo(id), [])
    c.engine.write(tx => {
      for (const block of blocks) tx.blocks.put(block)
    })
  })

  it('an instance waits for its volumes for half an hour', async () => {
    const image = await registerEbs(c, snapshot)
    const [id = ''] = await m.run(image)
    c.engine.write(tx => {
      // Nobody is there to make them.
      for (const job of tx.jobs.list()) if (job.job === 'volume.fill') tx.jobs.delete(job.id)
    })
    await c.pass(30 * 60 - 1)
    assert.equal(await m.stateOf(id), 'pending')
    await c.pass(1)
    assert.equal(await m.stateOf(id), 'terminated')
    assert.match((await m.instance(id)).StateReason?.Message ?? '', /took too long/)
  })

  it('who may run an image needs no permission for its snapshots', async () => {
    const image = await registerEbs(c, snapshot)
    const alice = await c.account('alice')
    const hers = machines(c, alice)
    await refused(hers.run(image), 'UnauthorizedOperation')
    const LaunchPermission = { Add: [{ UserId: alice.accountId }] }
    await c.ec2().send(new ModifyImageAttributeCommand({ ImageId: image, LaunchPermission }))
    const id = await hers.running(image)
    assert.equal(await hers.stateOf(id), 'running')
    assert.deepEqual(
      (await alice.ec2().send(new DescribeVolumesCommand({}))).Volumes?.map(volume => volume.SnapshotId),
      [snapshot],
    )
  })

  it('a view of instances changes with their volumes only', async () => {
    const image = await registerEbs(c, snapshot)
    const [one = '', other = ''] = await m.run(image, { MinCount: 2, MaxCount: 2 })
    await c.pass(5)
    const flags = async () =>
      (await c.ec2().send(new DescribeInstancesCommand({}))).Reservations?.[0]?.Instances?.map(
        instance => instance.BlockDeviceMappings?.[0]?.Ebs?.DeleteOnTermination,
      )
    assert.deepEqual(await flags(), [true, true])
    const root = (await m.volumesOf(other))['/dev/sda'] ?? ''
    c.engine.write(tx => {
      const volume = tx.volumes.must(root)
      if (volume.attachment) {
        tx.volumes.put({ ...volume, attachment: { ...volume.attachment, deleteOnTermination: false } })
      }
    })
    assert.deepEqual(await flags(), [true, false])
    await m.terminate(one, other)
  })

  it('a repeated client token makes no second set of volumes', async () => {
    const image = await registerEbs(c, snapshot)
    const sent = { ImageId: image, MinCount: 1, MaxCount: 1, ClientToken: 'once' }
    await c.ec2().send(new RunInstancesCommand(sent))
    const count = (await volumes()).length
    await c.ec2().send(new RunInstancesCommand(sent))
    assert.equal((await volumes()).length, count)
  })
})
