// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  CreateDefaultVpcCommand,
  CreateInternetGatewayCommand,
  CreateRouteTableCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateTagsCommand,
  CreateVpcCommand,
  type CreateVpcRequest,
  DeleteInternetGatewayCommand,
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeTagsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcsCommand,
  DetachInternetGatewayCommand,
  type EC2Client,
  ModifyVpcAttributeCommand,
} from '@aws-sdk/client-ec2'
import type { Tx } from '../../../../src/engine/operation'
import { type Clients, type Cloud, cloud } from '../../../support/cloud'
import { refused } from '../expect'
import { gate, person, type Statement } from '../people'

describe('VPCs', () => {
  let c: Cloud
  let alice: Clients
  let ec2: EC2Client
  beforeEach(async () => {
    c = await cloud({ networking: 'vpc' })
    alice = await c.account('alice')
    ec2 = alice.ec2()
  })
  afterEach(() => c.close())

  const create = async (input: Partial<CreateVpcRequest> = {}) =>
    (await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16', ...input }))).Vpc ?? {}
  const remove = (VpcId: string | undefined, client = ec2) => client.send(new DeleteVpcCommand({ VpcId }))
  const shown = async (client = ec2) => (await client.send(new DescribeVpcsCommand({}))).Vpcs ?? []
  /** Take all out of a VPC that it was founded with. */
  const empty = async (VpcId = '') => {
    const { Subnets = [] } = await ec2.send(
      new DescribeSubnetsCommand({ Filters: [{ Name: 'vpc-id', Values: [VpcId] }] }),
    )
    for (const { SubnetId } of Subnets) await ec2.send(new DeleteSubnetCommand({ SubnetId }))
    const InternetGatewayId = c.engine.read(
      tx => tx.internetGateways.list().find(one => one.vpcId === VpcId)?.id,
    )
    await ec2.send(new DetachInternetGatewayCommand({ InternetGatewayId, VpcId }))
    await ec2.send(new DeleteInternetGatewayCommand({ InternetGatewayId }))
  }

  it('are shown as AWS shows them, with the tags that they were made with', async () => {
    const vpc = await create({
      TagSpecifications: [{ ResourceType: 'vpc', Tags: [{ Key: 'Name', Value: 'mine' }] }],
    })
    const { VpcId = '' } = vpc
    assert.deepEqual(vpc, {
      VpcId,
      State: 'available',
      CidrBlock: '10.0.0.0/16',
      DhcpOptionsId: vpc.DhcpOptionsId,
      InstanceTenancy: 'default',
      IsDefault: false,
      OwnerId: alice.accountId,
      CidrBlockAssociationSet: [
        {
          AssociationId: VpcId.replace('vpc-', 'vpc-cidr-assoc-'),
          CidrBlock: '10.0.0.0/16',
          CidrBlockState: { State: 'associated' },
        },
      ],
      Ipv6CidrBlockAssociationSet: [],
      Tags: [{ Key: 'Name', Value: 'mine' }],
    })
    const [first] = (await shown()).filter(({ IsDefault }) => IsDefault)
    assert.equal(first?.DhcpOptionsId, vpc.DhcpOptionsId)
  })

  it('are made in the canonical form of their block, of 16 to 28 bits', async () => {
    assert.equal((await create({ CidrBlock: '10.9.8.7/28' })).CidrBlock, '10.9.8.0/28')
    await refused(
      create({ CidrBlock: '10.0.0.0/15' }),
      'InvalidVpc.Range',
      "The CIDR '10.0.0.0/15' is invalid.",
    )
    await refused(create({ CidrBlock: '10.0.0.0/29' }), 'InvalidVpc.Range')
    await refused(create({ CidrBlock: '10.0.0.0/99' }), 'InvalidParameterValue', /not a valid CIDR block/)
    await refused(create({ CidrBlock: '' }), 'MissingParameter')
  })

  it('are refused with what there is none of', async () => {
    await refused(create({ AmazonProvidedIpv6CidrBlock: true }), 'UnsupportedOperation')
    await refused(create({ Ipv4IpamPoolId: 'ipam-pool-1' }), 'UnsupportedOperation')
    await refused(create({ InstanceTenancy: 'host' }), 'InvalidParameterValue')
    await refused(create({ TagSpecifications: [{ ResourceType: 'subnet' }] }), 'InvalidParameterValue')
    await refused(create({ DryRun: true }), 'DryRunOperation')
    assert.equal((await shown()).length, 1)
  })

  it('are five at most, of an account', async () => {
    for (let made = 1; made < 5; made += 1) await create()
    await refused(create(), 'VpcLimitExceeded')
    await c.ec2().send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }))
  })

  it('and internet gateways are as many as policies let an account or a user have', async () => {
    const carl = person(c, alice, 'carl')
    const most = (quota: string, number: string): Statement[] => [
      { Action: 'ec2:*' },
      {
        ...{ Effect: 'Limit', Action: 'ec2:*' },
        Condition: { NumericLessThanEquals: { [`ec2:quota-${quota}`]: number } },
      },
    ]
    const mine = () => carl.ec2().send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }))
    const gateway = () => carl.ec2().send(new CreateInternetGatewayCommand({}))
    carl.may(...most('vpcnumber', '1'))
    await mine()
    await refused(mine(), 'VpcLimitExceeded', 'Maximum number of VPCs exceeded.')
    carl.may(...most('internetgatewaynumber', '1'))
    await mine()
    await gateway()
    const words = 'Maximum number of internet gateways exceeded.'
    await refused(gateway(), 'InternetGatewayLimitExceeded', words)
    // The account has its default VPC and two more.
    carl.may({ Action: 'ec2:*' })
    gate(c, alice, ...most('vpcnumber', '3'))
    await refused(mine(), 'VpcLimitExceeded')
  })

  it('go with their main table, default ACL and default group, and leave no tags', async () => {
    const { VpcId = '' } = await create()
    await ec2.send(new CreateTagsCommand({ Resources: [VpcId], Tags: [{ Key: 'a', Value: 'b' }] }))
    await remove(VpcId)
    c.engine.read(tx => {
      for (const table of [tx.routeTables, tx.networkAcls, tx.securityGroups]) {
        const left = (table.list() as readonly { vpcId?: string }[]).filter(one => one.vpcId === VpcId)
        assert.deepEqual(left, [])
      }
    })
    assert.deepEqual((await ec2.send(new DescribeTagsCommand({}))).Tags, [])
  })

  it('stay while there is anything else in them', async () => {
    const { VpcId } = await create()
    const words = `The vpc '${VpcId}' has dependencies and cannot be deleted.`
    const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock: '10.0.0.0/24' }))
    await refused(remove(VpcId), 'DependencyViolation', words)
    await ec2.send(new DeleteSubnetCommand({ SubnetId: Subnet?.SubnetId }))
    await ec2.send(new CreateSecurityGroupCommand({ VpcId, GroupName: 'web', Description: 'web' }))
    await refused(remove(VpcId), 'DependencyViolation')
    c.engine.write(tx => {
      const group = tx.securityGroups.list().find(({ name }) => name === 'web')
      tx.securityGroups.delete(group?.id ?? '')
    })
    await ec2.send(new CreateRouteTableCommand({ VpcId }))
    await refused(remove(VpcId), 'DependencyViolation')
  })

  it('stay while there is a gateway, a list or a peering of theirs', async () => {
    const VpcId = (await create()).VpcId ?? ''
    const made = { account: alice.accountId, createdAt: new Date(0), vpcId: VpcId }
    const side = { account: alice.accountId, vpcId: VpcId, cidr: '10.0.0.0/16' }
    const ends = { requester: side, accepter: { ...side, vpcId: 'vpc-00000001' }, message: '' }
    const things: ((tx: Tx) => () => void)[] = [
      tx => {
        const { id } = tx.internetGateways.put({ ...made, id: 'igw-00000001' })
        return () => tx.internetGateways.delete(id)
      },
      tx => {
        const part = { isDefault: false, entries: [], associations: [] }
        const { id } = tx.networkAcls.put({ ...made, ...part, id: 'acl-00000001' })
        return () => tx.networkAcls.delete(id)
      },
      tx => {
        const part = { type: 'ipsec.1', state: 'available' } as const
        const { id } = tx.vpnGateways.put({ ...made, ...part, id: 'vgw-00000001' })
        return () => tx.vpnGateways.delete(id)
      },
      tx => {
        const part = { ...made, ...ends, state: 'active' } as const
        const { id } = tx.vpcPeeringConnections.put({ ...part, id: 'pcx-00000001' })
        return () => tx.vpcPeeringConnections.delete(id)
      },
    ]
    for (const thing of things) {
      c.engine.write(tx => void thing(tx))
      await refused(remove(VpcId), 'DependencyViolation')
      c.engine.write(tx => thing(tx)())
    }
    await remove(VpcId)
  })

  it('have attributes, one or both of which are changed', async () => {
    const { VpcId } = await create()
    const read = async (Attribute: 'enableDnsSupport' | 'enableDnsHostnames') => {
      const answer = await ec2.send(new DescribeVpcAttributeCommand({ VpcId, Attribute }))
      return (answer.EnableDnsSupport ?? answer.EnableDnsHostnames)?.Value
    }
    const modify = (change: object) => ec2.send(new ModifyVpcAttributeCommand({ VpcId, ...change }))
    await modify({ EnableDnsSupport: { Value: false }, EnableDnsHostnames: { Value: true } })
    assert.deepEqual([await read('enableDnsSupport'), await read('enableDnsHostnames')], [false, true])
    await refused(modify({}), 'InvalidParameterCombination', 'No attributes specified.')
    const metrics = { EnableNetworkAddressUsageMetrics: { Value: true } }
    await refused(modify(metrics), 'UnsupportedOperation')
    await modify({ EnableNetworkAddressUsageMetrics: { Value: false } })
    await refused(read('colour' as never), 'InvalidParameterValue', /Unknown vpc attribute/)
  })

  it('come page by page, and by every filter that AWS has', async () => {
    for (let made = 1; made < 5; made += 1) await create({ CidrBlock: `10.${made}.0.0/16` })
    for (const vpc of await shown(c.ec2())) assert.equal(vpc.OwnerId, c.accountId)
    const ids: (string | undefined)[] = []
    let NextToken: string | undefined
    c.engine.write(tx => {
      const [first] = tx.vpcs.list().filter(({ account }) => account === alice.accountId)
      // One more than a page has.
      if (first) tx.vpcs.put({ ...first, id: 'vpc-00000000' })
    })
    do {
      const page = await ec2.send(new DescribeVpcsCommand({ MaxResults: 5, NextToken }))
      ids.push(...(page.Vpcs ?? []).map(({ VpcId }) => VpcId))
      NextToken = page.NextToken
    } while (NextToken)
    assert.deepEqual([ids.length, new Set(ids).size], [6, 6])
    const found = async (Name: string, Value: string) =>
      (await ec2.send(new DescribeVpcsCommand({ Filters: [{ Name, Values: [Value] }] }))).Vpcs?.length
    for (const [name, value, count] of [
      ['cidr', '10.1.0.0/16', 1],
      ['cidr-block', '10.1.0.0/16', 1],
      ['cidrBlock', '10.2.0.0/17', 0],
      ['cidr-block-association.cidr-block', '10.?.0.0/16', 4],
      ['cidr-block-association.state', 'associated', 6],
      ['is-default', 'false', 4],
      ['owner-id', alice.accountId, 6],
      ['state', 'pending', 0],
      ['ipv6-cidr-block-association.state', '*', 0],
    ] as const) {
      assert.equal(await found(name, value), count, name)
    }
    await refused(found('colour', 'green'), 'InvalidParameterValue')
  })

  it('of others are unknown, but for administrators of the cloud', async () => {
    const { VpcId = '' } = await create()
    const bob = await c.account('bob')
    const describeIt = (client: EC2Client) => client.send(new DescribeVpcsCommand({ VpcIds: [VpcId] }))
    await refused(describeIt(bob.ec2()), 'InvalidVpcID.NotFound')
    assert.equal((await describeIt(c.ec2())).Vpcs?.length, 1)
    const all = await c.ec2().send(new DescribeVpcsCommand({ VpcIds: ['verbose'] }))
    assert.ok(all.Vpcs?.some(vpc => vpc.VpcId === VpcId))
  })

  describe('by default', () => {
    it('can be deleted, and made anew with all that belongs to it', async () => {
      const again = () => ec2.send(new CreateDefaultVpcCommand({}))
      await refused(again(), 'DefaultVpcAlreadyExists')
      const [{ VpcId = '' } = {}] = await shown()
      await refused(remove(VpcId), 'DependencyViolation')
      await empty(VpcId)
      await remove(VpcId)
      assert.deepEqual(await shown(), [])
      await refused(
        again().then(() => again()),
        'DefaultVpcAlreadyExists',
      )
      const [vpc] = await shown()
      assert.ok(vpc?.IsDefault && vpc.VpcId !== VpcId && vpc.CidrBlock === '172.31.0.0/16')
      const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({}))
      assert.deepEqual(
        Subnets.map(subnet => [subnet.DefaultForAz, subnet.MapPublicIpOnLaunch]),
        [
          [true, true],
          [true, true],
        ],
      )
      const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({}))
      assert.deepEqual(
        SecurityGroups.map(({ GroupName, VpcId }) => [GroupName, VpcId]),
        [['default', vpc.VpcId]],
      )
    })

    it('is made for an account by administrators of the cloud, who give its number', async () => {
      const ask = (client: EC2Client) => client.send(new CreateVpcCommand({ CidrBlock: alice.accountId }))
      const [before] = await shown()
      assert.equal((await ask(c.ec2())).Vpc?.VpcId, before?.VpcId)
      await empty(before?.VpcId)
      await remove(before?.VpcId)
      await refused(ask(ec2), 'InvalidParameterValue')
      const { Vpc } = await ask(c.ec2())
      assert.deepEqual([Vpc?.OwnerId, Vpc?.IsDefault], [alice.accountId, true])
      assert.equal((await shown()).length, 1)
    })
  })
})

describe('a classic cloud', () => {
  it('has no VPCs, and makes none', async () => {
    const c = await cloud()
    const ec2 = c.ec2()
    assert.deepEqual((await ec2.send(new DescribeVpcsCommand({}))).Vpcs, [])
    await refused(ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' })), 'UnsupportedOperation')
    await refused(ec2.send(new CreateDefaultVpcCommand({})), 'UnsupportedOperation')
    await refused(
      ec2.send(new CreateSubnetCommand({ CidrBlock: '10.0.0.0/24', VpcId: 'vpc-00000001' })),
      'UnsupportedOperation',
    )
    await refused(remove(ec2), 'InvalidVpcID.NotFound')
    await c.close()
  })

  const remove = (ec2: EC2Client) => ec2.send(new DeleteVpcCommand({ VpcId: 'vpc-00000001' }))
})
