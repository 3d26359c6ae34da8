// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  AttachNetworkInterfaceCommand,
  CreateNetworkInterfaceCommand,
  CreateSecurityGroupCommand,
  DeleteNetworkInterfaceCommand,
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  type Instance,
  ModifyInstanceAttributeCommand,
  ResetInstanceAttributeCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2'
import type { Subnet } from '../../../../src/engine/ec2/schema/vpc'
import { defaultVpc, makeSubnet, makeVpc } from '../../../../src/engine/ec2/vpc/foundation'
import { takenIn } from '../../../../src/engine/ec2/vpc/subnet-addresses'
import { RunInstancesWithAddressing$ } from '../../../../src/schemas/extended-operations'
import { type Clients, type Cloud, cloud } from '../../../support/cloud'
import { registerTrio, type TinyTrio } from '../../../support/tiny-image'
import { send } from '../command'
import { refused } from '../expect'
import { homeOf } from './interfaces'

describe('running instances in VPCs', () => {
  let c: Cloud
  let images: TinyTrio
  let home: string
  let other: Subnet

  before(async () => {
    c = await cloud({ networking: 'vpc' })
    images = await registerTrio(c)
    await c.settle()
    home = c.engine.read(tx => defaultVpc(tx, c.accountId)?.id ?? '')
    const vpcId = vpcWith('10.1.0.0/16')
    other = subnetIn(vpcId, '10.1.2.0/24')
  })
  after(() => c.close())

  const vpcWith = (cidr: string): string =>
    c.engine.write(tx => {
      const wanted = { account: c.accountId, cidr, tenancy: 'default', isDefault: false } as const
      return makeVpc(tx, { ...wanted, dhcpOptionsId: 'default' }, prefix => tx.id(prefix)).id
    })
  const subnetIn = (vpcId: string, cidr: string, zone = 'PARTI01'): Subnet =>
    c.engine.write(tx => {
      const wanted = { account: c.accountId, vpcId, cidr, zone, isDefault: false, mapPublicIp: false }
      return makeSubnet(tx, wanted, prefix => tx.id(prefix))
    })
  const defaultSubnet = (zone: string): string =>
    c.engine.read(tx => tx.subnets.list().find(one => one.vpcId === home && one.zone === zone)?.id ?? '')
  const run = async (input: object = {}, who: Clients = c): Promise<Instance[]> => {
    const sent = { ImageId: images.emi, MinCount: 1, MaxCount: 1, ...input }
    return (await who.ec2().send(new RunInstancesCommand(sent as never))).Instances ?? []
  }
  const first = async (input: object = {}): Promise<Instance> => (await run(input))[0] ?? {}
  const described = async (Name: string, Value: string) => {
    const Filters = [{ Name, Values: [Value] }]
    const { Reservations = [] } = await c.ec2().send(new DescribeInstancesCommand({ Filters }))
    return Reservations.flatMap(({ Instances = [] }) => Instances)
  }
  const again = async ({ InstanceId = '' }: Instance) => {
    const [one] = await described('instance-id', InstanceId)
    return one ?? {}
  }
  const end = async (...instances: Instance[]) => {
    const InstanceIds = instances.map(({ InstanceId = '' }) => InstanceId)
    await c.ec2().send(new TerminateInstancesCommand({ InstanceIds }))
    await c.pass(60)
  }
  const groupIn = async (VpcId: string, GroupName: string) =>
    (await c.ec2().send(new CreateSecurityGroupCommand({ GroupName, Description: 'one', VpcId }))).GroupId ??
    ''
  const interfaceIn = async (SubnetId: string) =>
    (await c.ec2().send(new CreateNetworkInterfaceCommand({ SubnetId }))).NetworkInterface
      ?.NetworkInterfaceId ?? ''

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

  it('are refused where subnets, zones, addresses and groups do not fit', async () => {
    const web = await groupIn(home, 'web')
    const there = await interfaceIn(other.id)
    const inside = { SubnetId: other.id }
    const nic = (more: object = {}) => ({ DeviceIndex: 0, ...inside, ...more })
    const far = subnetIn(other.vpcId, '10.1.9.0/24', 'PARTI00')
    const cases: [object, string][] = [
      [{ SubnetId: 'subnet-00000000' }, 'InvalidSubnetID.NotFound'],
      [{ SubnetId: 'other' }, 'InvalidSubnetId.Malformed'],
      [{ ...inside, Placement: { AvailabilityZone: 'PARTI00' } }, 'InvalidParameterValue'],
      [{ ...inside, PrivateIpAddress: '10.1.3.7' }, 'InvalidParameterValue'],
      [{ ...inside, PrivateIpAddress: '10.1.2.7', MaxCount: 2 }, 'InvalidParameterValue'],
      [{ ...inside, SecurityGroupIds: [web] }, 'InvalidGroup.NotFound'],
      [{ ...inside, SecurityGroups: ['web'] }, 'InvalidParameterCombination'],
      [{ SecurityGroups: ['nix'] }, 'InvalidGroup.NotFound'],
      [{ NetworkInterfaces: [nic()], SecurityGroupIds: [web] }, 'InvalidParameterCombination'],
      [{ NetworkInterfaces: [nic()], ...inside }, 'InvalidParameterCombination'],
      [{ NetworkInterfaces: [nic()], PrivateIpAddress: '10.1.2.7' }, 'InvalidParameterCombination'],
      [{ NetworkInterfaces: [nic({ DeviceIndex: 1 })] }, 'InvalidParameterCombination'],
      [{ NetworkInterfaces: [{ ...inside }] }, 'InvalidParameterValue'],
      [{ NetworkInterfaces: [nic(), nic()] }, 'InvalidParameterValue'],
      [{ NetworkInterfaces: [nic(), nic({ DeviceIndex: 32 })] }, 'InvalidParameterValue'],
      [
        { NetworkInterfaces: [nic({ AssociatePublicIpAddress: true }), nic({ DeviceIndex: 1 })] },
        'InvalidParameterCombination',
      ],
      [
        { NetworkInterfaces: [nic(), nic({ DeviceIndex: 1 }), nic({ DeviceIndex: 2 })] },
        'AttachmentLimitExceeded',
      ],
      [{ NetworkInterfaces: [nic(), { DeviceIndex: 1, SubnetId: far.id }] }, 'InvalidParameterValue'],
      [
        { NetworkInterfaces: [nic(), { DeviceIndex: 1, SubnetId: defaultSubnet('PARTI01') }] },
        'InvalidParameterValue',
      ],
      [{ NetworkInterfaces: [nic({ NetworkInterfaceId: there })] }, 'InvalidParameterCombination'],
      [
        { NetworkInterfaces: [{ DeviceIndex: 0, NetworkInterfaceId: there }], MaxCount: 2 },
        'InvalidParameterValue',
      ],
      [
        { NetworkInterfaces: [{ DeviceIndex: 0, NetworkInterfaceId: 'eni-00000000' }] },
        'InvalidNetworkInterfaceID.NotFound',
      ],
      [{ NetworkInterfaces: [nic({ Ipv6AddressCount: 1 })] }, 'UnsupportedOperation'],
      [
        { NetworkInterfaces: [0, 1].map(DeviceIndex => ({ DeviceIndex, NetworkInterfaceId: there })) },
        'InvalidParameterValue',
      ],
      [
        { NetworkInterfaces: [0, 1].map(DeviceIndex => nic({ DeviceIndex, PrivateIpAddress: '10.1.2.7' })) },
        'InvalidParameterValue',
      ],
    ]
    for (const [input, code] of cases) {
      await refused(run(input), code).catch(error => {
        throw new Error(`${JSON.stringify(input)}: ${error.message}`)
      })
    }
    c.engine.read(tx => {
      assert.equal(takenIn(tx, other.id).size, 1)
      assert.equal(tx.instances.list().filter(({ state }) => state === 'pending').length, 0)
    })
    const addressed = { ImageId: images.emi, MinCount: 1, MaxCount: 1, AddressingType: 'private' }
    await refused(
      send(c.ec2(), RunInstancesWithAddressing$, addressed),
      'InvalidParameterValue',
      'Addressing scheme not supported in EC2-VPC',
    )
    await c.ec2().send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: there }))
  })

  it('are as many as their subnet has addresses for', async () => {
    const small = subnetIn(other.vpcId, '10.1.3.0/28')
    await refused(
      run({ SubnetId: small.id, MinCount: 12, MaxCount: 12 }),
      'InsufficientFreeAddressesInSubnet',
    )
    const made = await run({ SubnetId: small.id, MinCount: 1, MaxCount: 12 })
    assert.equal(made.length, 11)
    await end(...made)
  })

  it('are as many as their account may have interfaces for', async () => {
    const id = await interfaceIn(other.id)
    const ids = Array.from({ length: 4998 }, (_, index) => `eni-${String(index).padStart(8, '0')}`)
    c.engine.write(tx => {
      const one = { ...tx.networkInterfaces.must(id), privateIps: [] }
      for (const id of ids) tx.networkInterfaces.put({ ...one, id })
    })
    await refused(run({ MinCount: 2, MaxCount: 2 }), 'NetworkInterfaceLimitExceeded')
    await end(await first())
    c.engine.write(tx => {
      for (const one of [id, ...ids]) tx.networkInterfaces.delete(one)
    })
  })

  it('are not run in another account’s subnet, nor without a default VPC', async () => {
    const alice = await c.account('alice')
    await refused(run({ SubnetId: other.id }, alice), 'UnauthorizedOperation')
    // Not even by an administrator of the cloud, who knows it.
    const { subnetId: SubnetId } = homeOf(c, alice)
    await refused(run({ SubnetId }), 'InvalidSubnetID.NotFound')
    const made = await alice.ec2().send(new CreateNetworkInterfaceCommand({ SubnetId }))
    const { NetworkInterfaceId } = made.NetworkInterface ?? {}
    const existing = run({ NetworkInterfaces: [{ DeviceIndex: 0, NetworkInterfaceId }] })
    await refused(existing, 'InvalidNetworkInterfaceID.NotFound')
    const bob = await c.account('bob')
    c.engine.write(tx => {
      for (const vpc of tx.vpcs.list()) if (vpc.account === bob.accountId) tx.vpcs.delete(vpc.id)
      for (const id of [images.emi, images.eki, images.eri]) {
        tx.images.put({ ...tx.images.must(id), isPublic: true })
      }
    })
    await refused(run({ SubnetId: other.id }, bob), 'InvalidSubnetID.NotFound')
    await refused(run({}, bob), 'VPCIdNotSpecified', 'Default VPC not found, please specify a subnet.')
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
