// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  CreateDefaultSubnetCommand,
  CreateDhcpOptionsCommand,
  CreateSubnetCommand,
  type CreateSubnetRequest,
  DeleteDhcpOptionsCommand,
  DeleteSubnetCommand,
  DescribeDhcpOptionsCommand,
  DescribeSubnetsCommand,
  type EC2Client,
  ModifySubnetAttributeCommand,
} from '@aws-sdk/client-ec2'
import { mainRouteTable } from '../../../../src/engine/ec2/vpc/foundation'
import { makeInterface } from '../../../../src/engine/ec2/vpc/interface-records'
import { type Cloud, cloud } from '../../../support/cloud'
import { refused } from '../expect'
import { homeOf } from './interfaces'

describe('subnets', () => {
  let c: Cloud
  let ec2: EC2Client
  let home: ReturnType<typeof homeOf>
  beforeEach(async () => {
    c = await cloud({ networking: 'vpc' })
    ec2 = c.ec2()
    home = homeOf(c)
  })
  afterEach(() => c.close())

  const create = async (input: Partial<CreateSubnetRequest> = {}) => {
    const wanted = { VpcId: home.vpcId, CidrBlock: '172.31.128.0/24', ...input }
    return (await ec2.send(new CreateSubnetCommand(wanted))).Subnet ?? {}
  }
  const shown = async (Name = 'vpc-id', ...Values: string[]) =>
    (
      await ec2.send(
        new DescribeSubnetsCommand({ Filters: [{ Name, Values: Values.length ? Values : [home.vpcId] }] }),
      )
    ).Subnets ?? []
  const remove = (SubnetId: string | undefined) => ec2.send(new DeleteSubnetCommand({ SubnetId }))

  it('are shown as AWS shows them, with the tags that they were made with', async () => {
    const subnet = await create({
      AvailabilityZone: 'parti01',
      TagSpecifications: [{ ResourceType: 'subnet', Tags: [{ Key: 'Name', Value: 'mine' }] }],
    })
    assert.deepEqual(subnet, {
      SubnetId: subnet.SubnetId,
      SubnetArn: `arn:aws:ec2:eucalyptus:${c.accountId}:subnet/${subnet.SubnetId}`,
      State: 'available',
      VpcId: home.vpcId,
      OwnerId: c.accountId,
      CidrBlock: '172.31.128.0/24',
      AvailableIpAddressCount: 251,
      AvailabilityZone: 'PARTI01',
      AvailabilityZoneId: 'PARTI01',
      DefaultForAz: false,
      MapPublicIpOnLaunch: false,
      MapCustomerOwnedIpOnLaunch: false,
      AssignIpv6AddressOnCreation: false,
      EnableDns64: false,
      Ipv6Native: false,
      PrivateDnsNameOptionsOnLaunch: {
        HostnameType: 'ip-name',
        EnableResourceNameDnsARecord: false,
        EnableResourceNameDnsAAAARecord: false,
      },
      Ipv6CidrBlockAssociationSet: [],
      Tags: [{ Key: 'Name', Value: 'mine' }],
    })
  })

  it('are of 16 to 28 bits, a part of their VPC and of no other', async () => {
    for (const CidrBlock of ['172.31.128.0/29', '172.32.0.0/24', '172.31.0.0/15']) {
      await refused(create({ CidrBlock }), 'InvalidSubnet.Range', `The CIDR '${CidrBlock}' is invalid.`)
    }
    await refused(create({ CidrBlock: '172.31.0.0/16' }), 'InvalidSubnet.Conflict')
    await refused(create({ CidrBlock: '172.31.15.240/28' }), 'InvalidSubnet.Conflict', /another subnet$/)
    await refused(create({ CidrBlock: 'all' }), 'InvalidParameterValue')
    await refused(create({ AvailabilityZone: 'moon' }), 'InvalidParameterValue')
    await refused(create({ VpcId: 'vpc-00000000' }), 'InvalidVpcID.NotFound')
    await refused(create({ VpcId: 'network' }), 'InvalidVpcId.Malformed')
    await refused(create({ Ipv6Native: true }), 'UnsupportedOperation')
    await refused(create({ OutpostArn: 'arn' }), 'UnsupportedOperation')
    assert.equal((await create({ CidrBlock: '172.31.255.255/24' })).CidrBlock, '172.31.255.0/24')
  })

  it('are 200 at most, of a VPC', async () => {
    c.engine.write(tx => {
      const like = tx.subnets.must(home.subnetId)
      for (let made = 2; made < 200; made += 1) {
        tx.subnets.put({
          ...like,
          id: `subnet-${String(made).padStart(8, '0')}`,
          cidr: `172.31.32.${made}/32`,
          isDefault: false,
        })
      }
    })
    await refused(create(), 'SubnetLimitExceeded')
  })

  it('count the addresses that are left', async () => {
    c.engine.write(tx => {
      const subnet = tx.subnets.must(home.subnetId)
      makeInterface(tx, { subnet, groupIds: [home.groupId], secondaryCount: 2 })
    })
    const [subnet] = await shown('subnet-id', home.subnetId)
    assert.equal(subnet?.AvailableIpAddressCount, 4096 - 5 - 3)
    assert.equal((await shown('available-ip-address-count', '4088')).length, 1)
  })

  it('stay while an interface is in them, and leave their table and list when they go', async () => {
    const eni = c.engine.write(tx =>
      makeInterface(tx, { subnet: tx.subnets.must(home.subnetId), groupIds: [] }),
    )
    const words = `The subnet '${home.subnetId}' has dependencies and cannot be deleted.`
    await refused(remove(home.subnetId), 'DependencyViolation', words)
    c.engine.write(tx => {
      tx.networkInterfaces.delete(eni.id)
      const main = mainRouteTable(tx, home.vpcId)
      const associations = [{ id: 'rtbassoc-00000001', subnetId: home.subnetId }]
      tx.routeTables.put({ ...main, id: 'rtb-00000001', associations })
    })
    await remove(home.subnetId)
    const associated = c.engine.read(tx =>
      [...tx.networkAcls.list(), ...tx.routeTables.list()].flatMap(
        ({ associations }): readonly { readonly subnetId?: string }[] => associations,
      ),
    )
    assert.ok(associated.every(({ subnetId }) => subnetId !== home.subnetId))
    await refused(remove(home.subnetId), 'InvalidSubnetID.NotFound')
  })

  it('give instances public addresses if they are told to', async () => {
    const modify = (change: object) =>
      ec2.send(new ModifySubnetAttributeCommand({ SubnetId: home.subnetId, ...change }))
    await modify({ MapPublicIpOnLaunch: { Value: false } })
    assert.equal((await shown('map-public-ip-on-launch', 'false')).length, 1)
    await refused(modify({}), 'InvalidParameterCombination', 'No attributes specified.')
    await refused(modify({ EnableDns64: { Value: true } }), 'UnsupportedOperation')
    await refused(modify({ PrivateDnsHostnameTypeOnLaunch: 'resource-name' }), 'UnsupportedOperation')
    // What is off stays off.
    await modify({ MapPublicIpOnLaunch: { Value: true }, EnableDns64: { Value: false } })
    assert.equal((await shown('map-public-ip-on-launch', 'true')).length, 2)
    for (const same of [
      { AssignIpv6AddressOnCreation: { Value: false } },
      { EnableResourceNameDnsARecordOnLaunch: { Value: false } },
      { PrivateDnsHostnameTypeOnLaunch: 'ip-name' },
    ]) {
      await modify(same)
    }
    assert.equal((await shown('map-public-ip-on-launch', 'true')).length, 2)
  })

  it('are found by every filter that AWS has', async () => {
    for (const [name, value, count] of [
      ['availability-zone-id', 'PARTI00', 1],
      ['cidr-block', '172.31.?.0/20', 1],
      ['defaultForAz', 'true', 2],
      ['ipv6-native', 'false', 2],
      ['owner-id', c.accountId, 2],
      ['private-dns-name-options-on-launch.hostname-type', 'ip-name', 2],
      ['state', 'pending', 0],
      ['subnet-arn', `*/${home.subnetId}`, 1],
      ['outpost-arn', '*', 0],
    ] as const) {
      assert.equal((await shown(name, value)).length, count, name)
    }
    await refused(shown('colour', 'green'), 'InvalidParameterValue')
  })

  it('by default are made anew, one a zone, where a block is free', async () => {
    const again = async (AvailabilityZone?: string, client = ec2) =>
      (await client.send(new CreateDefaultSubnetCommand({ AvailabilityZone }))).Subnet ?? {}
    await refused(again('PARTI00'), 'DefaultSubnetAlreadyExistsInAvailabilityZone')
    await refused(again(), 'MissingParameter')
    await refused(again('moon'), 'InvalidParameterValue')
    await remove(home.subnetId)
    await create({ CidrBlock: '172.31.0.0/28' })
    const { CidrBlock, DefaultForAz, MapPublicIpOnLaunch } = await again('PARTI00')
    assert.deepEqual([CidrBlock, DefaultForAz, MapPublicIpOnLaunch], ['172.31.32.0/20', true, true])
    const alice = await c.account('alice')
    c.engine.write(tx => {
      for (const vpc of tx.vpcs.list()) if (vpc.account === alice.accountId) tx.vpcs.delete(vpc.id)
    })
    await refused(again('PARTI00', alice.ec2()), 'DefaultVpcDoesNotExist')
  })
})

describe('sets of DHCP options', () => {
  let c: Cloud
  before(async () => {
    c = await cloud({ networking: 'vpc' })
  })
  after(() => c.close())

  const create = (Key: string, ...Values: string[]) =>
    c.ec2().send(new CreateDhcpOptionsCommand({ DhcpConfigurations: [{ Key, Values }] }))

  it('take what each option can be', async () => {
    for (const [key, ...values] of [
      ['domain-name', 'example.com'],
      ['domain-name-servers', 'AmazonProvidedDNS'],
      ['domain-name-servers', '192.0.2.1', '192.0.2.2'],
      ['ntp-servers', '192.0.2.1'],
      ['netbios-name-servers', '192.0.2.1'],
      ['netbios-node-type', '2'],
    ] as const) {
      const { DhcpOptions } = await create(key, ...values)
      assert.deepEqual(DhcpOptions?.DhcpConfigurations, [
        { Key: key, Values: values.map(Value => ({ Value })) },
      ])
    }
  })

  it('take nothing else', async () => {
    for (const [key, ...values] of [
      ['domain-name', 'not a domain'],
      ['domain-name', 'a.test', 'b.test'],
      ['domain-name-servers', 'AmazonProvidedDNS', '192.0.2.1'],
      ['ntp-servers', '192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4', '192.0.2.5'],
      ['netbios-node-type', '3'],
      ['router', '192.0.2.1'],
    ] as const) {
      await refused(create(key, ...values), 'InvalidParameterValue')
    }
    await refused(create('ntp-servers'), 'InvalidParameterValue')
    const twice = [
      { Key: 'domain-name', Values: ['a.test'] },
      { Key: 'domain-name', Values: ['b.test'] },
    ]
    const both = c.ec2().send(new CreateDhcpOptionsCommand({ DhcpConfigurations: twice }))
    await refused(both, 'InvalidParameterValue', /given once/)
    const none = c.ec2().send(new CreateDhcpOptionsCommand({ DhcpConfigurations: [] }))
    await refused(none, 'MissingParameter')
  })

  it('stay while a VPC has them', async () => {
    const { DhcpOptions = [] } = await c.ec2().send(
      new DescribeDhcpOptionsCommand({
        Filters: [{ Name: 'value', Values: ['eucalyptus.internal'] }],
      }),
    )
    const [first] = DhcpOptions
    await refused(
      c.ec2().send(new DeleteDhcpOptionsCommand({ DhcpOptionsId: first?.DhcpOptionsId })),
      'DependencyViolation',
      `The dhcpOptions '${first?.DhcpOptionsId}' has dependencies and cannot be deleted.`,
    )
  })
})
