// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  type EC2Client,
  ModifyInstanceAttributeCommand,
  RunInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2'
import { capacity, instanceTypeNamed } from '../../../src/engine/ec2/capacity'
import {
  DescribeEucalyptusInstanceTypes$,
  type DescribeEucalyptusInstanceTypesOutput,
  ModifyInstanceTypeAttribute$,
  type ModifyInstanceTypeAttributeInput,
  type ModifyInstanceTypeAttributeOutput,
} from '../../../src/schemas/extensions'
import { type Cloud, cloud } from '../../support/cloud'
import { registerTiny } from '../../support/tiny-image'
import { send } from './command'
import { refused } from './expect'
import { haveInstance } from './instance'

describe('an instance type that is modified', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
  })
  afterEach(() => c.close())

  const modify = (input: ModifyInstanceTypeAttributeInput, client: EC2Client = c.ec2()) =>
    send<ModifyInstanceTypeAttributeOutput>(client, ModifyInstanceTypeAttribute$, input)
  const described = async (name: string) => {
    const input = { InstanceTypes: [name], Availability: true }
    const output = await send<DescribeEucalyptusInstanceTypesOutput>(
      c.ec2(),
      DescribeEucalyptusInstanceTypes$,
      input,
    )
    const { Availability, ...type } = output.InstanceTypeDetails?.[0] ?? {}
    return { type, room: Availability?.[0]?.Max }
  }
  const left = (name: string) =>
    c.engine.read(tx => capacity(tx, 'PARTI00', instanceTypeNamed(tx, name)).available)

  const small = { Name: 'm1.small', Cpu: 1, MemoryMib: 256, DiskGib: 5, NetworkInterfaces: 2 }

  it('has what was given and keeps the rest, and has what it had after a reset', async () => {
    const first = await modify({ Name: 'm1.small', Cpu: 2, Memory: 512 })
    assert.deepEqual(
      [first.InstanceType, first.PreviousInstanceType].map(type => ({ ...type, Availability: undefined })),
      [{ ...small, Cpu: 2, MemoryMib: 512 }, small].map(type => ({ ...type, Availability: undefined })),
    )
    assert.deepEqual((await described('m1.small')).type, { ...small, Cpu: 2, MemoryMib: 512 })
    await modify({ Name: 'm1.small', Disk: 7, NetworkInterfaces: 8 })
    const both = { Name: 'm1.small', Cpu: 2, MemoryMib: 512, DiskGib: 7, NetworkInterfaces: 8 }
    assert.deepEqual((await described('m1.small')).type, both)
    // Other types are what they were.
    assert.equal((await described('t1.micro')).type.Cpu, 1)
    await modify({ Name: 'm1.small', Reset: true, Cpu: 9 })
    assert.deepEqual((await described('m1.small')).type, small)
  })

  it('is modified by administrators of the cloud alone', async () => {
    const alice = await c.account('alice')
    await refused(
      modify({ Name: 'm1.small', Cpu: 2 }, alice.ec2()),
      'UnauthorizedOperation',
      'Authorization failed.',
    )
    assert.deepEqual((await described('m1.small')).type, small)
  })

  it('must be one that there is', async () => {
    for (const Name of ['m7.huge', 'constructor']) {
      await refused(
        modify({ Name, Cpu: 2 }),
        'InvalidParameterValue',
        `Failed to lookup the requested instance type: ${Name}`,
      )
    }
    await refused(modify({ Cpu: 2 }), 'MissingParameter')
  })

  it('has one of everything at least, and eight network interfaces at most', async () => {
    const wrong = [
      ...[{ Cpu: 0 }, { Cpu: -1 }, { Disk: 0 }, { Memory: 0 }],
      ...[{ NetworkInterfaces: 0 }, { NetworkInterfaces: 9 }],
    ]
    for (const change of wrong) {
      await refused(
        modify({ Name: 'm1.small', Memory: 1024, ...change }),
        'InvalidParameterValue',
        /^Value \(-?\d\) for parameter \w+ is invalid\. Expected (a positive number|1 to 8)\.$/,
      )
    }
    assert.deepEqual((await described('m1.small')).type, small)
  })

  it('fits as often as it fits now, while what runs takes what it took when it began', async () => {
    c.engine.write(tx => tx.zones.put({ name: 'PARTI00', cpus: 8, memoryMib: 4096, diskGib: 100 }))
    haveInstance(c, { id: 'i-00000001', instanceType: 'm1.small', zone: 'PARTI00' })
    assert.equal(left('m1.small'), 7)
    await modify({ Name: 'm1.small', Cpu: 4 })
    assert.equal((await described('m1.small')).room, 2)
    assert.equal(left('m1.small'), 1)
    assert.equal(left('t1.micro'), 7)
  })

  it('leaves instances alone until they are started again', async () => {
    const image = await registerTiny(
      c,
      { disk: Buffer.alloc(65_536, 1) },
      { VirtualizationType: 'hvm', BlockDeviceMappings: [] },
    )
    c.engine.write(tx => tx.zones.put({ name: 'PARTI00', cpus: 8, memoryMib: 4096, diskGib: 100 }))
    await modify({ Name: 'm1.small', Cpu: 3 })
    const { Instances } = await c.ec2().send(
      new RunInstancesCommand({
        ...{ ImageId: image, MinCount: 1, MaxCount: 1 },
        Placement: { AvailabilityZone: 'PARTI00' },
      }),
    )
    const id = Instances?.[0]?.InstanceId ?? ''
    await c.pass(60)
    const cpusLeft = () => left('t1.micro')
    assert.equal(cpusLeft(), 5)
    await modify({ Name: 'm1.small', Reset: true })
    assert.equal(cpusLeft(), 5)
    // The image is instance store, which cannot stop: the record says that it is not.
    c.engine.write(tx => {
      const instance = tx.instances.must(id)
      tx.instances.put({ ...instance, rootDeviceType: 'ebs', state: 'stopped' })
    })
    assert.equal(cpusLeft(), 8)
    await c
      .ec2()
      .send(new ModifyInstanceAttributeCommand({ InstanceId: id, InstanceType: { Value: 'm1.large' } }))
    await modify({ Name: 'm1.large', Cpu: 6 })
    c.engine.write(tx => {
      tx.volumes.put({
        ...{ id: 'vol-00000001', account: c.accountId, zone: 'PARTI00', sizeGib: 1, state: 'in-use' },
        ...{ volumeType: 'standard', createdAt: tx.now },
        attachment: {
          ...{ instanceId: id, device: '/dev/sda', state: 'attached', attachedAt: tx.now },
          deleteOnTermination: false,
        },
      } as never)
    })
    await c.ec2().send(new StartInstancesCommand({ InstanceIds: [id] }))
    assert.equal(cpusLeft(), 2)
    await refused(
      c.ec2().send(new StopInstancesCommand({ InstanceIds: ['i-0000000f'] })),
      'InvalidInstanceID.NotFound',
    )
  })

  it('decides which images are too large', async () => {
    const image = await registerTiny(c, { disk: Buffer.alloc(65_536, 1) }, { VirtualizationType: 'hvm' })
    c.engine.write(tx => tx.images.put({ ...tx.images.must(image), bytes: 6 * 2 ** 30 }))
    const run = () => c.ec2().send(new RunInstancesCommand({ ImageId: image, MinCount: 1, MaxCount: 1 }))
    await refused(run(), 'InvalidParameterCombination')
    await modify({ Name: 'm1.small', Disk: 7 })
    assert.equal((await run()).Instances?.length, 1)
  })
})
