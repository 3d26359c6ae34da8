// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { closeSync, existsSync, openSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DetachVolumeCommand, type DetachVolumeCommandInput } from '@aws-sdk/client-ec2'
import type { InstanceStateName } from '../../../src/engine/ec2/schema/instances'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { endTidy } from '../../support/orphans'
import { refused } from './expect'
import { haveInstance } from './instance'
import { attach, fileOf, haveVolume, volumeOf } from './volume'

const instance = 'i-00000001'

describe('detaching volumes', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
  })
  afterEach(() => endTidy(c))

  const detach = (VolumeId: string, more: Partial<DetachVolumeCommandInput> = {}, who: Clients = c) =>
    who.ec2().send(new DetachVolumeCommand({ VolumeId, ...more }))
  const devices = () => join(c.home, 'nodes', 'PARTI00', 'work', c.accountId, instance, 'dev')

  const ebsInstance = (state: InstanceStateName) =>
    haveInstance(c, { id: instance, rootDeviceType: 'ebs', state })

  it('a volume is detaching, then available, and its device is gone', async () => {
    haveInstance(c, { id: instance })
    const volume = await haveVolume(c)
    await attach(c, volume)
    await c.settle()
    const { State, InstanceId, Device } = await detach(volume, { InstanceId: instance, Device: '/dev/sdf' })
    assert.deepEqual([State, InstanceId, Device], ['detaching', instance, '/dev/sdf'])
    const { State: state, Attachments } = await volumeOf(c, volume)
    assert.deepEqual([state, Attachments?.[0]?.State], ['in-use', 'detaching'])
    await c.settle()
    const after = await volumeOf(c, volume)
    assert.deepEqual([after.State, after.Attachments], ['available', []])
    assert.deepEqual(readdirSync(devices()), [])
    assert.ok(existsSync(fileOf(c, volume)))
    await attach(c, volume, instance, '/dev/sdf')
  })

  it('who writes to it has ten seconds to let go', async () => {
    haveInstance(c, { id: instance })
    const volume = await haveVolume(c)
    await attach(c, volume)
    await c.settle()
    const writer = openSync(join(devices(), 'sdf'), 'r+')
    await detach(volume)
    await c.pass(5)
    assert.equal((await volumeOf(c, volume)).Attachments?.[0]?.State, 'detaching')
    closeSync(writer)
    await c.pass(1)
    assert.equal((await volumeOf(c, volume)).State, 'available')

    await attach(c, volume)
    await c.settle()
    const stubborn = openSync(join(devices(), 'sdf'), 'r+')
    await detach(volume)
    await c.pass(9)
    assert.equal((await volumeOf(c, volume)).State, 'in-use')
    await c.pass(1)
    assert.equal((await volumeOf(c, volume)).State, 'available')
    closeSync(stubborn)
  })

  it('a volume is taken by force at once, also when it was being detached already', async () => {
    haveInstance(c, { id: instance })
    const volume = await haveVolume(c)
    for (const begin of [async () => {}, async () => void (await detach(volume))]) {
      await attach(c, volume)
      await c.settle()
      const writer = openSync(join(devices(), 'sdf'), 'r+')
      await begin()
      await detach(volume, { Force: true })
      await c.pass(1)
      assert.equal((await volumeOf(c, volume)).State, 'available')
      closeSync(writer)
    }
  })

  it('a volume can be detached while it is being attached', async () => {
    haveInstance(c, { id: instance })
    const volume = await haveVolume(c)
    await attach(c, volume)
    await detach(volume)
    await c.settle()
    assert.equal((await volumeOf(c, volume)).State, 'available')
  })

  it('a volume must be there, and be attached', async () => {
    await refused(
      detach('vol-00000000'),
      'InvalidVolume.NotFound',
      "The volume 'vol-00000000' does not exist.",
    )
    await refused(detach('data'), 'InvalidParameterValue')
    const volume = await haveVolume(c)
    await refused(detach(volume), 'IncorrectState', `Volume is not attached: ${volume}`)
  })

  it('nobody else may detach it, neither from his instance nor a volume of his from another', async () => {
    const alice = await c.account('alice')
    haveInstance(c, { id: instance })
    const mine = await haveVolume(c)
    await attach(c, mine)
    await refused(detach(mine, {}, alice), 'UnauthorizedOperation')
    // An administrator may attach what is another's to what is his.
    const hers = await haveVolume(c, {}, alice)
    await attach(c, hers, instance, '/dev/sdg')
    await refused(
      detach(hers, {}, alice),
      'UnauthorizedOperation',
      `Not authorized to detach volume from instance ${instance} by admin`,
    )
  })

  it('a root stays while its instance is not stopped, and can be taken and given when it is', async () => {
    ebsInstance('running')
    const root = await haveVolume(c)
    c.engine.write(tx => {
      const volume = tx.volumes.must(root)
      const attachment = { instanceId: instance, device: '/dev/sda1', state: 'attached' as const }
      tx.volumes.put({
        ...volume,
        attachment: { ...attachment, attachedAt: tx.now, deleteOnTermination: true },
      })
    })
    for (const state of ['running', 'pending', 'stopping', 'shutting-down'] as const) {
      ebsInstance(state)
      await refused(
        detach(root),
        'IncorrectState',
        `Cannot detach root volume ${root} from EBS backed instance ${instance} when instance state is ${state}`,
      )
    }
    ebsInstance('stopped')
    assert.equal((await detach(root)).State, 'detaching')
    assert.equal((await volumeOf(c, root)).State, 'available')
    await attach(c, root, instance, '/dev/sda1')
    assert.equal((await volumeOf(c, root)).State, 'in-use')
  })

  it('the instance and the device that are named are those', async () => {
    haveInstance(c, { id: instance })
    haveInstance(c, { id: 'i-00000002' })
    const volume = await haveVolume(c)
    await attach(c, volume)
    await refused(
      detach(volume, { InstanceId: 'i-00000002' }),
      'InvalidAttachment.NotFound',
      'Volume is not attached to instance: i-00000002',
    )
    await refused(
      detach(volume, { Device: '/dev/sdg' }),
      'InvalidAttachment.NotFound',
      'Volume is not attached to device: /dev/sdg',
    )
    await refused(
      detach(volume, { InstanceId: 'one' }),
      'InvalidParameterValue',
      "Value (one) for parameter instanceId is invalid. Expected: 'i-...'.",
    )
  })
})
