// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  type AuthorizeSecurityGroupIngressRequest,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  type DescribeSecurityGroupsRequest,
  type EC2Client,
  type IpPermission,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2'
import { type Cloud, cloud } from '../../support/cloud'
import { refused } from './expect'

const tcp = (from: number, to: number, cidr: string): IpPermission => ({
  IpProtocol: 'tcp',
  FromPort: from,
  ToPort: to,
  IpRanges: [{ CidrIp: cidr }],
})

describe('rules of security groups', () => {
  let c: Cloud
  let ec2: EC2Client
  beforeEach(async () => {
    c = await cloud()
    ec2 = c.ec2()
  })
  afterEach(() => c.close())

  const create = async (GroupName: string, Description = 'a group', client = ec2) =>
    (await client.send(new CreateSecurityGroupCommand({ GroupName, Description }))).GroupId ?? ''
  const groups = async (input: DescribeSecurityGroupsRequest = {}, client = ec2) =>
    (await client.send(new DescribeSecurityGroupsCommand(input))).SecurityGroups ?? []
  const authorize = (input: AuthorizeSecurityGroupIngressRequest, client = ec2) =>
    client.send(new AuthorizeSecurityGroupIngressCommand(input))
  const permit = (GroupName: string, ...IpPermissions: IpPermission[]) =>
    authorize({ GroupName, IpPermissions })
  const permissions = async (name: string) => (await groups({ GroupNames: [name] }))[0]?.IpPermissions

  it('take rules by address block and give them back by protocol and ports', async () => {
    await create('web')
    const answer = await permit(
      'web',
      { ...tcp(80, 80, '0.0.0.0/0'), IpRanges: [{ CidrIp: '0.0.0.0/0' }, { CidrIp: '10.1.2.3/8' }] },
      { IpProtocol: 'ICMP', FromPort: 8, ToPort: -1, IpRanges: [{ CidrIp: '192.168.1.7/32' }] },
      {
        IpProtocol: '17',
        FromPort: 53,
        ToPort: 53,
        IpRanges: [{ CidrIp: '0.0.0.0/0', Description: 'names' }],
      },
      { IpProtocol: '-1', IpRanges: [{ CidrIp: '10.0.0.0/8' }] },
    )
    assert.equal(answer.Return, true)
    assert.equal(answer.SecurityGroupRules?.length, 5)
    assert.deepEqual(
      (await permissions('web'))?.map(({ IpProtocol, FromPort, ToPort, IpRanges }) => [
        IpProtocol,
        FromPort,
        ToPort,
        IpRanges?.map(({ CidrIp }) => CidrIp).join(),
      ]),
      [
        ['tcp', 80, 80, '0.0.0.0/0,10.0.0.0/8'],
        ['icmp', 8, -1, '192.168.1.7/32'],
        ['udp', 53, 53, '0.0.0.0/0'],
        ['-1', undefined, undefined, '10.0.0.0/8'],
      ],
    )
  })

  it('take the older flat parameters', async () => {
    await authorize({
      GroupName: 'default',
      IpProtocol: 'tcp',
      FromPort: 22,
      ToPort: 22,
      CidrIp: '0.0.0.0/0',
    })
    assert.deepEqual((await permissions('default'))?.[0]?.IpRanges, [{ CidrIp: '0.0.0.0/0' }])
    await create('web')
    await authorize({
      GroupName: 'web',
      SourceSecurityGroupName: 'default',
      SourceSecurityGroupOwnerId: c.accountId,
    })
    assert.deepEqual(
      (await permissions('web'))?.map(({ IpProtocol, FromPort, ToPort }) => [IpProtocol, FromPort, ToPort]),
      [
        ['tcp', 1, 65535],
        ['udp', 1, 65535],
        ['icmp', -1, -1],
      ],
    )
  })

  it('refuse a mixture of both forms, and neither', async () => {
    const mixed = { GroupName: 'default', IpPermissions: [tcp(1, 2, '10.0.0.0/8')], CidrIp: '10.0.0.0/8' }
    await refused(
      authorize(mixed),
      'InvalidParameterCombination',
      'cidrIp and ipPermissions must not both be set',
    )
    await refused(authorize({ GroupName: 'default' }), 'MissingParameter')
    await refused(
      authorize({ GroupName: 'default', CidrIp: '10.0.0.0/8', SourceSecurityGroupName: 'default' }),
      'InvalidParameterCombination',
    )
  })

  it('take rules by group, across accounts', async () => {
    const alice = await c.account('alice')
    const hers = await create('app', 'hers', alice.ec2())
    await permit('default', {
      IpProtocol: 'tcp',
      FromPort: 3306,
      ToPort: 3306,
      UserIdGroupPairs: [{ UserId: alice.accountId, GroupName: 'app' }, { GroupName: 'default' }],
    })
    const pairs = (await permissions('default'))?.[0]?.UserIdGroupPairs
    assert.deepEqual(pairs?.[0], { UserId: alice.accountId, GroupName: 'app', GroupId: hers })
    assert.equal(pairs?.[1]?.UserId, c.accountId)
    const missing = { UserIdGroupPairs: [{ UserId: alice.accountId, GroupName: 'db' }], IpProtocol: '-1' }
    await refused(permit('default', missing), 'InvalidGroup.NotFound')
    await refused(
      alice.ec2().send(new DeleteSecurityGroupCommand({ GroupName: 'app' })),
      'InvalidGroup.InUse',
    )
  })

  it('refuse malformed rules and leave the group as it was', async () => {
    const all = '0.0.0.0/0'
    const cases: [IpPermission, string][] = [
      [tcp(-1, 22, all), 'InvalidPermission.Malformed'],
      [tcp(22, 65536, all), 'InvalidPermission.Malformed'],
      [tcp(23, 22, all), 'InvalidPermission.Malformed'],
      [tcp(22.5, 80, all), 'InvalidParameterValue'],
      [{ IpProtocol: 'tcp', IpRanges: [{ CidrIp: all }] }, 'InvalidParameterValue'],
      [{ IpProtocol: 'gre', IpRanges: [{ CidrIp: all }] }, 'InvalidPermission.Malformed'],
      [{ IpProtocol: '50', IpRanges: [{ CidrIp: all }] }, 'InvalidPermission.Malformed'],
      [{ IpProtocol: 'constructor', IpRanges: [{ CidrIp: all }] }, 'InvalidPermission.Malformed'],
      [
        { IpProtocol: 'icmp', FromPort: 256, ToPort: -1, IpRanges: [{ CidrIp: all }] },
        'InvalidPermission.Malformed',
      ],
      [{ IpRanges: [{ CidrIp: all }] }, 'MissingParameter'],
      [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22 }, 'MissingParameter'],
      [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [] }, 'MissingParameter'],
      [tcp(22, 22, '10.0.0.0/33'), 'InvalidParameterValue'],
      [tcp(22, 22, '10.0.0.0'), 'InvalidParameterValue'],
      [tcp(22, 22, '10.0.0/8'), 'InvalidParameterValue'],
      [tcp(22, 22, '10.0.0.0/8/8'), 'InvalidParameterValue'],
      [tcp(22, 22, '256.0.0.0/8'), 'InvalidParameterValue'],
      [tcp(22, 22, '::/0'), 'InvalidParameterValue'],
      [{ ...tcp(22, 22, all), Ipv6Ranges: [{ CidrIpv6: '::/0' }] }, 'UnsupportedOperation'],
      [{ IpProtocol: '-1', UserIdGroupPairs: [{ UserId: '000000000000' }] }, 'InvalidPermission.Malformed'],
    ]
    for (const [permission, code] of cases) {
      await refused(permit('default', tcp(1, 1, all), permission), code)
    }
    assert.deepEqual(await permissions('default'), [])
  })

  it('have the lists that only a VPC fills, which can be sent back as they came', async () => {
    await permit('default', tcp(22, 22, '10.0.0.0/8'))
    const command = new DescribeSecurityGroupsCommand({ GroupNames: ['default'] })
    const [group] = (await c.ec2().send(command)).SecurityGroups ?? []
    assert.deepEqual(group?.IpPermissionsEgress, [])
    const [permission] = group?.IpPermissions ?? []
    assert.deepEqual([permission?.Ipv6Ranges, permission?.PrefixListIds], [[], []])
    const { IpPermissions } = group ?? {}
    await c.ec2().send(new RevokeSecurityGroupIngressCommand({ GroupName: 'default', IpPermissions }))
    assert.deepEqual(await permissions('default'), [])
  })

  it('refuse the same rule twice, whichever way its address block is written', async () => {
    await permit('default', tcp(22, 22, '10.0.0.0/8'))
    await refused(
      permit('default', tcp(80, 80, '0.0.0.0/0'), tcp(22, 22, '10.9.9.9/8')),
      'InvalidPermission.Duplicate',
      'the specified rule "peer: 10.0.0.0/8, TCP, from port: 22, to port: 22, ALLOW" already exists',
    )
    await refused(
      permit('default', tcp(80, 80, '0.0.0.0/0'), tcp(80, 80, '1.2.3.4/0')),
      'InvalidParameterValue',
    )
    assert.equal((await permissions('default'))?.length, 1)
  })

  it('hold at most 100 rules', async () => {
    const many = Array.from({ length: 100 }, (_, index) => tcp(index, index, '0.0.0.0/0'))
    await permit('default', ...many)
    await refused(permit('default', tcp(100, 100, '0.0.0.0/0')), 'RulesPerSecurityGroupLimitExceeded')
  })

  it('let rules be taken back one source at a time, and say which were not there', async () => {
    const both = { ...tcp(22, 22, ''), IpRanges: [{ CidrIp: '10.0.0.0/8' }, { CidrIp: '11.0.0.0/8' }] }
    await permit('default', both)
    const revoke = (...IpPermissions: IpPermission[]) =>
      ec2.send(new RevokeSecurityGroupIngressCommand({ GroupName: 'default', IpPermissions }))
    const answer = await revoke(tcp(22, 22, '10.0.0.0/8'), tcp(22, 22, '12.0.0.0/8'))
    assert.equal(answer.Return, true)
    assert.deepEqual(answer.UnknownIpPermissions?.[0]?.IpRanges, [{ CidrIp: '12.0.0.0/8' }])
    assert.deepEqual((await permissions('default'))?.[0]?.IpRanges, [{ CidrIp: '11.0.0.0/8' }])
    const { SecurityGroupRules } = await ec2.send(new DescribeSecurityGroupRulesCommand({}))
    const id = SecurityGroupRules?.[0]?.SecurityGroupRuleId ?? ''
    const byId = (SecurityGroupRuleIds: string[]) =>
      ec2.send(new RevokeSecurityGroupIngressCommand({ GroupName: 'default', SecurityGroupRuleIds }))
    await byId([id])
    assert.deepEqual(await permissions('default'), [])
    await refused(byId([id]), 'InvalidSecurityGroupRuleId.NotFound')
  })

  it('have no rules for what goes out', async () => {
    const [group] = await groups()
    const input = { GroupId: group?.GroupId, IpPermissions: [tcp(1, 1, '0.0.0.0/0')] }
    await refused(ec2.send(new AuthorizeSecurityGroupEgressCommand(input)), 'InvalidParameterValue')
    await refused(ec2.send(new RevokeSecurityGroupEgressCommand(input)), 'InvalidParameterValue')
    assert.deepEqual(group?.IpPermissionsEgress ?? [], [])
  })
})
