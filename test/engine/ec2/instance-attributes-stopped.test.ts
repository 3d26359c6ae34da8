// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  AttachVolumeCommand,
  DescribeInstanceAttributeCommand,
  ModifyInstanceAttributeCommand,
  ResetInstanceAttributeCommand,
} from '@aws-sdk/client-ec2'
import { type Cloud, cloud } from '../../support/cloud'
import { endTidy } from '../../support/orphans'
import { kernelFile, registerTiny, registerTrio, type TinyTrio } from '../../support/tiny-image'
import { haveRootSnapshot, type Machines, machines, registerEbs } from './ebs-machine'
import { refused } from './expect'
import { haveInstance } from './instance'
import { haveVolume } from './volume'

describe('attributes of instances that boot from volumes', () => {
  let c: Cloud
  let m: Machines
  let images: TinyTrio
  let id: string
  let root: string

  beforeEach(async () => {
    c = await cloud()
    m = machines(c)
    images = await registerTrio(c)
    await c.settle()
    const kernel = { VirtualizationType: 'paravirtual', KernelId: images.eki, RamdiskId: images.eri }
    id = await m.running(await registerEbs(c, await haveRootSnapshot(c), kernel))
    root = (await m.volumesOf(id))['/dev/sda'] ?? ''
  })
  afterEach(() => endTidy(c, 60))

  const stop = async () => {
    await m.stop(id)
    await c.pass(5)
  }
  const read = async (Attribute: string) => {
    const command = new DescribeInstanceAttributeCommand({ InstanceId: id, Attribute: Attribute as 'kernel' })
    const { $metadata, InstanceId, ...answer } = await c.ec2().send(command)
    return answer
  }
  const change = (input: object) =>
    c.ec2().send(new ModifyInstanceAttributeCommand({ InstanceId: id, ...input }))
  const reset = (Attribute: string) =>
    c.ec2().send(new ResetInstanceAttributeCommand({ InstanceId: id, Attribute: Attribute as 'kernel' }))
  const flag = async () => (await m.instance(id)).BlockDeviceMappings?.[0]?.Ebs?.DeleteOnTermination

  it('what a machine is started with changes while it is stopped only', async () => {
    for (const input of [
      { InstanceType: { Value: 'm1.large' } },
      { Kernel: { Value: images.eki } },
      { Ramdisk: { Value: images.eri } },
      { UserData: { Value: Buffer.from('hello') } },
      { Attribute: 'userData', Value: 'aGVsbG8=' },
    ]) {
      await refused(change(input), 'IncorrectInstanceState')
    }
    for (const attribute of ['kernel', 'ramdisk']) await refused(reset(attribute), 'IncorrectInstanceState')
  })

  it('a stopped machine gets another type, and starts with it', async () => {
    await stop()
    await refused(change({ InstanceType: { Value: 'm9.huge' } }), 'InvalidInstanceAttributeValue')
    await change({ InstanceType: { Value: 'm1.large' } })
    await change({ Attribute: 'instanceType', Value: 'm1.xlarge' })
    await m.start(id)
    await c.pass(5)
    const { State, InstanceType } = await m.instance(id)
    assert.deepEqual([State?.Name, InstanceType], ['running', 'm1.xlarge'])
  })

  it('a stopped machine gets another kernel, and has the image’s back after a reset', async () => {
    await stop()
    const other = await registerTiny(c, { disk: kernelFile('4.19.0-1 #1 SMP'), type: 'kernel' })
    await refused(change({ Kernel: { Value: 'eki-00000000' } }), 'InvalidAMIID.NotFound')
    await refused(change({ Kernel: { Value: images.eri } }), 'InvalidAMIID.NotFound')
    await change({ Kernel: { Value: other } })
    assert.deepEqual(await read('kernel'), { KernelId: { Value: other } })
    await reset('kernel')
    assert.deepEqual(await read('kernel'), { KernelId: { Value: images.eki } })
    await change({ Ramdisk: { Value: images.eri } })
    await reset('ramdisk')
    assert.deepEqual(await read('ramdisk'), { RamdiskId: { Value: images.eri } })
    await refused(reset('sourceDestCheck'), 'InvalidParameterCombination')
    await refused(reset('colour'), 'InvalidParameterValue')
  })

  it('a machine that boots from its disk has no kernel to change', async () => {
    haveInstance(c, { id: 'i-0000000a', state: 'stopped', rootDeviceType: 'ebs' })
    const Kernel = { Value: images.eki }
    await refused(change({ InstanceId: 'i-0000000a', Kernel }), 'InvalidParameterCombination')
  })

  it('a stopped machine gets other user data, of 16 KiB at most, or none', async () => {
    await stop()
    await change({ UserData: { Value: Buffer.from('hello') } })
    assert.deepEqual(await read('userData'), { UserData: { Value: 'aGVsbG8=' } })
    await change({ Attribute: 'userData', Value: 'aGk=' })
    assert.deepEqual(await read('userData'), { UserData: { Value: 'aGk=' } })
    await refused(change({ UserData: { Value: Buffer.alloc(16_385) } }), 'InvalidParameterValue')
    await refused(change({ Attribute: 'userData', Value: 'no base64!' }), 'InvalidParameterValue')
    await change({ UserData: { Value: Buffer.alloc(0) } })
    assert.equal((await read('userData')).UserData?.Value, undefined)
  })

  it('its volumes are told, and whether they end with it changes in any state', async () => {
    const { BlockDeviceMappings = [] } = await read('blockDeviceMapping')
    assert.deepEqual(
      BlockDeviceMappings.map(({ DeviceName, Ebs }) => [
        DeviceName,
        Ebs?.VolumeId,
        Ebs?.Status,
        Ebs?.DeleteOnTermination,
      ]),
      [['/dev/sda', root, 'attached', true]],
    )
    const mapping = (Ebs: object) => ({ BlockDeviceMappings: [{ DeviceName: '/dev/sda', Ebs }] })
    await change(mapping({ DeleteOnTermination: false }))
    assert.equal(await flag(), false)
    await stop()
    await change(mapping({ VolumeId: root, DeleteOnTermination: true }))
    assert.equal(await flag(), true)
  })

  it('a root at /dev/sda is found as /dev/sda1, too, which no other volume can have', async () => {
    const keep = { BlockDeviceMappings: [{ DeviceName: '/dev/sda1', Ebs: { DeleteOnTermination: false } }] }
    await change(keep)
    assert.equal(await flag(), false)
    const VolumeId = await haveVolume(c)
    const second = new AttachVolumeCommand({ InstanceId: id, VolumeId, Device: '/dev/sda1' })
    await refused(c.ec2().send(second), 'InvalidParameterValue', /^Already have a device attached/)
  })

  it('stop protection keeps a machine from being stopped and terminated, until it is taken away', async () => {
    await change({ DisableApiStop: { Value: true } })
    assert.deepEqual(await read('disableApiStop'), { DisableApiStop: { Value: true } })
    assert.deepEqual(await read('disableApiTermination'), { DisableApiTermination: { Value: false } })
    const text = (verb: string) =>
      `The instance '${id}' may not be ${verb}. Modify its 'disableApiStop' instance attribute and try again.`
    await refused(m.stop(id), 'OperationNotPermitted', text('stopped'))
    await refused(m.terminate(id), 'OperationNotPermitted', text('terminated'))
    await change({ Attribute: 'disableApiStop', Value: 'false' })
    await stop()
    await change({ DisableApiStop: { Value: true } })
    await refused(m.terminate(id), 'OperationNotPermitted', text('terminated'))
    await change({ DisableApiStop: { Value: false } })
    await m.terminate(id)
    const guarded = await m.running((await m.instance(id)).ImageId ?? '', { DisableApiStop: true })
    await refused(m.stop(guarded), 'OperationNotPermitted')
    await change({ InstanceId: guarded, DisableApiStop: { Value: false } })
    const [InstanceType, ImageId] = ['m1.large' as const, images.emi]
    await refused(m.run(ImageId, { InstanceType, DisableApiStop: true }), 'UnsupportedOperation')
  })

  it('a mapping of a free device, or of another volume, is refused, and nothing changes', async () => {
    const Ebs = { DeleteOnTermination: false }
    const first = { DeviceName: '/dev/sda', Ebs }
    const code = 'InvalidInstanceAttributeValue'
    await refused(
      change({ BlockDeviceMappings: [first, { DeviceName: '/dev/sdb', Ebs }] }),
      code,
      'No device is currently mapped at /dev/sdb',
    )
    const VolumeId = await haveVolume(c)
    await refused(
      change({ BlockDeviceMappings: [{ DeviceName: '/dev/sda', Ebs: { ...Ebs, VolumeId } }] }),
      code,
      `The volume ${VolumeId} is not mapped at /dev/sda`,
    )
    assert.equal(await flag(), true)
  })
})
