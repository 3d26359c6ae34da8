// SPDX-License-Identifier: BSD-2-Clause
// Every row of the table of transitions: stopping and starting, and what each keeps and releases.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import {
  AllocateAddressCommand,
  AssociateAddressCommand,
  AttachVolumeCommand,
  CreateTagsCommand,
  DescribeAddressesCommand,
  DetachVolumeCommand,
  GetConsoleOutputCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2'
import { type Cloud, cloud } from '../../support/cloud'
import { endTidy } from '../../support/orphans'
import { ext4Disk, registerTiny } from '../../support/tiny-image'
import { haveRootSnapshot, type Machines, machines, registerEbs, told } from './ebs-machine'
import { refused } from './expect'
import { fileOf, haveVolume, readAt, volumeOf, writeAt } from './volume'

const unknown = 'i-00000000'

describe('states of instances that boot from volumes', () => {
  let c: Cloud
  let m: Machines
  let image: string

  beforeEach(async () => {
    c = await cloud()
    m = machines(c)
    image = await registerEbs(c, await haveRootSnapshot(c))
  })
  afterEach(() => endTidy(c, 60))

  const stop = async (id: string) => told((await m.stop(id)).StoppingInstances)
  const start = async (id: string) => told((await m.start(id)).StartingInstances)
  const stopped = (input: object = {}) => m.stopped(image, input)

  it('a running instance stops, and says who stopped it', async () => {
    const id = await m.running(image)
    assert.deepEqual(await stop(id), ['16 64 stopping'])
    assert.equal(await m.stateOf(id), 'stopping')
    await c.pass(5)
    const { State, StateTransitionReason, StateReason } = await m.instance(id)
    assert.deepEqual(State, { Code: 80, Name: 'stopped' })
    assert.equal(StateTransitionReason, 'User stopped.')
    assert.deepEqual(StateReason, {
      Code: 'Client.UserInitiatedShutdown',
      Message: 'Client.UserInitiatedShutdown: User initiated shutdown',
    })
  })

  it('a pending instance stops, whatever its node has begun, and starts afterwards', async () => {
    const [id = ''] = await m.run(image)
    assert.deepEqual(await stop(id), ['0 64 stopping'])
    await c.pass(5)
    assert.equal(await m.stateOf(id), 'stopped')
    assert.ok(!existsSync(m.folder(id)))
    assert.deepEqual(await start(id), ['80 0 pending'])
    await c.pass(5)
    assert.equal(await m.stateOf(id), 'running')
  })

  it('an instance that is stopping is stopped at once by a second call, whose answer says 64', async () => {
    const id = await m.running(image)
    await stop(id)
    assert.deepEqual(await stop(id), ['64 64 stopping'])
    assert.equal(await m.stateOf(id), 'stopped')
    // Before its node has let go of the last life.
    await m.start(id)
    await c.pass(10)
    assert.equal(await m.stateOf(id), 'running')
    assert.ok(existsSync(m.device(id, 'sda')))
  })

  it('a stopped instance and one that is shutting down stay as they are, and the answer says 64', async () => {
    const id = await stopped()
    assert.deepEqual(await stop(id), ['80 64 stopping'])
    assert.equal(await m.stateOf(id), 'stopped')
    const other = await m.running(image)
    await m.terminate(other)
    assert.deepEqual(await stop(other), ['32 64 stopping'])
    assert.equal(await m.stateOf(other), 'shutting-down')
  })

  it('what cannot be stopped is refused, and then nothing of the batch is stopped', async () => {
    const id = await m.running(image)
    const store = await m.running(
      await registerTiny(c, { disk: ext4Disk('x') }, { VirtualizationType: 'hvm' }),
    )
    const ended = await m.running(image)
    await m.terminate(ended)
    await c.pass(5)
    await refused(m.stop(id, unknown), 'InvalidInstanceID.NotFound')
    await refused(m.stop(id, 'nonsense'), 'InvalidInstanceID.Malformed', 'Invalid id: "nonsense"')
    await refused(m.stop(id, ended), 'IncorrectInstanceState')
    await refused(
      m.stop(id, store),
      'UnsupportedOperation',
      `The instance '${store}' does not have an 'ebs' root device type and cannot be stopped.`,
    )
    const Hibernate = true
    await refused(
      c.ec2().send(new StopInstancesCommand({ InstanceIds: [id], Hibernate })),
      'UnsupportedHibernationConfiguration',
    )
    assert.equal(await m.stateOf(id), 'running')
  })

  it('a stopped instance keeps its volumes and tags, and gives its addresses and its folder back', async () => {
    const id = await m.running(image)
    const data = await haveVolume(c)
    await c.ec2().send(new AttachVolumeCommand({ VolumeId: data, InstanceId: id, Device: '/dev/sdf' }))
    const Tags = [{ Key: 'role', Value: 'web' }]
    await c.ec2().send(new CreateTagsCommand({ Resources: [id], Tags }))
    const { PublicIp } = await c.ec2().send(new AllocateAddressCommand({}))
    await c.ec2().send(new AssociateAddressCommand({ InstanceId: id, PublicIp }))
    await c.settle()
    const volumes = await m.volumesOf(id)
    await m.stop(id)
    await c.pass(5)
    const { PrivateIpAddress, PublicIpAddress, PublicDnsName, PrivateDnsName, ...rest } = await m.instance(id)
    assert.equal(PrivateIpAddress ?? '', '')
    assert.equal(PublicIpAddress ?? '', '')
    assert.equal(PublicDnsName, '')
    assert.equal(PrivateDnsName, '')
    assert.deepEqual(rest.Tags, Tags)
    assert.deepEqual(await m.volumesOf(id), volumes)
    assert.deepEqual(Object.keys(volumes), ['/dev/sda', '/dev/sdf'])
    assert.equal((await volumeOf(c, data)).State, 'in-use')
    const { Addresses } = await c.ec2().send(new DescribeAddressesCommand({}))
    assert.equal(Addresses?.[0]?.InstanceId, '')
    assert.equal(
      c.engine.read(tx => tx.privateAddresses.list().length + tx.instanceAddresses.list().length),
      0,
    )
    assert.ok(!existsSync(m.folder(id)))
  })

  it('a stopped instance starts anew: another time, other addresses, the same volumes', async () => {
    const id = await m.running(image)
    const before = await m.instance(id)
    const volumes = await m.volumesOf(id)
    await m.stop(id)
    await c.pass(60)
    assert.deepEqual(await start(id), ['80 0 pending'])
    const pending = await m.instance(id)
    assert.equal(pending.StateTransitionReason, 'User started.')
    assert.equal(pending.StateReason, undefined)
    await c.pass(5)
    const after = await m.instance(id)
    assert.equal(after.State?.Name, 'running')
    assert.ok(after.LaunchTime && before.LaunchTime && after.LaunchTime > before.LaunchTime)
    assert.notEqual(after.PrivateIpAddress, before.PrivateIpAddress)
    assert.notEqual(after.PublicIpAddress, before.PublicIpAddress)
    assert.deepEqual(await m.volumesOf(id), volumes)
    const { Output = '' } = await c.ec2().send(new GetConsoleOutputCommand({ InstanceId: id }))
    assert.match(Buffer.from(Output, 'base64').toString(), new RegExp(after.PrivateIpAddress ?? ''))
  })

  it('an instance that is not stopped is passed over by a start', async () => {
    const id = await m.running(image)
    for (const state of ['running', 'pending', 'shutting-down', 'stopping', 'terminated'] as const) {
      m.force(id, state)
      assert.deepEqual(await start(id), [], state)
      assert.equal(await m.stateOf(id), state)
    }
    m.force(id, 'running')
    await refused(m.start(unknown), 'InvalidInstanceID.NotFound')
  })

  it('instance store cannot be started either', async () => {
    const hvm = { VirtualizationType: 'hvm' }
    const store = await m.running(await registerTiny(c, { disk: ext4Disk('x') }, hvm))
    await refused(m.start(store), 'UnsupportedOperation', /cannot be started\.$/)
  })

  it('an instance does not start without a root, and does with another one', async () => {
    const id = await stopped()
    const { '/dev/sda': root = '' } = await m.volumesOf(id)
    await c.ec2().send(new DetachVolumeCommand({ VolumeId: root }))
    await refused(m.start(id), 'IncorrectState', /has no root volume\. Attach a volume to \/dev\/sda /)
    const other = await haveVolume(c)
    writeAt(fileOf(c, other), 0, ext4Disk('another'))
    await c.ec2().send(new AttachVolumeCommand({ VolumeId: other, InstanceId: id, Device: '/dev/sda' }))
    assert.equal((await m.instance(id)).BlockDeviceMappings?.[0]?.Ebs?.DeleteOnTermination, false)
    await m.start(id)
    await c.pass(5)
    assert.equal(await m.stateOf(id), 'running')
    assert.match(readAt(m.device(id, 'sda'), 1024 + 0x78, 7), /another/)
    await m.terminate(id)
    await c.pass(5)
    assert.equal((await volumeOf(c, other)).State, 'available')
    assert.equal((await volumeOf(c, root)).State, 'available')
  })

  it('volumes that were attached to it are where they were after it was stopped', async () => {
    const id = await m.running(image)
    const data = await haveVolume(c)
    await c.ec2().send(new AttachVolumeCommand({ VolumeId: data, InstanceId: id, Device: '/dev/sdf' }))
    await c.settle()
    writeAt(m.device(id, 'sdf'), 0, 'data')
    await m.stop(id)
    await c.pass(5)
    await m.start(id)
    await c.pass(5)
    assert.equal(readAt(m.device(id, 'sdf'), 0, 4), 'data')
    await c.ec2().send(new DetachVolumeCommand({ VolumeId: data }))
    await c.settle()
    assert.equal((await volumeOf(c, data)).State, 'available')
    assert.ok(!existsSync(m.device(id, 'sdf')))
  })

  it('a stopped instance holds no place on a node, and starts only where there is one', async () => {
    c.engine.write(tx => tx.zones.put({ name: 'PARTI00', cpus: 1, memoryMib: 4096, diskGib: 100 }))
    const id = await stopped()
    const input = { Placement: { AvailabilityZone: 'PARTI00' } }
    const other = await m.running(image, input)
    await refused(m.start(id), 'InsufficientInstanceCapacity')
    assert.equal(await m.stateOf(id), 'stopped')
    await m.terminate(other)
    await c.pass(5)
    assert.deepEqual(await start(id), ['80 0 pending'])
  })

  it('a private instance has no public address after it was started again', async () => {
    const id = await stopped()
    c.engine.write(tx => tx.instances.put({ ...tx.instances.must(id), isPrivate: true }))
    await m.start(id)
    const { PublicIpAddress, PrivateIpAddress } = await m.instance(id)
    assert.equal(PublicIpAddress, PrivateIpAddress)
  })
})
