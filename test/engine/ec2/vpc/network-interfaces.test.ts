// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  CreateNetworkInterfaceCommand,
  type CreateNetworkInterfaceRequest,
  CreateSecurityGroupCommand,
  DeleteNetworkInterfaceCommand,
  DescribeNetworkInterfacesCommand,
  type DescribeNetworkInterfacesRequest,
  DescribeTagsCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2'
import { type Cloud, cloud } from '../../../support/cloud'
import { refused } from '../expect'
import { haveInstanceInVpc, homeOf } from './interfaces'

describe('network interfaces', () => {
  let c: Cloud
  let ec2: EC2Client
  let home: ReturnType<typeof homeOf>
  beforeEach(async () => {
    c = await cloud({ networking: 'vpc' })
    ec2 = c.ec2()
    home = homeOf(c)
  })
  afterEach(() => c.close())

  const create = async (input: Partial<CreateNetworkInterfaceRequest> = {}, client = ec2) => {
    const answer = await client.send(new CreateNetworkInterfaceCommand({ SubnetId: home.subnetId, ...input }))
    return answer.NetworkInterface ?? {}
  }
  const made = async (input: Partial<CreateNetworkInterfaceRequest> = {}) =>
    (await create(input)).NetworkInterfaceId ?? ''
  const remove = (NetworkInterfaceId: string, client = ec2) =>
    client.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId }))
  const describeThem = async (input: DescribeNetworkInterfacesRequest = {}, client = ec2) =>
    (await client.send(new DescribeNetworkInterfacesCommand(input))).NetworkInterfaces ?? []
  const found = async (Name: string, ...Values: string[]) =>
    (await describeThem({ Filters: [{ Name, Values }] })).map(one => one.NetworkInterfaceId)
  const ipsOf = async (id: string) =>
    (await describeThem({ NetworkInterfaceIds: [id] }))[0]?.PrivateIpAddresses?.map(
      one => one.PrivateIpAddress,
    )

  it('are made with the lowest free address of their subnet, and shown whole', async () => {
    const one = await create({ Description: 'eth1' })
    assert.deepEqual(one, {
      NetworkInterfaceId: one.NetworkInterfaceId,
      SubnetId: home.subnetId,
      VpcId: home.vpcId,
      AvailabilityZone: 'PARTI00',
      Description: 'eth1',
      OwnerId: c.accountId,
      RequesterManaged: false,
      Status: 'available',
      MacAddress: `d0:0d:${one.NetworkInterfaceId?.slice(4).match(/../g)?.join(':')}`,
      PrivateIpAddress: '172.31.0.4',
      PrivateDnsName: 'euca-172-31-0-4.eucalyptus.internal',
      SourceDestCheck: true,
      InterfaceType: 'interface',
      Groups: [{ GroupId: home.groupId, GroupName: 'default' }],
      PrivateIpAddresses: [
        {
          PrivateIpAddress: '172.31.0.4',
          PrivateDnsName: 'euca-172-31-0-4.eucalyptus.internal',
          Primary: true,
        },
      ],
      TagSet: [],
    })
    assert.deepEqual(await describeThem(), [one])
    assert.equal((await create()).PrivateIpAddress, '172.31.0.5')
    await remove(one.NetworkInterfaceId ?? '')
    assert.equal((await create()).PrivateIpAddress, '172.31.0.4')
  })

  it('have the addresses that they are asked to have', async () => {
    const primary = { PrivateIpAddress: '172.31.0.20', Primary: true }
    const id = await made({ PrivateIpAddresses: [{ PrivateIpAddress: '172.31.0.30' }, primary] })
    assert.deepEqual(await ipsOf(id), ['172.31.0.20', '172.31.0.30'])
    const counted = await made({ PrivateIpAddress: '172.31.0.5', SecondaryPrivateIpAddressCount: 2 })
    assert.deepEqual(await ipsOf(counted), ['172.31.0.5', '172.31.0.4', '172.31.0.6'])
    const secondary = await made({ PrivateIpAddresses: [{ PrivateIpAddress: '172.31.0.7' }] })
    assert.deepEqual(await ipsOf(secondary), ['172.31.0.8', '172.31.0.7'])
  })

  it('have no address that is taken, reserved, elsewhere or none', async () => {
    await made()
    const at = (PrivateIpAddress: string) => create({ PrivateIpAddress })
    await refused(at('172.31.0.4'), 'InvalidIPAddress.InUse', 'Address 172.31.0.4 is in use.')
    await refused(
      at('172.31.16.9'),
      'InvalidParameterValue',
      "Address 172.31.16.9 does not fall within the subnet's address range",
    )
    for (const ip of ['172.31.0.0', '172.31.0.3', '172.31.15.255']) {
      await refused(at(ip), 'InvalidParameterValue', `Address ${ip} is in subnet's reserved address range`)
    }
    await refused(at('10.0.0'), 'InvalidParameterValue')
    const two = [{ PrivateIpAddress: '172.31.0.9' }, { PrivateIpAddress: '172.31.0.9' }]
    await refused(create({ PrivateIpAddresses: two }), 'InvalidParameterValue')
    const primaries = two.map(one => ({ ...one, Primary: true }))
    await refused(create({ PrivateIpAddresses: primaries }), 'InvalidParameterValue')
    await refused(
      create({ PrivateIpAddresses: two, SecondaryPrivateIpAddressCount: 1 }),
      'InvalidParameterCombination',
    )
    await refused(create({ PrivateIpAddresses: [{ Primary: true }] }), 'MissingParameter')
    await refused(create({ PrivateIpAddresses: [{ Primary: false }] }), 'MissingParameter')
    await refused(create({ SecondaryPrivateIpAddressCount: -1 }), 'InvalidParameterValue')
    await refused(create({ SecondaryPrivateIpAddressCount: 30 }), 'PrivateIpAddressLimitExceeded')
    assert.equal((await describeThem()).length, 1)
  })

  it('are as many as their subnet has addresses', async () => {
    const subnet = c.engine.write(tx =>
      tx.subnets.put({ ...tx.subnets.must(home.subnetId), id: 'subnet-0000000a', cidr: '10.0.0.0/28' }),
    )
    for (let count = 0; count < 11; count += 1) await made({ SubnetId: subnet.id })
    await refused(create({ SubnetId: subnet.id }), 'InsufficientFreeAddressesInSubnet')
  })

  it('are refused beyond what an account may have', async () => {
    c.engine.write(tx => {
      const one = { account: c.accountId, createdAt: tx.now, vpcId: 'vpc-0', subnetId: 'subnet-0', zone: '' }
      for (let index = 0; index < 5000; index += 1) {
        tx.networkInterfaces.put({
          ...{ ...one, id: `eni-${index}`, description: '', macAddress: '', sourceDestCheck: true },
          ...{ groupIds: [], privateIps: [] },
        })
      }
    })
    await refused(create(), 'NetworkInterfaceLimitExceeded')
  })

  it('are in groups of their VPC, the default one if none is named', async () => {
    const { GroupId = '' } = await ec2.send(
      new CreateSecurityGroupCommand({ GroupName: 'web', Description: 'web' }),
    )
    const { Groups } = await create({ Groups: [GroupId, home.groupId, GroupId] })
    assert.deepEqual(
      Groups?.map(one => one.GroupName),
      ['web', 'default'],
    )
    await refused(create({ Groups: ['sg-00000001'] }), 'InvalidGroup.NotFound')
    await refused(create({ Groups: ['web'] }), 'InvalidGroupId.Malformed')
    const stranger = c.engine.write(tx => {
      const group = tx.securityGroups.list().find(({ id }) => id === GroupId)
      assert.ok(group)
      return tx.securityGroups.put({ ...group, id: 'sg-0000000b', vpcId: 'vpc-0000000b' }).id
    })
    await refused(create({ Groups: [stranger] }), 'InvalidGroup.NotFound', / does not exist in VPC /)
    const six = c.engine.write(tx => {
      const group = tx.securityGroups.list().find(({ id }) => id === GroupId)
      assert.ok(group)
      return [1, 2, 3, 4, 5, 6].map(
        number => tx.securityGroups.put({ ...group, id: `sg-0000000${number}` }).id,
      )
    })
    await refused(create({ Groups: six }), 'SecurityGroupsPerInterfaceLimitExceeded')
    await create({ Groups: six.slice(1) })
  })

  it('are tagged from the start, and forgotten with their tags', async () => {
    const Tags = [{ Key: 'Name', Value: 'second' }]
    const one = await create({ TagSpecifications: [{ ResourceType: 'network-interface', Tags }] })
    assert.deepEqual(one.TagSet, Tags)
    assert.deepEqual(await found('tag:Name', 'second'), [one.NetworkInterfaceId])
    await refused(
      create({ TagSpecifications: [{ ResourceType: 'instance', Tags }] }),
      'InvalidParameterValue',
    )
    await remove(one.NetworkInterfaceId ?? '')
    assert.deepEqual((await ec2.send(new DescribeTagsCommand({}))).Tags, [])
  })

  it('are found by what they are', async () => {
    const primary = haveInstanceInVpc(c, 'i-00000001', { isPublic: true })
    const id = await made({ SubnetId: home.otherSubnetId, Description: 'eth1' })
    for (const [name, value] of [
      ['addresses.association.public-ip', '198.18.0.1'],
      ['addresses.association.owner-id', 'amazon'],
      ['association.public-ip', '198.18.*'],
      ['association.ip-owner-id', 'amazon'],
      ['association.public-dns-name', 'euca-198-18-0-1.eucalyptus.localhost'],
      ['attachment.instance-id', 'i-00000001'],
      ['attachment.instance-owner-id', c.accountId],
      ['attachment.device-index', '0'],
      ['attachment.status', 'attached'],
      ['attachment.attachment-id', 'eni-attach-*'],
      ['attachment.delete-on-termination', 'true'],
      ['attachment.attach-time', '20*'],
      ['attachment.attach.time', '20*'],
      ['availability-zone', 'PARTI00'],
      ['status', 'in-use'],
      ['subnet-id', home.subnetId],
      ['private-ip-address', '172.31.0.4'],
      ['addresses.private-ip-address', '172.31.0.4'],
      ['addresses.private-ip-addresses', '172.31.0.4'],
      ['private-dns-name', 'euca-172-31-0-4.*'],
      ['network-interface-id', primary],
    ] as const) {
      assert.deepEqual(await found(name, value), [primary], name)
    }
    assert.deepEqual(await found('description', 'eth1'), [id])
    for (const [name, value] of [
      ['addresses.primary', 'true'],
      ['group-id', home.groupId],
      ['group-name', 'default'],
      ['interface-type', 'interface'],
      ['mac-address', 'd0:0d:*'],
      ['owner-id', c.accountId],
      ['requester-managed', 'false'],
      ['source-dest-check', 'true'],
      ['vpc-id', home.vpcId],
    ] as const) {
      assert.equal((await found(name, value)).length, 2, name)
    }
    for (const name of ['association.allocation-id', 'association.association-id', 'requester-id']) {
      assert.deepEqual(await found(name, '*'), [], name)
    }
    await refused(found('colour', 'red'), 'InvalidParameterValue')
  })

  it('come in pages, to their account alone unless an administrator asks for all', async () => {
    const ids = [await made(), await made()].sort()
    const alice = await c.account('alice')
    const { subnetId } = homeOf(c, alice)
    const hers = (await create({ SubnetId: subnetId }, alice.ec2())).NetworkInterfaceId ?? ''
    const names = (all: readonly { NetworkInterfaceId?: string | undefined }[]) =>
      all.map(one => one.NetworkInterfaceId ?? '').sort()
    assert.deepEqual(names(await describeThem()), ids)
    assert.deepEqual(names(await describeThem({ NetworkInterfaceIds: ['verbose'] })), [...ids, hers].sort())
    assert.deepEqual(names(await describeThem({}, alice.ec2())), [hers])
    await refused(
      describeThem({ NetworkInterfaceIds: ids }, alice.ec2()),
      'InvalidNetworkInterfaceID.NotFound',
      `The networkInterface ID '${ids[0]}' does not exist`,
    )
    await refused(describeThem({ NetworkInterfaceIds: ['eni-1'] }), 'InvalidNetworkInterfaceId.Malformed')
    await refused(describeThem({ NetworkInterfaceIds: ids, MaxResults: 5 }), 'InvalidParameterCombination')
    for (let count = 0; count < 4; count += 1) await made()
    const first = await ec2.send(new DescribeNetworkInterfacesCommand({ MaxResults: 5 }))
    assert.equal(first.NetworkInterfaces?.length, 5)
    assert.ok(first.NextToken)
    assert.equal((await describeThem({ NextToken: first.NextToken })).length, 1)
  })

  it('are not deleted while something has them', async () => {
    const primary = haveInstanceInVpc(c, 'i-00000001')
    await refused(
      remove(primary),
      'InvalidNetworkInterface.InUse',
      `The network interface is in use '${primary}'`,
    )
    const id = await made()
    c.engine.write(tx =>
      tx.networkInterfaces.put({ ...tx.networkInterfaces.must(id), requester: 'nat-00000001' }),
    )
    await refused(remove(id), 'InvalidNetworkInterface.InUse')
    assert.deepEqual(await found('requester-managed', 'true'), [id])
    assert.deepEqual(await found('interface-type', 'natGateway'), [id])
    await refused(remove('eni-00000000'), 'InvalidNetworkInterfaceID.NotFound')
  })

  it('are nothing for what this cloud does not do', async () => {
    for (const input of [
      { Ipv6AddressCount: 1 },
      { Ipv4PrefixCount: 1 },
      { InterfaceType: 'efa' as const },
      { ConnectionTrackingSpecification: { UdpTimeout: 30 } },
      { Operator: { Principal: 'x' } },
    ]) {
      await refused(create(input), 'UnsupportedOperation')
    }
    await refused(create({ Description: 'x'.repeat(256) }), 'InvalidParameterValue')
    await refused(create({ SubnetId: 'subnet-00000000' }), 'InvalidSubnetID.NotFound')
  })
})

describe('network interfaces of a classic cloud', () => {
  it('are none', async () => {
    const c = await cloud()
    const { NetworkInterfaces } = await c.ec2().send(new DescribeNetworkInterfacesCommand({}))
    assert.deepEqual(NetworkInterfaces, [])
    await refused(
      c.ec2().send(new CreateNetworkInterfaceCommand({ SubnetId: 'subnet-00000001' })),
      'UnsupportedOperation',
    )
    await c.close()
  })
})
