// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  AttachNetworkInterfaceCommand,
  DeleteNetworkInterfaceCommand,
  DescribeInstanceAttributeCommand,
  ModifyInstanceAttributeCommand,
  ResetInstanceAttributeCommand,
} from '@aws-sdk/client-ec2'
import { takenIn } from '../../../../src/engine/ec2/vpc/subnet-addresses'
import { refused } from '../expect'
import { type LaunchingCloud, launchingCloud } from './launching'

describe('running instances in VPCs', () => {
  let c: LaunchingCloud['c']
  let home: LaunchingCloud['home']
  let other: LaunchingCloud['other']
  let defaultSubnet: LaunchingCloud['defaultSubnet']
  let run: LaunchingCloud['run']
  let described: LaunchingCloud['described']
  let first: LaunchingCloud['first']
  let again: LaunchingCloud['again']
  let end: LaunchingCloud['end']
  let groupIn: LaunchingCloud['groupIn']
  let interfaceIn: LaunchingCloud['interfaceIn']
  before(async () => {
    ;({ c, home, other, defaultSubnet, run, described, first, again, end, groupIn, interfaceIn } =
      await launchingCloud())
  })
  after(() => c.close())

  it('go into the zone’s default subnet, with a public address', async () => {
    const made = await first({ Placement: { AvailabilityZone: 'PARTI01' } })
    assert.equal(made.VpcId, home)
    assert.equal(made.SubnetId, defaultSubnet('PARTI01'))
    assert.equal(made.PrivateIpAddress, '172.31.16.4')
    assert.equal(made.PrivateDnsName, 'euca-172-31-16-4.eucalyptus.internal')
    const seen = await again(made)
    assert.match(seen.PublicIpAddress ?? '', /^198\.18\./)
    assert.equal(seen.SourceDestCheck, true)
    const [one, ...more] = seen.NetworkInterfaces ?? []
    assert.equal(more.length, 0)
    assert.equal(one?.Attachment?.DeviceIndex, 0)
    assert.equal(one?.Attachment?.DeleteOnTermination, true)
    assert.equal(one?.Association?.PublicIp, seen.PublicIpAddress)
    assert.equal(one?.Description, 'Primary network interface')
    assert.deepEqual(one?.Groups, seen.SecurityGroups)
    assert.equal(seen.SecurityGroups?.[0]?.GroupName, 'default')
    const record = c.engine.read(tx => tx.instances.must(made.InstanceId ?? ''))
    assert.match(record.hostIp ?? '', /^127\./)
    await end(made)
    const ended = await again(made)
    assert.deepEqual([ended.PrivateIpAddress, ended.NetworkInterfaces], [undefined, []])
    c.engine.read(tx => {
      assert.equal(takenIn(tx, made.SubnetId ?? '').size, 0)
      assert.equal(tx.privateAddresses.get(record.hostIp ?? ''), undefined)
      assert.equal(tx.addresses.list().length, 0)
    })
  })

  it('go into no other subnet of the default VPC by themselves', async () => {
    const usual = c.engine.read(tx => tx.subnets.must(defaultSubnet('PARTI01')))
    for (const id of ['subnet-00000000', 'subnet-ffffffff']) {
      c.engine.write(tx => tx.subnets.put({ ...usual, id, isDefault: false }))
    }
    const made = await first({ Placement: { AvailabilityZone: 'PARTI01' } })
    assert.equal(made.SubnetId, usual.id)
    await end(made)
    c.engine.write(tx => {
      for (const id of ['subnet-00000000', 'subnet-ffffffff']) tx.subnets.delete(id)
    })
  })

  it('go into the subnet that is named, with its VPC’s groups and an address of choice', async () => {
    const web = await groupIn(other.vpcId, 'web')
    const made = await first({
      ...{ SubnetId: other.id, PrivateIpAddress: '10.1.2.77', SecurityGroupIds: [web] },
      TagSpecifications: [{ ResourceType: 'network-interface', Tags: [{ Key: 'a', Value: 'b' }] }],
    })
    assert.deepEqual(
      [made.Placement?.AvailabilityZone, made.PrivateIpAddress, made.PublicIpAddress, made.PublicDnsName],
      ['PARTI01', '10.1.2.77', undefined, ''],
    )
    assert.deepEqual(made.SecurityGroups, [{ GroupId: web, GroupName: 'web' }])
    for (const [name, value] of [
      ['subnet-id', other.id],
      ['vpc-id', other.vpcId],
      ['network-interface.addresses.private-ip-address', '10.1.2.77'],
      ['network-interface.group-id', web],
      ['network-interface.tag-key', 'a'],
      ['source-dest-check', 'true'],
    ] as const) {
      assert.deepEqual(
        (await described(name, value)).map(({ InstanceId }) => InstanceId),
        [made.InstanceId],
        name,
      )
    }
    await end(made)
    // Its group is free.
    const [plain] = await run({ SubnetId: other.id })
    assert.equal(plain?.SecurityGroups?.[0]?.GroupName, 'default')
    await end(plain ?? {})
  })

  it('have several interfaces, new ones and those that are there', async () => {
    const there = await interfaceIn(other.id)
    const made = await first({
      NetworkInterfaces: [
        { DeviceIndex: 1, NetworkInterfaceId: there },
        {
          ...{ DeviceIndex: 0, SubnetId: other.id, SecondaryPrivateIpAddressCount: 1 },
          PrivateIpAddresses: [{ PrivateIpAddress: '10.1.2.9', Primary: true }],
        },
      ],
    })
    assert.deepEqual(
      made.NetworkInterfaces?.map(one => [
        one.Attachment?.DeviceIndex,
        one.PrivateIpAddresses?.length,
        one.Attachment?.DeleteOnTermination,
      ]),
      [
        [0, 2, true],
        [1, 1, false],
      ],
    )
    assert.equal(made.PrivateIpAddress, '10.1.2.9')
    assert.equal(made.NetworkInterfaces?.[1]?.NetworkInterfaceId, there)
    await refused(
      run({ NetworkInterfaces: [{ DeviceIndex: 0, NetworkInterfaceId: there }] }),
      'InvalidNetworkInterface.InUse',
    )
    await refused(
      c.ec2().send(
        new ModifyInstanceAttributeCommand({
          InstanceId: made.InstanceId,
          SourceDestCheck: { Value: false },
        }),
      ),
      'InvalidInstanceID',
      /^There are multiple interfaces attached/,
    )
    await end(made)
    c.engine.read(tx => {
      assert.deepEqual(
        tx.networkInterfaces.list().map(({ id, attachment }) => [id, attachment]),
        [[there, undefined]],
      )
    })
    const next = await first({ NetworkInterfaces: [{ DeviceIndex: 0, NetworkInterfaceId: there }] })
    assert.equal(next.SubnetId, other.id)
    await end(next)
    await c.ec2().send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: there }))
  })

  it('have a public address where the request or the subnet says so', async () => {
    const asked = await first({
      NetworkInterfaces: [{ DeviceIndex: 0, SubnetId: other.id, AssociatePublicIpAddress: true }],
    })
    assert.match((await again(asked)).PublicIpAddress ?? '', /^198\.18\./)
    const not = await first({ NetworkInterfaces: [{ DeviceIndex: 0, AssociatePublicIpAddress: false }] })
    assert.equal(not.VpcId, home)
    assert.equal((await again(not)).PublicIpAddress, undefined)
    await end(asked, not)
  })

  it('have other groups and no check of senders when they are changed', async () => {
    const made = await first({ SubnetId: other.id })
    const web = await groupIn(other.vpcId, 'later')
    const InstanceId = made.InstanceId ?? ''
    const modify = (change: object) =>
      c.ec2().send(new ModifyInstanceAttributeCommand({ InstanceId, ...change }))
    await modify({ Groups: [web] })
    await modify({ SourceDestCheck: { Value: false } })
    const seen = await again(made)
    assert.deepEqual(seen.SecurityGroups, [{ GroupId: web, GroupName: 'later' }])
    assert.deepEqual(seen.NetworkInterfaces?.[0]?.Groups, seen.SecurityGroups)
    assert.equal(seen.SourceDestCheck, false)
    const read = new DescribeInstanceAttributeCommand({ InstanceId, Attribute: 'sourceDestCheck' })
    assert.equal((await c.ec2().send(read)).SourceDestCheck?.Value, false)
    await c.ec2().send(new ResetInstanceAttributeCommand({ InstanceId, Attribute: 'sourceDestCheck' }))
    assert.equal((await again(made)).SourceDestCheck, true)
    await refused(modify({ Groups: [await groupIn(home, 'elsewhere')] }), 'InvalidGroup.NotFound')
    await end(made)
  })

  it('take interfaces later', async () => {
    const made = await first({ SubnetId: other.id })
    await c.pass(60)
    const NetworkInterfaceId = await interfaceIn(other.id)
    const InstanceId = made.InstanceId ?? ''
    assert.equal((await again(made)).NetworkInterfaces?.length, 1)
    await c.ec2().send(new AttachNetworkInterfaceCommand({ NetworkInterfaceId, InstanceId, DeviceIndex: 1 }))
    assert.equal((await again(made)).NetworkInterfaces?.length, 2)
    await end(made)
  })
})
