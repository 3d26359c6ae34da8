// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  AllocateAddressCommand,
  DescribeInstancesCommand,
  DescribeSnapshotsCommand,
  DescribeVolumesCommand,
  ReleaseAddressCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2'
import { failInstance } from '../../../../src/engine/ec2/instance-life'
import { type Cloud, cloud } from '../../../support/cloud'
import { haveImage, imageId } from '../../autoscaling/machines'
import { haveRootSnapshot, registerEbs } from '../../ec2/ebs-machine'
import { haveInstance } from '../../ec2/instance'
import { haveVolume } from '../../ec2/volume'
import { publicKey } from './cases'
import { type Resource, type Workshop, workshop } from './workshop'

const instanceType = 'AWS::EC2::Instance'
const volumeType = 'AWS::EC2::Volume'

describe('instances, volumes and addresses of stacks', () => {
  let c: Cloud
  let shop: Workshop
  beforeEach(async () => {
    c = await cloud()
    shop = workshop(c)
  })
  afterEach(() => c.close())

  const instanceOf = async ({ made }: Resource) => {
    const input = { InstanceIds: [made.ref] }
    const { Reservations: [found] = [] } = await c.ec2().send(new DescribeInstancesCommand(input))
    return found?.Instances?.[0]
  }
  const volumeOf = async (id: string) =>
    (await c.ec2().send(new DescribeVolumesCommand({ VolumeIds: [id] }))).Volumes?.[0]
  const record = (id: string) => c.engine.read(tx => tx.instances.must(id))
  const booting = async () => registerEbs(c, await haveRootSnapshot(c))

  it('an instance is complete when it runs and its volumes are attached; then it is known', async () => {
    const ImageId = await booting()
    const VolumeId = await haveVolume(c)
    const Volumes = [{ Device: '/dev/sdf', VolumeId }]
    const UserData = Buffer.from('#cloud-config').toString('base64')
    const instance = await shop.make('Host', instanceType, {
      ...{ ImageId, Volumes, UserData, Monitoring: 'true', DisableApiTermination: 'false' },
      ...{ AvailabilityZone: 'PARTI00', InstanceType: 'm1.small', Tenancy: 'default' },
      Tags: [{ Key: 'Name', Value: 'host' }],
    })
    const shown = await instanceOf(instance)
    assert.equal(shown?.State?.Name, 'running')
    assert.deepEqual(instance.made.attributes, {
      ...{ AvailabilityZone: 'PARTI00', PrivateDnsName: shown?.PrivateDnsName },
      ...{ PrivateIp: shown?.PrivateIpAddress, PublicDnsName: shown?.PublicDnsName },
      PublicIp: shown?.PublicIpAddress,
    })
    assert.equal((await volumeOf(VolumeId))?.Attachments?.[0]?.State, 'attached')
    assert.equal(record(instance.made.ref).userData, UserData)
    assert.ok(shown?.Tags?.some(({ Key, Value }) => Key === 'Name' && Value === 'host'))
    const { Volumes: _, Monitoring: __, ...rest } = instance.properties
    await shop.change(instance, { ...rest, DisableApiTermination: 'true' })
    await c.pass(5)
    assert.deepEqual(
      [record(instance.made.ref).monitoring, record(instance.made.ref).disableApiTermination],
      [false, true],
    )
    assert.equal((await volumeOf(VolumeId))?.State, 'available')
    const remove = shop.remove(instance)
    await assert.rejects(remove, { message: /^Termination protection enabled for instance/ })
  })

  it('one that cannot start fails, and says why', async () => {
    haveImage(c)
    const instance = shop.begin('Host', instanceType, { ImageId: imageId })
    assert.deepEqual(shop.look(instance), {
      is: 'waiting',
      reason: `Instance ${instance.made.ref} is pending`,
    })
    c.engine.write(tx => failInstance(tx, instance.made.ref, 'No room on the disk'))
    assert.throws(() => shop.look(instance), {
      name: 'ResourceFailure',
      message: /^Instance i-\w+ is (shutting-down|terminated): .*No room on the disk/,
    })
  })

  it('one whose disk would be lost is replaced for what it starts with; one with a root volume is stopped', async () => {
    haveImage(c)
    const given = { ImageId: imageId, InstanceType: 'm1.small' }
    const instance = shop.begin('Host', instanceType, given)
    assert.equal(shop.mustReplace(instance, { ...given, InstanceType: 'm1.large' }), true)
    assert.equal(shop.mustReplace(instance, { ...given, Monitoring: true }), false)
    const image = await booting()
    const rooted = await shop.make('Rooted', instanceType, { ImageId: image, InstanceType: 'm1.small' })
    const UserData = Buffer.from('other').toString('base64')
    const wanted = { ImageId: image, InstanceType: 'm1.large', UserData }
    assert.equal(shop.mustReplace(rooted, wanted), false)
    const before = record(rooted.made.ref)
    const changed = await shop.change(rooted, wanted)
    const after = record(rooted.made.ref)
    assert.deepEqual(
      [after.state, after.instanceType, after.userData, (after.starts ?? 0) - (before.starts ?? 0)],
      ['running', 'm1.large', UserData, 1],
    )
    assert.equal(changed.made.attributes.PublicIp, (await instanceOf(changed))?.PublicIpAddress)
    assert.equal(changed.made.memory?.before, undefined)
  })

  it('one that was stopped by hand is not started for a tag', async () => {
    const ImageId = await booting()
    const instance = await shop.make('Host', instanceType, { ImageId })
    await c.ec2().send(new StopInstancesCommand({ InstanceIds: [instance.made.ref] }))
    await c.pass(60)
    await shop.change(instance, { ImageId, Tags: [{ Key: 'Name', Value: 'still' }] })
    assert.equal(record(instance.made.ref).state, 'stopped')
  })

  it('one that was terminated by hand is gone for its removal, and cannot be changed', async () => {
    haveImage(c)
    const instance = shop.begin('Host', instanceType, { ImageId: imageId })
    await c.ec2().send(new TerminateInstancesCommand({ InstanceIds: [instance.made.ref] }))
    await shop.remove(instance)
    assert.equal(record(instance.made.ref).state, 'terminated')
  })

  it('what needs a VPC is refused in EC2’s words', () => {
    haveImage(c)
    const begin = (more: object) => () => shop.begin('Host', instanceType, { ImageId: imageId, ...more })
    assert.throws(begin({ SourceDestCheck: 'false' }), {
      message: 'sourceDestCheck may only be used with an instance in a VPC.',
    })
    assert.throws(begin({ SubnetId: 'subnet-11111111' }), { name: 'Refusal' })
    assert.throws(begin({ NetworkInterfaces: [{ DeviceIndex: '0' }] }), { name: 'Refusal' })
    assert.deepEqual(
      c.engine.read(tx => tx.instances.list()),
      [],
    )
  })

  it('a volume grows where it is, and a snapshot of it may stay', async () => {
    const given = { AvailabilityZone: 'PARTI00', Size: '1' }
    const volume = await shop.make('Disk', volumeType, given)
    const grown = await shop.change(volume, { ...given, Size: '2', AutoEnableIO: 'true' })
    assert.equal((await volumeOf(volume.made.ref))?.Size, 2)
    await assert.rejects(shop.change(grown, given), {
      message: 'New size cannot be smaller than existing size',
    })
    await shop.snapshot(grown)
    await shop.snapshot(grown)
    await shop.remove(grown)
    const { Snapshots = [] } = await c.ec2().send(new DescribeSnapshotsCommand({}))
    assert.deepEqual(
      Snapshots.map(({ VolumeId, State, VolumeSize }) => [VolumeId, State, VolumeSize]),
      [[volume.made.ref, 'completed', 2]],
    )
    assert.ok(Snapshots[0]?.Tags?.some(({ Key }) => Key === 'aws:cloudformation:stack-name'))
  })

  it('a volume that cannot be is refused, and one that fails says so', async () => {
    assert.throws(() => shop.begin('Disk', volumeType, { AvailabilityZone: 'PARTI00' }), {
      code: 'MissingParameter',
    })
    const given = { AvailabilityZone: 'PARTI00', Size: '1', Encrypted: 'true' }
    assert.throws(() => shop.begin('Disk', volumeType, given), {
      message: 'Volumes are not encrypted in this cloud.',
    })
    const volume = shop.begin('Disk', volumeType, { AvailabilityZone: 'PARTI00', Size: '1' })
    c.engine.write(tx =>
      tx.volumes.put({ ...tx.volumes.must(volume.made.ref), state: 'error', reason: 'No room' }),
    )
    assert.throws(() => shop.look(volume), { message: `Volume ${volume.made.ref} is error: No room` })
  })

  it('an attachment waits for both, cannot be changed, and lets go of the volume', async () => {
    haveInstance(c, { id: 'i-00000001' })
    const VolumeId = await haveVolume(c)
    const given = { Device: '/dev/sdf', InstanceId: 'i-00000001', VolumeId }
    const type = 'AWS::EC2::VolumeAttachment'
    const attachment = await shop.make('Attachment', type, given)
    assert.equal((await volumeOf(VolumeId))?.Attachments?.[0]?.State, 'attached')
    await assert.rejects(shop.change(attachment, { ...given, Device: '/dev/sdg' }), {
      message: 'Update to resource type AWS::EC2::VolumeAttachment is not supported.',
    })
    assert.throws(() => shop.begin('Again', type, { ...given, Device: '/dev/sdh' }), {
      code: 'VolumeInUse',
    })
    await shop.remove(attachment)
    assert.equal((await volumeOf(VolumeId))?.State, 'available')
  })

  it('an address goes from instance to instance, and is not taken from whoever has it now', async () => {
    haveInstance(c, { id: 'i-00000001' })
    haveInstance(c, { id: 'i-00000002', privateIp: '127.110.0.2' })
    const type = 'AWS::EC2::EIP'
    const holder = () => c.engine.read(tx => tx.addresses.get(address.made.ref))
    const address = shop.begin('Address', type, { InstanceId: 'i-00000001' })
    assert.equal(holder()?.instanceId, 'i-00000001')
    await shop.change(address, { InstanceId: 'i-00000002' })
    assert.equal(holder()?.instanceId, 'i-00000002')
    await shop.change({ ...address, properties: { InstanceId: 'i-00000002' } }, {})
    assert.equal(holder()?.instanceId, undefined)
    const PublicIp = address.made.ref
    await c.ec2().send(new ReleaseAddressCommand({ PublicIp }))
    const alice = await c.account('alice')
    const input = { Address: PublicIp }
    await alice.ec2().send(new AllocateAddressCommand(input))
    // Not even by an administrator of the cloud, who could.
    await shop.remove(address)
    assert.equal(holder()?.account, alice.accountId)
  })

  it('addresses of VPCs and tags of addresses are refused in EC2’s words', () => {
    const type = 'AWS::EC2::EIP'
    assert.throws(() => shop.begin('Address', type, { Domain: 'vpc' }), { code: 'InvalidParameterValue' })
    assert.throws(() => shop.begin('Address', type, { Tags: [{ Key: 'a', Value: 'b' }] }), {
      message: 'Addresses outside a VPC have no ID to be tagged by',
    })
    const given = { AllocationId: 'eipalloc-11111111', InstanceId: 'i-00000001' }
    haveInstance(c, { id: 'i-00000001' })
    assert.throws(() => shop.begin('Association', 'AWS::EC2::EIPAssociation', given), {
      code: 'InvalidAllocationID.NotFound',
    })
  })

  it('an association that another one has taken the place of is left alone', async () => {
    haveInstance(c, { id: 'i-00000001' })
    haveInstance(c, { id: 'i-00000002', privateIp: '127.110.0.2' })
    const address = shop.begin('Address', 'AWS::EC2::EIP', {})
    const EIP = address.made.ref
    const type = 'AWS::EC2::EIPAssociation'
    const first = shop.begin('First', type, { EIP, InstanceId: 'i-00000001' })
    const second = shop.begin('Second', type, { EIP, InstanceId: 'i-00000002' })
    await shop.remove(first)
    const holder = () => c.engine.read(tx => tx.addresses.get(EIP)?.instanceId)
    assert.equal(holder(), 'i-00000002')
    await shop.remove(second)
    assert.equal(holder(), undefined)
  })

  it('a key pair is of a key that somebody has', async () => {
    const type = 'AWS::EC2::KeyPair'
    const pair = shop.begin('Key', type, { KeyName: 'mine', PublicKeyMaterial: publicKey })
    assert.match(String(pair.made.attributes.KeyPairId), /^key-/)
    await shop.change(pair, {
      ...{ KeyName: 'mine', PublicKeyMaterial: publicKey },
      Tags: [{ Key: 'of', Value: 'me' }],
    })
    assert.throws(() => shop.begin('Key', type, { KeyName: 'other', PublicKeyMaterial: 'nonsense' }), {
      code: 'InvalidKey.Format',
    })
  })
})
