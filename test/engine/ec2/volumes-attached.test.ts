// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { CreateVolumeCommand, DeleteVolumeCommand, DetachVolumeCommand } from '@aws-sdk/client-ec2'
import { volumesOf } from '../../../src/engine/ec2/volume-life'
import { type Cloud, cloud } from '../../support/cloud'
import { endTidy } from '../../support/orphans'
import { refused } from './expect'
import { haveInstance } from './instance'
import { attach, fileOf, haveVolume, readAt, volumeOf, writeAt } from './volume'

const instance = 'i-00000001'

describe('attaching volumes', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
  })
  afterEach(() => endTidy(c))

  const devices = () => join(c.home, 'nodes', 'PARTI00', 'work', c.accountId, instance, 'dev')

  it('a volume is attaching, then attached and in use, and its bytes are in the folder of its instance', async () => {
    haveInstance(c, { id: instance })
    const volume = await haveVolume(c)
    const { State, Device, InstanceId, VolumeId, DeleteOnTermination, AttachTime } = await attach(c, volume)
    assert.deepEqual(
      { State, Device, InstanceId, VolumeId, DeleteOnTermination },
      {
        State: 'attaching',
        Device: '/dev/sdf',
        InstanceId: instance,
        VolumeId: volume,
        DeleteOnTermination: false,
      },
    )
    assert.equal(AttachTime?.getTime(), c.clock.now())
    assert.equal((await volumeOf(c, volume)).State, 'in-use')
    await c.settle()
    const { State: state, Attachments } = await volumeOf(c, volume)
    assert.deepEqual([state, Attachments?.[0]?.State], ['in-use', 'attached'])
    const device = join(devices(), 'sdf')
    assert.ok(lstatSync(device).isSymbolicLink())
    assert.equal(realpathSync(device), realpathSync(fileOf(c, volume)))
    writeAt(device, 512, 'written by the guest')
    assert.equal(readAt(fileOf(c, volume), 512, 20), 'written by the guest')
  })

  it('a device may be named with or without /dev/, and with slashes', async () => {
    haveInstance(c, { id: instance })
    for (const name of ['sdf', '/dev/sdg', 'vdb', 'xvdc', 'c0/d1'])
      await attach(c, await haveVolume(c), instance, name)
    await c.settle()
    assert.deepEqual(readdirSync(devices()).sort(), ['c0!d1', 'sdf', 'sdg', 'vdb', 'xvdc'])
  })

  it('a device name has 3 to 10 letters, digits and slashes', async () => {
    haveInstance(c, { id: instance })
    const volume = await haveVolume(c)
    for (const name of ['sd', '/dev/sdabcd', 'sd-f', '../sdf', '/dev/', 'sd f', '/dev/sd.']) {
      await refused(
        attach(c, volume, instance, name),
        'InvalidParameterValue',
        `Value (${name}) for parameter device is invalid.`,
      )
    }
    await refused(attach(c, volume, instance, ''), 'InvalidParameterValue')
  })

  it('the name is checked before the instance, and that before the volume', async () => {
    await refused(attach(c, 'vol-00000000', 'i-00000000', 'x'), 'InvalidParameterValue')
    await refused(attach(c, 'vol-00000000', 'i-00000000'), 'InvalidInstanceID.NotFound')
    haveInstance(c, { id: instance })
    await refused(
      attach(c, 'vol-00000000'),
      'InvalidVolume.NotFound',
      "The volume 'vol-00000000' does not exist.",
    )
  })

  it('ids must be ids', async () => {
    haveInstance(c, { id: instance })
    const volume = await haveVolume(c)
    await refused(
      attach(c, volume, 'one'),
      'InvalidParameterValue',
      "Value (one) for parameter instanceId is invalid. Expected: 'i-...'.",
    )
    await refused(attach(c, 'one'), 'InvalidParameterValue', /for parameter volume is invalid/)
  })

  it("another account's volume and instance are refused", async () => {
    const alice = await c.account('alice')
    haveInstance(c, { id: instance, account: alice.accountId })
    haveInstance(c, { id: 'i-00000002', account: c.accountId })
    const mine = await haveVolume(c)
    await refused(
      attach(c, mine, instance, '/dev/sdf', alice),
      'UnauthorizedOperation',
      `Not authorized to attach volume ${mine} by admin`,
    )
    const hers = await haveVolume(c, {}, alice)
    await refused(attach(c, hers, 'i-00000002', '/dev/sdf', alice), 'InvalidInstanceID.NotFound')
    assert.equal((await attach(c, hers, instance, '/dev/sdf')).State, 'attaching')
  })

  it('a device can be taken once, whatever it is called', async () => {
    haveInstance(c, { id: instance, mappings: [{ deviceName: '/dev/sdb', virtualName: 'ephemeral0' }] })
    await attach(c, await haveVolume(c))
    const volume = await haveVolume(c)
    for (const name of ['/dev/sdf', 'sdf']) {
      await refused(
        attach(c, volume, instance, name),
        'InvalidParameterValue',
        `Already have a device attached to: ${name}`,
      )
    }
    await refused(
      attach(c, volume, instance, 'sdb'),
      'InvalidParameterValue',
      'Already have an ephemeral device attached to: sdb',
    )
    await refused(attach(c, volume, instance, '/dev/sda1'), 'InvalidParameterValue')
  })

  it('a volume can be attached once', async () => {
    haveInstance(c, { id: instance })
    haveInstance(c, { id: 'i-00000002' })
    const volume = await haveVolume(c)
    await attach(c, volume)
    for (const id of [instance, 'i-00000002']) {
      await refused(attach(c, volume, id, '/dev/sdg'), 'VolumeInUse', `Volume already attached: ${volume}`)
    }
  })

  it('a volume and its instance are in one zone', async () => {
    haveInstance(c, { id: instance })
    const volume = await haveVolume(c, { AvailabilityZone: 'PARTI01' })
    await refused(
      attach(c, volume),
      'InvalidVolume.ZoneMismatch',
      `Can only attach volumes in the same zone: ${volume}`,
    )
  })

  it('an instance is running or stopped', async () => {
    const volume = await haveVolume(c)
    for (const state of ['pending', 'shutting-down', 'terminated', 'stopping'] as const) {
      haveInstance(c, { id: instance, state })
      await refused(attach(c, volume), 'IncorrectState', `Instance '${instance}' is not 'running'`)
    }
    c.engine.write(tx => tx.instances.delete(instance))
  })

  it('a volume is available', async () => {
    haveInstance(c, { id: instance })
    const { VolumeId = '' } = await c
      .ec2()
      .send(new CreateVolumeCommand({ AvailabilityZone: 'PARTI00', Size: 1 }))
    await refused(attach(c, VolumeId), 'IncorrectState', `Volume '${VolumeId}' is not 'available'`)
    await c.settle()
    await c.ec2().send(new DeleteVolumeCommand({ VolumeId }))
    await refused(attach(c, VolumeId), 'IncorrectState')
  })

  it('a stopped instance is given a volume on record, also its root, which is not to go with it', async () => {
    haveInstance(c, { id: instance, rootDeviceType: 'ebs', state: 'stopped' })
    const volume = await haveVolume(c)
    const root = await haveVolume(c)
    assert.equal((await attach(c, volume)).State, 'attached')
    assert.equal((await attach(c, root, instance, '/dev/sda1')).DeleteOnTermination, false)
    await c.settle()
    assert.equal(existsSync(devices()), false)
    const attached = c.engine.read(tx => volumesOf(tx, instance).map(({ id }) => id))
    assert.deepEqual(attached, [root, volume])
  })

  it('a volume that cannot be shown is free again, and the log says why', async () => {
    haveInstance(c, { id: instance })
    const volume = await haveVolume(c)
    mkdirSync(join(devices(), '..'), { recursive: true })
    writeFileSync(devices(), 'where a folder should be')
    await attach(c, volume)
    await c.settle()
    assert.equal((await volumeOf(c, volume)).State, 'available')
    const log = readFileSync(join(c.home, 'log/cloud-output.log'), 'utf8')
    assert.match(log, new RegExp(`ERROR .* Volume ${volume} could not be attached to ${instance}: `))
    rmSync(devices())
  })

  it('an instance that ends while a volume is attached gets no folder again', async () => {
    haveInstance(c, { id: instance })
    const volume = await haveVolume(c)
    await attach(c, volume)
    haveInstance(c, { id: instance, state: 'terminated' })
    await c.settle()
    assert.equal(existsSync(devices()), false)
    await c.ec2().send(new DetachVolumeCommand({ VolumeId: volume, Force: true }))
    await c.settle()
    assert.equal((await volumeOf(c, volume)).State, 'available')
  })
})
