// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  CreateNetworkAclCommand,
  CreateNetworkAclEntryCommand,
  type CreateNetworkAclEntryCommandInput,
  DeleteNetworkAclCommand,
  DeleteNetworkAclEntryCommand,
  DescribeNetworkAclsCommand,
  type Filter,
  ReplaceNetworkAclAssociationCommand,
  ReplaceNetworkAclEntryCommand,
} from '@aws-sdk/client-ec2'
import { defaultVpc } from '../../../../src/engine/ec2/vpc/foundation'
import { aclAllows, type Passing } from '../../../../src/engine/ec2/vpc/network-acls'
import { type Clients, type Cloud, cloud } from '../../../support/cloud'
import { refused } from '../expect'

describe('Network ACLs', () => {
  let c: Cloud
  let alice: Clients
  let bob: Clients
  let vpcId: string

  before(async () => {
    c = await cloud({ networking: 'vpc' })
    alice = await c.account('alice')
    bob = await c.account('bob')
    vpcId = c.engine.read(tx => defaultVpc(tx, alice.accountId)?.id) ?? ''
  })
  after(() => c.close())

  const made = async (who = alice, VpcId = vpcId): Promise<string> => {
    const { NetworkAcl } = await who.ec2().send(new CreateNetworkAclCommand({ VpcId }))
    return NetworkAcl?.NetworkAclId ?? ''
  }

  const described = async (Filters?: Filter[], NetworkAclIds?: string[], who = alice) => {
    const { NetworkAcls = [] } = await who
      .ec2()
      .send(new DescribeNetworkAclsCommand({ Filters, NetworkAclIds }))
    return NetworkAcls
  }

  const entry = (more: Partial<CreateNetworkAclEntryCommandInput>): CreateNetworkAclEntryCommandInput => ({
    ...{ NetworkAclId: undefined, RuleNumber: 100, Protocol: '-1', RuleAction: 'allow', Egress: false },
    CidrBlock: '0.0.0.0/0',
    ...more,
  })

  const add = (more: Partial<CreateNetworkAclEntryCommandInput>) =>
    alice.ec2().send(new CreateNetworkAclEntryCommand(entry(more)))

  it('are there with every VPC, and hold all of its subnets', async () => {
    const [acl] = await described([{ Name: 'default', Values: ['true'] }])
    assert.equal(acl?.VpcId, vpcId)
    assert.equal(acl?.OwnerId, alice.accountId)
    assert.equal(acl?.Associations?.length, 2)
    assert.deepEqual(
      acl?.Entries?.map(one => [one.Egress, one.RuleNumber, one.RuleAction, one.Protocol, one.CidrBlock]),
      [
        [true, 100, 'allow', '-1', '0.0.0.0/0'],
        [true, 32767, 'deny', '-1', '0.0.0.0/0'],
        [false, 100, 'allow', '-1', '0.0.0.0/0'],
        [false, 32767, 'deny', '-1', '0.0.0.0/0'],
      ],
    )
  })

  it('are made with tags, and let nothing pass', async () => {
    const { NetworkAcl } = await alice.ec2().send(
      new CreateNetworkAclCommand({
        VpcId: vpcId,
        TagSpecifications: [{ ResourceType: 'network-acl', Tags: [{ Key: 'Name', Value: 'strict' }] }],
      }),
    )
    assert.deepEqual(
      NetworkAcl?.Entries?.map(({ RuleNumber, RuleAction }) => [RuleNumber, RuleAction]),
      [
        [32767, 'deny'],
        [32767, 'deny'],
      ],
    )
    const found = await described([{ Name: 'tag:Name', Values: ['strict'] }])
    assert.deepEqual(found, [NetworkAcl])
  })

  it('keep an entry for each number and direction', async () => {
    const NetworkAclId = await made()
    await add({ NetworkAclId, Protocol: 'tcp', PortRange: { From: 22, To: 22 }, CidrBlock: '10.1.2.3/16' })
    await add({ NetworkAclId, Egress: true, Protocol: '1', IcmpTypeCode: { Type: 8, Code: -1 } })
    await add({ NetworkAclId, RuleNumber: 90, Protocol: '132', RuleAction: 'deny' })
    const [acl] = await described(undefined, [NetworkAclId])
    assert.deepEqual(acl?.Entries?.slice(0, 4), [
      {
        ...{ Egress: true, RuleNumber: 100, RuleAction: 'allow', Protocol: '1', CidrBlock: '0.0.0.0/0' },
        IcmpTypeCode: { Type: 8, Code: -1 },
      },
      { Egress: true, RuleNumber: 32767, RuleAction: 'deny', Protocol: '-1', CidrBlock: '0.0.0.0/0' },
      { Egress: false, RuleNumber: 90, RuleAction: 'deny', Protocol: '132', CidrBlock: '0.0.0.0/0' },
      {
        ...{ Egress: false, RuleNumber: 100, RuleAction: 'allow', Protocol: '6', CidrBlock: '10.1.0.0/16' },
        PortRange: { From: 22, To: 22 },
      },
    ])
    await refused(add({ NetworkAclId }), 'NetworkAclEntryAlreadyExists')
    await alice
      .ec2()
      .send(
        new ReplaceNetworkAclEntryCommand(
          entry({ NetworkAclId, RuleNumber: 90, Protocol: '17', PortRange: { From: 0, To: 65535 } }),
        ),
      )
    const found = await described([
      { Name: 'network-acl-id', Values: [NetworkAclId] },
      { Name: 'entry.protocol', Values: ['17'] },
      { Name: 'entry.port-range.to', Values: ['65535'] },
      { Name: 'entry.icmp.type', Values: ['8'] },
      { Name: 'entry.rule-number', Values: ['90'] },
    ])
    assert.equal(found.length, 1)
    const gone = new DeleteNetworkAclEntryCommand({ NetworkAclId, RuleNumber: 90, Egress: false })
    await alice.ec2().send(gone)
    await refused(alice.ec2().send(gone), 'InvalidNetworkAclEntry.NotFound')
    await refused(
      alice.ec2().send(new ReplaceNetworkAclEntryCommand(entry({ NetworkAclId, RuleNumber: 90 }))),
      'InvalidNetworkAclEntry.NotFound',
    )
  })

  it('refuse entries that mean nothing', async () => {
    const NetworkAclId = await made()
    const tcp = { NetworkAclId, Protocol: '6' }
    const refusals: readonly (readonly [string, Partial<CreateNetworkAclEntryCommandInput>])[] = [
      ['InvalidParameterValue', { NetworkAclId, RuleNumber: 0 }],
      ['InvalidParameterValue', { NetworkAclId, RuleNumber: 32767 }],
      ['InvalidParameterValue', { NetworkAclId, Protocol: '256' }],
      ['InvalidParameterValue', { NetworkAclId, Protocol: 'ospf' }],
      ['InvalidParameterValue', { NetworkAclId, CidrBlock: '10.0.0.0/33' }],
      ['InvalidParameterValue', { NetworkAclId, RuleAction: 'permit' as never }],
      ['MissingParameter', { NetworkAclId, CidrBlock: undefined }],
      ['UnsupportedOperation', { NetworkAclId, CidrBlock: undefined, Ipv6CidrBlock: '::/0' }],
      ['MissingParameter', tcp],
      ['MissingParameter', { ...tcp, PortRange: { From: 1 } }],
      ['InvalidParameterValue', { ...tcp, PortRange: { From: 2, To: 1 } }],
      ['InvalidParameterValue', { ...tcp, PortRange: { From: 1, To: 65536 } }],
      ['MissingParameter', { NetworkAclId, Protocol: 'icmp' }],
      ['MissingParameter', { NetworkAclId, Protocol: 'icmp', IcmpTypeCode: { Type: 1 } }],
      ['InvalidParameterValue', { NetworkAclId, Protocol: 'icmp', IcmpTypeCode: { Type: 256, Code: 0 } }],
      ['InvalidNetworkAclID.NotFound', { NetworkAclId: 'acl-00000000' }],
      ['InvalidNetworkAclId.Malformed', { NetworkAclId: 'vpc-00000000' }],
    ]
    for (const [code, more] of refusals) await refused(add(more), code)
    for (let number = 1; number <= 20; number += 1) await add({ NetworkAclId, RuleNumber: number })
    await refused(add({ NetworkAclId, RuleNumber: 21 }), 'NetworkAclEntryLimitExceeded')
    await add({ NetworkAclId, RuleNumber: 21, Egress: true })
  })

  it('are at most 200 of a VPC', async () => {
    const { id } = c.engine.write(tx => {
      const [own] = tx.networkAcls.list().filter(acl => acl.account === alice.accountId)
      assert.ok(own)
      const vpc = tx.vpcs.put({ ...tx.vpcs.must(own.vpcId), id: 'vpc-00000200', isDefault: false })
      for (let number = 0; number < 200; number += 1) {
        tx.networkAcls.put({ ...own, id: `acl-0000${1000 + number}`, vpcId: vpc.id, associations: [] })
      }
      return vpc
    })
    await refused(made(alice, id), 'NetworkAclLimitExceeded')
    c.engine.write(tx => {
      for (const acl of tx.networkAcls.list()) if (acl.vpcId === id) tx.networkAcls.delete(acl.id)
      tx.vpcs.delete(id)
    })
  })

  it('are left by a subnet for another one of its VPC, and go when nothing is in them', async () => {
    const NetworkAclId = await made()
    const [before] = await described([{ Name: 'default', Values: ['true'] }])
    const AssociationId = before?.Associations?.[0]?.NetworkAclAssociationId
    const subnetId = before?.Associations?.[0]?.SubnetId ?? ''
    const replaced = async (AssociationId: string | undefined, NetworkAclId: string) => {
      const command = new ReplaceNetworkAclAssociationCommand({ AssociationId, NetworkAclId })
      return (await alice.ec2().send(command)).NewAssociationId
    }
    const moved = await replaced(AssociationId, NetworkAclId)
    assert.match(moved ?? '', /^aclassoc-[0-9a-f]{8}$/)
    const [acl] = await described([{ Name: 'association.subnet-id', Values: [subnetId] }])
    assert.deepEqual(acl?.Associations, [
      { NetworkAclAssociationId: moved, NetworkAclId, SubnetId: subnetId },
    ])
    await refused(replaced(AssociationId, NetworkAclId), 'InvalidAssociationID.NotFound')
    const other = c.engine.read(tx => tx.networkAcls.list().find(({ account }) => account === bob.accountId))
    await refused(replaced(moved, other?.id ?? ''), 'InvalidNetworkAclID.NotFound')
    await refused(replaced(other?.associations[0]?.id, NetworkAclId), 'InvalidAssociationID.NotFound')
    const del = new DeleteNetworkAclCommand({ NetworkAclId })
    await refused(alice.ec2().send(del), 'DependencyViolation')
    await replaced(moved, before?.NetworkAclId ?? '')
    await alice.ec2().send(del)
    await refused(alice.ec2().send(del), 'InvalidNetworkAclID.NotFound')
    await refused(
      alice.ec2().send(new DeleteNetworkAclCommand({ NetworkAclId: before?.NetworkAclId })),
      'InvalidParameterValue',
    )
  })

  it('do not take subnets of other VPCs', async () => {
    const elsewhere = c.engine.write(tx => {
      const own = defaultVpc(tx, alice.accountId)
      assert.ok(own)
      tx.vpcs.put({ ...own, id: 'vpc-000000ee', isDefault: false })
      return tx.networkAcls.put({
        ...{ account: alice.accountId, createdAt: tx.now, id: 'acl-000000ee', vpcId: 'vpc-000000ee' },
        ...{ isDefault: false, entries: [], associations: [] },
      })
    })
    const [own] = await described([{ Name: 'default', Values: ['true'] }])
    const AssociationId = own?.Associations?.[0]?.NetworkAclAssociationId
    await refused(
      alice
        .ec2()
        .send(new ReplaceNetworkAclAssociationCommand({ AssociationId, NetworkAclId: elsewhere.id })),
      'InvalidParameterValue',
    )
  })

  it('are shown page by page', async () => {
    await made()
    await made()
    const ids = (await described()).map(({ NetworkAclId }) => NetworkAclId)
    assert.ok(ids.length > 5)
    const first = await alice.ec2().send(new DescribeNetworkAclsCommand({ MaxResults: 5 }))
    const { NetworkAcls = [] } = await alice
      .ec2()
      .send(new DescribeNetworkAclsCommand({ MaxResults: 5, NextToken: first.NextToken }))
    const paged = [...(first.NetworkAcls ?? []), ...NetworkAcls].map(({ NetworkAclId }) => NetworkAclId)
    assert.deepEqual(paged, ids.toSorted().slice(0, paged.length))
  })

  it('are not there in a classic cloud, and cannot be made', async () => {
    const classic = await cloud()
    const { NetworkAcls } = await classic.ec2().send(new DescribeNetworkAclsCommand({}))
    assert.deepEqual(NetworkAcls ?? [], [])
    await refused(
      classic.ec2().send(new CreateNetworkAclCommand({ VpcId: 'vpc-00000000' })),
      'UnsupportedOperation',
    )
    await classic.close()
  })

  describe('let pass', () => {
    const allows = (passing: Partial<Passing>): boolean =>
      c.engine.read(tx =>
        aclAllows(tx, 'subnet-000000aa', {
          protocol: 'tcp',
          port: 22,
          from: '10.0.0.1',
          isEgress: false,
          ...passing,
        }),
      )

    before(() => {
      const entry = { cidr: '0.0.0.0/0', isEgress: false, isAllowed: true, protocol: '-1' }
      c.engine.write(tx =>
        tx.networkAcls.put({
          ...{ account: alice.accountId, createdAt: tx.now, id: 'acl-000000aa', vpcId, isDefault: false },
          associations: [{ id: 'aclassoc-000000aa', subnetId: 'subnet-000000aa' }],
          entries: [
            { ...entry, number: 300, protocol: '6', ports: { from: 20, to: 30 } },
            { ...entry, number: 100, cidr: '10.0.0.0/24', isAllowed: false },
            { ...entry, number: 50, protocol: '1', icmp: { type: 8, code: -1 }, cidr: '10.0.0.0/24' },
            { ...entry, number: 60, protocol: '6', ports: { from: 22, to: 22 }, cidr: '10.0.0.9/32' },
            { ...entry, number: 100, isEgress: true, protocol: '132' },
          ],
        }),
      )
    })

    it('what the lowest entry that fits allows', () => {
      assert.equal(allows({ from: '10.0.1.1' }), true)
      assert.equal(allows({ from: '10.0.0.1' }), false)
      assert.equal(allows({ from: '10.0.0.9' }), true)
      assert.equal(allows({ from: '10.0.1.1', port: 31 }), false)
      assert.equal(allows({ from: '10.0.1.1', protocol: '6', port: 30 }), true)
      assert.equal(allows({ from: '10.0.1.1', protocol: 'udp' }), false)
    })

    it('ICMP by its type and code', () => {
      const icmp = { protocol: 'icmp', port: undefined as never }
      assert.equal(allows({ ...icmp, icmp: { type: 8, code: 0 } }), true)
      assert.equal(allows({ ...icmp, icmp: { type: 0, code: 0 } }), false)
      assert.equal(allows(icmp), false)
    })

    it('either direction by itself', () => {
      assert.equal(allows({ isEgress: true }), false)
      assert.equal(allows({ isEgress: true, protocol: '132' }), true)
    })
  })
})
