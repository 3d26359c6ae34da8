// SPDX-License-Identifier: BSD-2-Clause
// Every row of the table of transitions: how instances end, by themselves and otherwise.
import assert from 'node:assert/strict'
import { existsSync, writeFileSync } from 'node:fs'
import {
  DescribeInstanceAttributeCommand,
  GetConsoleOutputCommand,
  ModifyInstanceAttributeCommand,
  RebootInstancesCommand,
} from '@aws-sdk/client-ec2'
import { guestShutdown } from '../../../src/engine/ec2/instance-life'
import { type Cloud, cloud } from '../../support/cloud'
import { endTidy } from '../../support/orphans'
import { ext4Disk, registerTiny, registerTrio } from '../../support/tiny-image'
import { haveRootSnapshot, type Machines, machines, registerEbs, told } from './ebs-machine'
import { refused } from './expect'
import { volumeOf } from './volume'

const unknown = 'i-00000000'

describe('the ends of instances that boot from volumes', () => {
  let c: Cloud
  let m: Machines
  let image: string

  beforeEach(async () => {
    c = await cloud()
    m = machines(c)
    image = await registerEbs(c, await haveRootSnapshot(c))
  })
  afterEach(() => endTidy(c, 60))

  const terminate = async (id: string) => told((await m.terminate(id)).TerminatingInstances)
  const stopped = (input: object = {}) => m.stopped(image, input)

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
      m.force(id, state)
      await refused(reboot(id), 'IncorrectInstanceState')
    }
    await refused(c.ec2().send(new GetConsoleOutputCommand({ InstanceId: id })), 'IncorrectInstanceState')
    m.force(id, 'running')
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
    const id = await stopped()
    // The ten minutes of its first life are not those of its second.
    await c.pass(300)
    await m.start(id)
    await c.pass(5)
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
