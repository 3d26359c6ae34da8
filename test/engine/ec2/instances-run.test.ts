// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  CreateSecurityGroupCommand,
  DeregisterImageCommand,
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  type Instance,
  ModifyImageAttributeCommand,
  ModifyInstanceAttributeCommand,
  ResetInstanceAttributeCommand,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2'
import { RunInstancesWithAddressing$ } from '../../../src/schemas/extended-operations'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { ext4Disk, registerTiny, registerTrio, type TinyTrio } from '../../support/tiny-image'
import { send } from './command'
import { drawIds } from './drawn-ids'
import { refused } from './expect'

describe('running instances', () => {
  let c: Cloud
  let alice: Clients
  let images: TinyTrio

  before(async () => {
    c = await cloud()
    alice = await c.account('alice')
    images = await registerTrio(c)
    await c.settle()
  })
  after(() => c.close())

  const run = async (input: object = {}, who: Clients = c): Promise<Instance[]> => {
    const sent = { ImageId: images.emi, MinCount: 1, MaxCount: 1, ...input }
    return (await who.ec2().send(new RunInstancesCommand(sent as never))).Instances ?? []
  }
  const first = async (input: object = {}, who: Clients = c) => (await run(input, who))[0]
  const resources = (name: string, cpus: number) =>
    c.engine.write(tx => tx.zones.put({ name, cpus, memoryMib: 1_000_000, diskGib: 100_000 }))

  it('counts must be positive and in order', async () => {
    await refused(run({ MinCount: 0 }), 'InvalidParameterValue')
    await refused(run({ MinCount: 1.5, MaxCount: 2 }), 'InvalidParameterValue')
    await refused(run({ MinCount: 1, MaxCount: 1.5 }), 'InvalidParameterValue')
    await refused(run({ MinCount: 3, MaxCount: 2 }), 'InvalidParameterValue')
    await refused(run({ MinCount: 1001, MaxCount: 1001 }), 'InstanceLimitExceeded')
  })

  it('types, zones, keys and groups must exist', async () => {
    await refused(run({ InstanceType: 'm9.huge' }), 'InvalidParameterValue')
    await refused(run({ Placement: { AvailabilityZone: 'PARTI99' } }), 'InvalidParameterValue')
    await refused(run({ KeyName: 'nokey' }), 'InvalidKeyPair.NotFound')
    await refused(run({ SecurityGroups: ['nogroup'] }), 'InvalidGroup.NotFound')
    await refused(run({ SecurityGroupIds: ['sg-00000000'] }), 'InvalidGroup.NotFound')
  })

  it('what was run together has an id that nothing else has', async () => {
    drawIds(c, 'aaaaaaaa', '00000a01', 'aaaaaaaa', 'bbbbbbbb', '00000a02')
    await run()
    await run()
    const { Reservations = [] } = await c
      .ec2()
      .send(new DescribeInstancesCommand({ InstanceIds: ['i-00000a01', 'i-00000a02'] }))
    assert.deepEqual(
      Reservations.map(one => [one.ReservationId, one.Instances?.map(({ InstanceId }) => InstanceId)]),
      [
        ['r-aaaaaaaa', ['i-00000a01']],
        ['r-bbbbbbbb', ['i-00000a02']],
      ],
    )
  })

  it('groups are named or given by id', async () => {
    const group = { GroupName: 'web', Description: 'web servers' }
    const { GroupId = '' } = await c.ec2().send(new CreateSecurityGroupCommand(group))
    for (const input of [{ SecurityGroups: ['web'] }, { SecurityGroupIds: [GroupId] }]) {
      assert.deepEqual((await first(input))?.SecurityGroups, [{ GroupId, GroupName: 'web' }])
    }
  })

  it('what is run is a machine image, by an id that exists', async () => {
    for (const ImageId of ['nonsense', 'emi-00000000', images.eki]) {
      await refused(run({ ImageId }), 'InvalidAMIID.NotFound', `The image id '[${ImageId}]' does not exist`)
    }
    assert.equal((await first({ ImageId: images.emi.toUpperCase() }))?.ImageId, images.emi)
  })

  it('another account needs permission for the image, its kernel and its ramdisk', async () => {
    await refused(run({}, alice), 'UnauthorizedOperation', `${images.emi}: permission denied.`)
    const permit = (ImageId: string) =>
      c.ec2().send(
        new ModifyImageAttributeCommand({
          ImageId,
          LaunchPermission: { Add: [{ UserId: alice.accountId }] },
        }),
      )
    await permit(images.emi)
    await refused(run({}, alice), 'UnauthorizedOperation', `${images.eki}: permission denied.`)
    await permit(images.eki)
    await permit(images.eri)
    assert.equal((await run({}, alice)).length, 1)
  })

  it('an image whose kernel was deregistered does not run, unless the request names another', async () => {
    const other = await registerTrio(c)
    await c.ec2().send(new DeregisterImageCommand({ ImageId: other.eki }))
    await refused(
      run({ ImageId: other.emi }),
      'InvalidAMIID.NotFound',
      `The image id '[${other.eki}]' does not exist`,
    )
    const instance = await first({ ImageId: other.emi, KernelId: images.eki })
    assert.equal(instance?.KernelId, images.eki)
  })

  it('user data is base64 of at most 16 KiB', async () => {
    const data = (bytes: number) => Buffer.alloc(bytes, 'x').toString('base64')
    await refused(run({ UserData: 'not base64!' }), 'InvalidParameterValue')
    await refused(run({ UserData: data(16 * 1024 + 1) }), 'InvalidParameterValue')
    const instance = await first({ UserData: data(16 * 1024) })
    const { UserData } = await c
      .ec2()
      .send(new DescribeInstanceAttributeCommand({ InstanceId: instance?.InstanceId, Attribute: 'userData' }))
    assert.equal(UserData?.Value, data(16 * 1024))
  })

  it('metadata are told as the request says, and as it may', async () => {
    const options = { HttpTokens: 'required', HttpPutResponseHopLimit: 2 }
    const { MetadataOptions } = (await first({ MetadataOptions: options })) ?? {}
    assert.deepEqual(
      { ...MetadataOptions, ...options, HttpEndpoint: 'enabled', State: 'applied' },
      MetadataOptions,
    )
    await refused(run({ MetadataOptions: { HttpTokens: 'no' } }), 'InvalidParameterValue')
    await refused(run({ MetadataOptions: { InstanceMetadataTags: 'enabled' } }), 'UnsupportedOperation')
  })

  it('volumes and the root device cannot be mapped', async () => {
    const map = (mapping: object) => run({ BlockDeviceMappings: [mapping] })
    await refused(map({ DeviceName: 'sdb', Ebs: { VolumeSize: 1 } }), 'InvalidParameterValue', /^Ebs block/)
    await refused(map({ DeviceName: '/dev/sda', NoDevice: '' }), 'InvalidParameterValue', /^The root device/)
    await refused(map({ DeviceName: 'sdb', VirtualName: 'swap' }), 'InvalidParameterValue')
    assert.equal((await map({ DeviceName: 'sdb', VirtualName: 'ephemeral0' })).length, 1)
  })

  it('what only a VPC has is refused', async () => {
    await refused(run({ SubnetId: 'subnet-12345678' }), 'InvalidSubnetID.NotFound')
    await refused(run({ PrivateIpAddress: '10.0.0.1' }), 'UnsupportedOperation')
    await refused(run({ IamInstanceProfile: { Name: 'profile' } }), 'InvalidParameterValue')
  })

  it('nothing runs by a template or on the spot market, even with an image', async () => {
    const byId = { LaunchTemplate: { LaunchTemplateId: 'lt-12345678' } }
    await refused(run(byId), 'InvalidLaunchTemplateId.NotFound')
    await refused(run({ ...byId, ImageId: undefined }), 'InvalidLaunchTemplateId.NotFound')
    const byName = { LaunchTemplate: { LaunchTemplateName: 'web' } }
    await refused(run(byName), 'InvalidLaunchTemplateName.NotFoundException')
    await refused(run({ InstanceMarketOptions: { MarketType: 'spot' } }), 'UnsupportedOperation')
    const HibernationOptions = { Configured: true }
    await refused(run({ HibernationOptions }), 'UnsupportedHibernationConfiguration')
    await refused(run({ EnclaveOptions: { Enabled: true } }), 'UnsupportedOperation', /enclaves/)
    const without = 'The request must contain the parameter ImageId'
    await refused(run({ ImageId: undefined }), 'MissingParameter', without)
    await refused(run({ ImageId: '' }), 'MissingParameter', without)
  })

  it('with private addressing there is no public address', async () => {
    const input = { ImageId: images.emi, MinCount: 1, MaxCount: 1 }
    const ask = (AddressingType: string) =>
      send<{ Instances: Instance[] }>(c.ec2(), RunInstancesWithAddressing$, { ...input, AddressingType })
    const [instance] = (await ask('private')).Instances
    assert.equal(instance?.PublicIpAddress, instance?.PrivateIpAddress)
    assert.equal(instance?.PublicDnsName, instance?.PrivateDnsName)
    await refused(ask('secret'), 'InvalidParameterValue')
  })

  it('an image must be smaller than the disk of its type', async () => {
    const emi = await registerTiny(
      c,
      { disk: Buffer.from('x'), facts: { size: 5 * 2 ** 30 } },
      { VirtualizationType: 'hvm' },
    )
    await refused(run({ ImageId: emi }), 'InvalidParameterCombination', /vmType m1\.small size 5 GB\.$/)
    assert.equal((await run({ ImageId: emi, InstanceType: 'm1.medium' })).length, 1)
  })

  it('tenancy and shutdown behaviour are words that EC2 knows', async () => {
    await refused(run({ Placement: { Tenancy: 'shared' } }), 'InvalidParameterValue')
    await refused(run({ InstanceInitiatedShutdownBehavior: 'nap' }), 'InvalidParameterValue')
  })

  it('places that there are not are refused: groups, hosts, partitions', async () => {
    const unknown = "The Placement Group 'near' is unknown."
    await refused(run({ Placement: { GroupName: 'near' } }), 'InvalidPlacementGroup.Unknown', unknown)
    for (const Placement of [
      ...[{ HostId: 'h-1' }, { PartitionNumber: 1 }, { Affinity: 'host' }, { AvailabilityZoneId: 'PARTI00' }],
      ...[{ SpreadDomain: 'd' }, { HostResourceGroupArn: 'arn:aws:resource-groups:::group/g' }],
    ]) {
      const [name] = Object.keys(Placement)
      const message = `Placement by ${name} is not supported by this cloud`
      await refused(run({ Placement }), 'UnsupportedOperation', message)
    }
  })

  it('tags come with the instances', async () => {
    const TagSpecifications = [{ ResourceType: 'instance', Tags: [{ Key: 'role', Value: 'web' }] }]
    assert.deepEqual((await first({ TagSpecifications }))?.Tags, [{ Key: 'role', Value: 'web' }])
  })

  it('a repeated client token gives the reservation that there is', async () => {
    const input = { ClientToken: 'once' }
    const [one, two] = [await first(input), await first(input)]
    assert.equal(one?.InstanceId, two?.InstanceId)
  })

  it('a zone takes as many as it has room for, and never less than the minimum', async () => {
    const other = await cloud()
    try {
      const { emi } = await registerTrio(other)
      for (const name of ['PARTI00', 'PARTI01']) {
        other.engine.write(tx => tx.zones.put({ name, cpus: 4, memoryMib: 1_000_000, diskGib: 100_000 }))
      }
      const ask = (MinCount: number, MaxCount: number, zone?: string) =>
        other.ec2().send(
          new RunInstancesCommand({
            ImageId: emi,
            MinCount,
            MaxCount,
            Placement: { AvailabilityZone: zone },
          }),
        )
      await refused(ask(5, 9), 'InsufficientInstanceCapacity')
      assert.equal((await ask(2, 9, 'PARTI00')).Instances?.length, 4)
      await refused(ask(1, 1, 'PARTI00'), 'InsufficientInstanceCapacity')
      const elsewhere = await ask(1, 1)
      assert.equal(elsewhere.Instances?.[0]?.Placement?.AvailabilityZone, 'PARTI01')
    } finally {
      await other.close()
    }
  })

  it('instances of one call have numbers, and addresses and ids of their own', async () => {
    resources('PARTI00', 1000)
    const instances = await run({ MinCount: 20, MaxCount: 20 })
    const distinct = (values: unknown[]) => new Set(values).size
    assert.deepEqual(
      instances.map(one => one.AmiLaunchIndex),
      [...Array(20).keys()],
    )
    assert.equal(distinct(instances.map(one => one.InstanceId)), 20)
    assert.equal(distinct(instances.map(one => one.PrivateIpAddress)), 20)
    assert.equal(distinct(instances.map(one => one.PublicIpAddress)), 20)
  })

  describe('attributes', () => {
    let InstanceId: string
    before(async () => {
      InstanceId = (await first({ InstanceInitiatedShutdownBehavior: 'terminate' }))?.InstanceId ?? ''
    })
    const attribute = (Attribute: string) =>
      c.ec2().send(new DescribeInstanceAttributeCommand({ InstanceId, Attribute: Attribute as never }))
    const modify = (input: object) =>
      c.ec2().send(new ModifyInstanceAttributeCommand({ InstanceId, ...input } as never))

    it('are read one at a time', async () => {
      assert.equal((await attribute('instanceType')).InstanceType?.Value, 'm1.small')
      assert.equal((await attribute('kernel')).KernelId?.Value, images.eki)
      assert.equal((await attribute('ramdisk')).RamdiskId?.Value, images.eri)
      assert.equal((await attribute('rootDeviceName')).RootDeviceName?.Value, '/dev/sda1')
      assert.equal((await attribute('groupSet')).Groups?.[0]?.GroupName, 'default')
      assert.equal((await attribute('ebsOptimized')).EbsOptimized?.Value, false)
      const behavior = (await attribute('instanceInitiatedShutdownBehavior'))
        .InstanceInitiatedShutdownBehavior
      assert.equal(behavior?.Value, 'terminate')
      await refused(attribute('colour'), 'InvalidParameterValue')
      await refused(attribute('sourceDestCheck'), 'InvalidParameterCombination')
    })

    it('that do not need a stopped instance are changed', async () => {
      await modify({ DisableApiTermination: { Value: true } })
      assert.equal((await attribute('disableApiTermination')).DisableApiTermination?.Value, true)
      await modify({ Attribute: 'disableApiTermination', Value: 'false' })
      assert.equal((await attribute('disableApiTermination')).DisableApiTermination?.Value, false)
      await modify({ InstanceInitiatedShutdownBehavior: { Value: 'stop' } })
      await refused(modify({ InstanceInitiatedShutdownBehavior: { Value: 'nap' } }), 'InvalidParameterValue')
    })

    it('that need a stopped instance are not', async () => {
      await refused(modify({ InstanceType: { Value: 'm1.large' } }), 'IncorrectInstanceState')
      await refused(modify({ InstanceType: { Value: 'm9.huge' } }), 'InvalidInstanceAttributeValue')
      await refused(modify({ Kernel: { Value: images.eki } }), 'IncorrectInstanceState')
      await refused(modify({ UserData: { Value: Buffer.from('x') } }), 'IncorrectInstanceState')
      await refused(modify({ BlockDeviceMappings: [{ DeviceName: 'sdb' }] }), 'InvalidInstanceAttributeValue')
      await refused(modify({}), 'InvalidParameterCombination')
      await refused(
        c.ec2().send(new ResetInstanceAttributeCommand({ InstanceId, Attribute: 'kernel' })),
        'IncorrectInstanceState',
      )
    })
  })

  it('an hvm image has neither kernel nor ramdisk', async () => {
    const emi = await registerTiny(c, { disk: ext4Disk('whole') }, { VirtualizationType: 'hvm' })
    const [instance] = await run({ ImageId: emi })
    assert.equal(instance?.RootDeviceName, '/dev/sda')
    const { Reservations } = await c
      .ec2()
      .send(new DescribeInstancesCommand({ InstanceIds: [instance?.InstanceId ?? ''] }))
    assert.equal(Reservations?.[0]?.Instances?.[0]?.KernelId, undefined)
  })
})
