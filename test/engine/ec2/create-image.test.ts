// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  AttachVolumeCommand,
  CreateImageCommand,
  DeleteSnapshotCommand,
  DeregisterImageCommand,
  DescribeImagesCommand,
  DescribeSnapshotsCommand,
  DescribeTagsCommand,
  DetachVolumeCommand,
  GetConsoleOutputCommand,
} from '@aws-sdk/client-ec2'
import type { InstanceStateName } from '../../../src/engine/ec2/schema/instances'
import { snapshotFailed } from '../../../src/engine/ec2/volume-life'
import { type Cloud, cloud } from '../../support/cloud'
import { endTidy } from '../../support/orphans'
import { ext4Disk, registerTiny } from '../../support/tiny-image'
import { haveRootSnapshot, type Machines, machines, registerEbs } from './ebs-machine'
import { refused } from './expect'
import { haveVolume, readAt, writeAt } from './volume'

describe('an image of an instance', () => {
  let c: Cloud
  let m: Machines
  let id: string
  let image: string
  let count = 0

  beforeEach(async () => {
    c = await cloud()
    m = machines(c)
    image = await registerEbs(c, await haveRootSnapshot(c))
    id = await m.running(image)
  })
  afterEach(() => endTidy(c, 60))

  const create = async (input: object = {}, InstanceId = id): Promise<string> => {
    const sent = { InstanceId, Name: `made-${count++}`, ...input }
    return (await c.ec2().send(new CreateImageCommand(sent))).ImageId ?? ''
  }
  const made = async (input: object = {}): Promise<string> => {
    const image = await create(input)
    await c.pass(30)
    assert.equal((await m.image(image)).State, 'available')
    return image
  }
  const snapshots = async () => (await c.ec2().send(new DescribeSnapshotsCommand({}))).Snapshots ?? []
  const console_ = async () => {
    const { Output = '' } = await c.ec2().send(new GetConsoleOutputCommand({ InstanceId: id }))
    return Buffer.from(Output, 'base64').toString()
  }
  const devices = async (image: string) =>
    ((await m.image(image)).BlockDeviceMappings ?? []).map(({ DeviceName, VirtualName, Ebs }) =>
      [DeviceName, VirtualName ?? Ebs?.VolumeSize, ...(Ebs ? [Ebs.DeleteOnTermination] : [])].join(' '),
    )

  it('has what was written to the instance’s root, and runs', async () => {
    writeAt(m.device(id, 'sda'), 20_000, 'written before')
    const image = await made()
    const other = await m.running(image)
    assert.equal(readAt(m.device(other, 'sda'), 20_000, 14), 'written before')
    assert.equal(await m.stateOf(id), 'running')
  })

  it('tells the instance and its image, and is found by them', async () => {
    const first = await made()
    const Filters = [
      { Name: 'source-instance-id', Values: [id] },
      { Name: 'source-image-id', Values: [image] },
      { Name: 'source-image-region', Values: ['eucalyptus'] },
    ]
    const { Images = [] } = await c.ec2().send(new DescribeImagesCommand({ Filters }))
    assert.deepEqual(
      Images.map(found => [
        found.ImageId,
        found.SourceInstanceId,
        found.SourceImageId,
        found.SourceImageRegion,
      ]),
      [[first, id, image, 'eucalyptus']],
    )
  })

  it('is pending until its snapshots are complete, and cannot be run before', async () => {
    const image = await create({ Name: 'made', Description: 'of a machine' })
    const pending = await m.image(image)
    assert.equal(pending.State, 'pending')
    assert.equal(pending.ImageLocation, `${c.accountId}/made`)
    assert.equal(pending.Description, 'of a machine')
    assert.match(pending.BlockDeviceMappings?.[0]?.Ebs?.SnapshotId ?? '', /^snap-[0-9a-f]{8}$/)
    await refused(m.run(image), 'InvalidAMIID.Unavailable')
    await c.pass(30)
    const { State, RootDeviceType, RootDeviceName, Architecture, VirtualizationType } = await m.image(image)
    assert.deepEqual(
      { State, RootDeviceType, RootDeviceName, Architecture, VirtualizationType },
      {
        State: 'available',
        RootDeviceType: 'ebs',
        RootDeviceName: '/dev/sda',
        Architecture: 'i386',
        VirtualizationType: 'hvm',
      },
    )
    await m.run(image)
  })

  it('is taken of a guest that is off, which starts again afterwards', async () => {
    const image = await create()
    assert.equal(await m.stateOf(id), 'running')
    assert.doesNotMatch(await console_(), /Restarting/)
    await c.pass(30)
    assert.equal(await m.stateOf(id), 'running')
    assert.match(await console_(), /Restarting system\./)
    const [mapping] = (await m.image(image)).BlockDeviceMappings ?? []
    const snapshot = (await snapshots()).find(one => one.SnapshotId === mapping?.Ebs?.SnapshotId)
    const { '/dev/sda': root = '' } = await m.volumesOf(id)
    assert.equal(snapshot?.Description, `Created by CreateImage(${id}) for ${image} from ${root}`)
    assert.equal(snapshot?.StateMessage ?? '', '')
  })

  it('has what the guest wrote until it was off', async () => {
    const image = await create()
    writeAt(m.device(id, 'sda'), 20_000, 'on its way down')
    await c.pass(30)
    const other = await m.running(image)
    assert.equal(readAt(m.device(other, 'sda'), 20_000, 15), 'on its way down')
  })

  it('leaves the guest alone when it is to, and when the instance is stopped', async () => {
    const image = await made({ NoReboot: true })
    assert.doesNotMatch(await console_(), /Restarting/)
    const [mapping] = (await m.image(image)).BlockDeviceMappings ?? []
    const snapshot = (await snapshots()).find(one => one.SnapshotId === mapping?.Ebs?.SnapshotId)
    assert.match(snapshot?.StateMessage ?? '', /power was cut/)
    await m.stop(id)
    await c.pass(5)
    await made()
    assert.equal(await m.stateOf(id), 'stopped')
  })

  it('has all that is attached, the ephemeral disk, and what the request adds', async () => {
    const DeviceName = '/dev/sdb'
    id = await m.running(image, { BlockDeviceMappings: [{ DeviceName, VirtualName: 'ephemeral0' }] })
    for (const Device of ['/dev/sdf', '/dev/sdg']) {
      const VolumeId = await haveVolume(c)
      await c.ec2().send(new AttachVolumeCommand({ VolumeId, InstanceId: id, Device }))
    }
    await c.settle()
    writeAt(m.device(id, 'sdf'), 0, 'data')
    const all = await made()
    assert.deepEqual(await devices(all), [
      '/dev/sda 1 true',
      '/dev/sdf 1 true',
      '/dev/sdg 1 true',
      '/dev/sdb ephemeral0',
    ])
    const some = await made({
      BlockDeviceMappings: [
        { DeviceName: '/dev/sdg', NoDevice: '' },
        { DeviceName: '/dev/sdh', Ebs: { VolumeSize: 2, DeleteOnTermination: false } },
        { DeviceName: '/dev/sdc', VirtualName: 'ephemeral1' },
      ],
    })
    assert.deepEqual(await devices(some), [
      '/dev/sda 1 true',
      '/dev/sdf 1 true',
      '/dev/sdh 2 false',
      '/dev/sdc ephemeral1',
    ])
    const other = await m.running(all)
    assert.equal(readAt(m.device(other, 'sdf'), 0, 4), 'data')
  })

  it('is refused for what is no instance, or none with a volume for a root', async () => {
    const text = "Value (one) for parameter instanceId is invalid. Expected: 'i-...'."
    await refused(create({}, 'one'), 'InvalidParameterValue', text)
    await refused(create({}, 'i-00000000'), 'InvalidInstanceID.NotFound')
    const hvm = { VirtualizationType: 'hvm' }
    const store = await m.running(await registerTiny(c, { disk: ext4Disk('x') }, hvm))
    await refused(
      create({}, store),
      'UnsupportedOperation',
      'Cannot create an image from an instance which is not booted from an EBS volume',
    )
  })

  it('is refused unless the instance is running or stopped', async () => {
    const force = (state: InstanceStateName) =>
      c.engine.write(tx => tx.instances.put({ ...tx.instances.must(id), state }))
    for (const state of ['pending', 'stopping', 'shutting-down', 'terminated'] as const) {
      force(state)
      await refused(create(), 'IncorrectInstanceState', new RegExp(`which is in state ${state}$`))
    }
    force('running')
  })

  it('is refused of a stopped instance without a root', async () => {
    await m.stop(id)
    await c.pass(5)
    const { '/dev/sda': VolumeId } = await m.volumesOf(id)
    await c.ec2().send(new DetachVolumeCommand({ VolumeId }))
    await refused(create(), 'IncorrectState', `The instance '${id}' has no volume at /dev/sda`)
  })

  it('has a name that no other image of the account has', async () => {
    await refused(create({ Name: 'x' }), 'InvalidAMIName.Malformed')
    await refused(create({ Description: 'x'.repeat(256) }), 'InvalidParameter')
    await create({ Name: 'taken' })
    await refused(create({ Name: 'taken' }), 'InvalidAMIName.Duplicate')
  })

  it('is made one at a time of an instance', async () => {
    await create()
    const busy = `Existing CreateImage task is found for the instance ${id}`
    await refused(create(), 'ConcurrentCreateImageNoRebootLimitExceeded', busy)
    await c.pass(30)
    await create()
  })

  it('maps neither the root nor what is attached', async () => {
    const VolumeId = await haveVolume(c)
    await c.ec2().send(new AttachVolumeCommand({ VolumeId, InstanceId: id, Device: '/dev/sdf' }))
    const map = (mapping: object) => create({ BlockDeviceMappings: [mapping] })
    const code = 'InvalidBlockDeviceMapping'
    await refused(map({ DeviceName: '/dev/sda', NoDevice: '' }), code)
    await refused(map({ DeviceName: '/dev/sda1', Ebs: { VolumeSize: 1 } }), code)
    await refused(map({ DeviceName: 'sdf', Ebs: { VolumeSize: 1 } }), code)
    await refused(map({ DeviceName: 'sdf', VirtualName: 'ephemeral0' }), code)
  })

  it('comes with tags, and so do its snapshots', async () => {
    const Tags = (Value: string) => [{ Key: 'is', Value }]
    const volumes = [{ ResourceType: 'volume', Tags: Tags('a volume') }]
    await refused(create({ TagSpecifications: volumes }), 'InvalidParameterValue')
    const image = await create({
      TagSpecifications: [
        { ResourceType: 'image', Tags: Tags('an image') },
        { ResourceType: 'snapshot', Tags: Tags('a snapshot') },
      ],
    })
    const { Tags: all = [] } = await c.ec2().send(new DescribeTagsCommand({}))
    const snapshot = (await m.image(image)).BlockDeviceMappings?.[0]?.Ebs?.SnapshotId
    assert.deepEqual(
      all.map(({ ResourceId, Value }) => `${ResourceId} ${Value}`),
      [`${image} an image`, `${snapshot} a snapshot`],
    )
  })

  it('fails when its instance is terminated meanwhile, and leaves no snapshots', async () => {
    const before = (await snapshots()).length
    const image = await create()
    assert.equal((await snapshots()).length, before + 1)
    await m.terminate(id)
    await c.pass(30)
    const { State, StateReason } = await m.image(image)
    assert.equal(State, 'failed')
    assert.match(StateReason?.Message ?? '', new RegExp(`${id} was terminated`))
    assert.equal((await snapshots()).length, before)
    assert.deepEqual(
      c.engine.read(tx => tx.volumes.list().filter(({ state }) => state === 'deleting')),
      [],
    )
    await c.ec2().send(new DeregisterImageCommand({ ImageId: image }))
    await refused(m.image(image), 'InvalidAMIID.NotFound')
  })

  it('fails when a snapshot does, and the guest goes on', async () => {
    const image = await create()
    c.clock.advance(3)
    await c.engine.drain()
    const snapshot = (await m.image(image)).BlockDeviceMappings?.[0]?.Ebs?.SnapshotId ?? ''
    c.engine.write(tx => snapshotFailed(tx, snapshot, 'the disk is broken'))
    await c.pass(30)
    const { State, StateReason } = await m.image(image)
    assert.equal(State, 'failed')
    assert.deepEqual(StateReason, { Code: 'Server.InternalError', Message: 'the disk is broken' })
    assert.match(await console_(), /Restarting/)
    await create()
  })

  it('fails after two hours', async () => {
    const image = await create({ NoReboot: true })
    c.engine.write(tx => {
      for (const job of tx.jobs.list()) if (job.job === 'snapshot.take') tx.jobs.delete(job.id)
    })
    // What looks after it every few seconds need not do so each time.
    c.clock.advance(7190)
    await c.pass(10)
    assert.equal((await m.image(image)).State, 'pending')
    await c.pass(10)
    assert.equal((await m.image(image)).State, 'failed')
  })

  it('leaves its snapshots to their owner when it is deregistered before it is made', async () => {
    const image = await create()
    const snapshot = (await m.image(image)).BlockDeviceMappings?.[0]?.Ebs?.SnapshotId
    const remove = () => c.ec2().send(new DeleteSnapshotCommand({ SnapshotId: snapshot }))
    await c.ec2().send(new DeregisterImageCommand({ ImageId: image }))
    await c.pass(30)
    assert.equal((await snapshots()).find(one => one.SnapshotId === snapshot)?.State, 'completed')
    await remove()
    await create()
  })

  it('keeps its snapshots from being deleted', async () => {
    const image = await made()
    const SnapshotId = (await m.image(image)).BlockDeviceMappings?.[0]?.Ebs?.SnapshotId
    await refused(c.ec2().send(new DeleteSnapshotCommand({ SnapshotId })), 'InvalidSnapshot.InUse')
  })

  it('is refused when there is no room for its snapshots, and leaves nothing', async () => {
    const VolumeId = await haveVolume(c, { Size: 60 })
    await c.ec2().send(new AttachVolumeCommand({ VolumeId, InstanceId: id, Device: '/dev/sdf' }))
    await c.settle()
    const before = (await snapshots()).length
    await refused(create(), 'SnapshotLimitExceeded')
    assert.equal((await snapshots()).length, before)
  })
})
