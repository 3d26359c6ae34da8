// SPDX-License-Identifier: BSD-2-Clause
// Every row of the table of transitions, and what each keeps and releases.
import assert from 'node:assert/strict'
import { existsSync, writeFileSync } from 'node:fs'
import {
  AllocateAddressCommand,
  AssociateAddressCommand,
  AttachVolumeCommand,
  CreateTagsCommand,
  DescribeAddressesCommand,
  DescribeInstanceAttributeCommand,
  DetachVolumeCommand,
  GetConsoleOutputCommand,
  type InstanceStateChange,
  ModifyInstanceAttributeCommand,
  RebootInstancesCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2'
import { guestShutdown } from '../../../src/engine/ec2/instance-life'
import type { InstanceStateName } from '../../../src/engine/ec2/schema/instances'
import { type Cloud, cloud } from '../../support/cloud'
import { assertNoOrphans } from '../../support/orphans'
import { ext4Disk, registerTiny, registerTrio } from '../../support/tiny-image'
import { haveRootSnapshot, type Machines, machines, registerEbs } from './ebs-machine'
import { refused } from './expect'
import { fileOf, haveVolume, readAt, volumeOf, writeAt } from './volume'

const unknown = 'i-00000000'

const told = (changes: InstanceStateChange[] | undefined) =>
  (changes ?? []).map(
    ({ PreviousState, CurrentState }) => `${PreviousState?.Code} ${CurrentState?.Code} ${CurrentState?.Name}`,
  )

describe('states of instances that boot from volumes', () => {
  let c: Cloud
  let m: Machines
  let image: string

  beforeEach(async () => {
    c = await cloud()
    m = machines(c)
    image = await registerEbs(c, await haveRootSnapshot(c))
  })
  afterEach(async () => {
    await c.pass(60)
    assertNoOrphans(c.engine, c.home)
    await c.close()
  })

  /** Put a running instance into another state, as a record. */
  const force = (id: string, state: InstanceStateName) =>
    c.engine.write(tx => tx.instances.put({ ...tx.instances.must(id), state }))
  const stop = async (id: string) => told((await m.stop(id)).StoppingInstances)
  const start = async (id: string) => told((await m.start(id)).StartingInstances)
  const terminate = async (id: string) => told((await m.terminate(id)).TerminatingInstances)
  const stopped = async (input: object = {}) => {
    const id = await m.running(image, input)
    await m.stop(id)
    await c.pass(5)
    assert.equal(await m.stateOf(id), 'stopped')
    return id
  }

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
      force(id, state)
      assert.deepEqual(await start(id), [], state)
      assert.equal(await m.stateOf(id), state)
    }
    force(id, 'running')
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

  it('pending and running instances end in two steps, with the reason', async () => {
    const id = await m.running(image)
    assert.deepEqual(await terminate(id), ['16 32 shutting-down'])
    assert.deepEqual(await terminate(id), ['32 32 shutting-down'])
    await c.pass(5)
    const ended = await m.instance(id)
    assert.equal(ended.State?.Name, 'terminated')
    assert.equal(ended.StateTransitionReason, 'User terminated.')
    const [pending = ''] = await m.run(image)
    assert.deepEqual(await terminate(pending), ['0 32 shutting-down'])
  })

  it('a stopped instance ends at once, and its root goes', async () => {
    const id = await stopped()
    const { '/dev/sda': root = '' } = await m.volumesOf(id)
    assert.deepEqual(await terminate(id), ['80 48 terminated'])
    await c.settle()
    assert.equal((await volumeOf(c, root)).State, 'deleted')
  })

  it('nothing happens to an instance that is stopping and is to be terminated, and the answer names no state', async () => {
    const id = await m.running(image)
    await m.stop(id)
    assert.deepEqual(await terminate(id), ['64 0 undefined'])
    assert.equal(await m.stateOf(id), 'stopping')
    await c.pass(5)
    assert.equal(await m.stateOf(id), 'stopped')
  })

  it('a terminated instance is hidden by a second call', async () => {
    const id = await m.running(image)
    await m.terminate(id)
    await c.pass(5)
    assert.deepEqual(await terminate(id), ['48 48 terminated'])
    await refused(m.instance(id), 'InvalidInstanceID.NotFound')
  })

  it('with an id that is unknown, or an instance that is protected, nothing of the batch ends', async () => {
    const id = await m.running(image)
    const guarded = await m.running(image, { DisableApiTermination: true })
    await refused(m.terminate(id, unknown), 'InvalidInstanceID.NotFound')
    const text = `Termination protection enabled for instance ${guarded}`
    await refused(m.terminate(id, guarded), 'OperationNotPermitted', text)
    await m.stop(guarded)
    await c.pass(5)
    await refused(m.terminate(id, guarded), 'OperationNotPermitted', text)
    assert.equal(await m.stateOf(id), 'running')
    const DisableApiTermination = { Value: false }
    await c.ec2().send(new ModifyInstanceAttributeCommand({ InstanceId: guarded, DisableApiTermination }))
    assert.deepEqual(await terminate(guarded), ['80 48 terminated'])
  })

  it('a reboot changes no state, and what is off cannot be rebooted', async () => {
    const id = await m.running(image)
    const reboot = (...InstanceIds: string[]) => c.ec2().send(new RebootInstancesCommand({ InstanceIds }))
    await reboot(id)
    assert.equal(await m.stateOf(id), 'running')
    const { Output = '' } = await c.ec2().send(new GetConsoleOutputCommand({ InstanceId: id }))
    assert.match(Buffer.from(Output, 'base64').toString(), /Restarting system\./)
    await refused(reboot(id, unknown), 'InvalidInstanceID.NotFound')
    for (const state of ['stopping', 'stopped', 'shutting-down', 'terminated'] as const) {
      force(id, state)
      await refused(reboot(id), 'IncorrectInstanceState')
    }
    await refused(c.ec2().send(new GetConsoleOutputCommand({ InstanceId: id })), 'IncorrectInstanceState')
    force(id, 'running')
  })

  it('an instance may be pending for an hour, in each of its lives', async () => {
    const id = await stopped()
    await c.pass(1800)
    await m.start(id)
    c.engine.write(tx => {
      // No node takes it.
      for (const job of tx.jobs.list()) if (job.job === 'instance.stage') tx.jobs.delete(job.id)
    })
    await c.pass(3599)
    assert.equal(await m.stateOf(id), 'pending')
    await c.pass(1)
    const { State, StateTransitionReason, StateReason } = await m.instance(id)
    assert.equal(State?.Name, 'stopped')
    assert.equal(StateTransitionReason, 'The instance failed to start on the NC.')
    assert.match(StateReason?.Message ?? '', /pending for too long$/)
  })

  it('an instance that fails to start after it was stopped is stopped again, with its volumes', async () => {
    const { eki, eri } = await registerTrio(c)
    await c.settle()
    const kernel = { VirtualizationType: 'paravirtual', KernelId: eki, RamdiskId: eri }
    const id = await m.running(await registerEbs(c, await haveRootSnapshot(c), kernel))
    const volumes = await m.volumesOf(id)
    await m.stop(id)
    await c.pass(5)
    // The kernel is gone for good.
    c.engine.write(tx => tx.images.delete(eki))
    await m.start(id)
    await c.pass(5)
    const { State, StateReason } = await m.instance(id)
    assert.equal(State?.Name, 'stopped')
    assert.match(StateReason?.Message ?? '', new RegExp(`The image ${eki} is gone`))
    assert.deepEqual(await m.volumesOf(id), volumes)
    assert.equal(
      c.engine.read(tx => tx.privateAddresses.list().length),
      0,
    )
  })

  it('an instance whose node never lets go of it counts as stopped after ten minutes', async () => {
    const id = await m.running(image)
    await m.stop(id)
    c.clock.advance(3)
    await c.engine.drain()
    c.engine.write(tx => {
      for (const job of tx.jobs.list()) if (job.job === 'instance.teardown') tx.jobs.delete(job.id)
    })
    await c.pass(590)
    assert.equal(await m.stateOf(id), 'stopping')
    await c.pass(10)
    assert.equal(await m.stateOf(id), 'stopped')
    assert.ok(!existsSync(m.folder(id)))
  })

  it('a guest that switches itself off stops its instance or ends it, as its owner wished', async () => {
    const off = (id: string) => c.engine.write(tx => guestShutdown(tx, tx.instances.must(id)).state)
    const id = await m.running(image)
    assert.equal(off(id), 'stopping')
    await c.pass(5)
    const stopped = await m.instance(id)
    assert.equal(stopped.State?.Name, 'stopped')
    assert.equal(stopped.StateReason?.Code, 'Client.InstanceInitiatedShutdown')
    const ending = await m.running(image, { InstanceInitiatedShutdownBehavior: 'terminate' })
    assert.equal(off(ending), 'shutting-down')
    await c.pass(5)
    assert.equal(await m.stateOf(ending), 'terminated')
    const hvm = { VirtualizationType: 'hvm' }
    const store = await registerTiny(c, { disk: ext4Disk('x') }, hvm)
    for (const input of [{}, { InstanceInitiatedShutdownBehavior: 'stop' }]) {
      assert.equal(off(await m.running(store, input)), 'shutting-down')
    }
  })

  it('the behaviour at a guest’s shutdown is to stop with a volume, and to end without', async () => {
    const told = async (InstanceId: string) => {
      const Attribute = 'instanceInitiatedShutdownBehavior'
      const command = new DescribeInstanceAttributeCommand({ InstanceId, Attribute })
      return (await c.ec2().send(command)).InstanceInitiatedShutdownBehavior?.Value
    }
    assert.equal(await told(await m.running(image)), 'stop')
    const hvm = { VirtualizationType: 'hvm' }
    const store = await m.running(await registerTiny(c, { disk: ext4Disk('x') }, hvm))
    assert.equal(await told(store), 'terminate')
  })

  it('a job that is repeated after it started its instance leaves the folder alone', async () => {
    const [id = ''] = await m.run(image)
    await c.settle()
    writeFileSync(m.device(id, 'mark'), 'x')
    c.engine.write(tx => tx.start('instance.stage', id))
    await c.pass(5)
    assert.equal(await m.stateOf(id), 'running')
    assert.ok(existsSync(m.device(id, 'mark')))
  })
})
