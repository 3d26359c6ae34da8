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
import { haveInstance } from './instance'

const tcp = (from: number, to: number, cidr: string): IpPermission => ({
  IpProtocol: 'tcp',
  FromPort: from,
  ToPort: to,
  IpRanges: [{ CidrIp: cidr }],
})

describe('security groups', () => {
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
  const names = async (input: DescribeSecurityGroupsRequest = {}, client = ec2) =>
    (await groups(input, client)).map(group => group.GroupName)
  const authorize = (input: AuthorizeSecurityGroupIngressRequest, client = ec2) =>
    client.send(new AuthorizeSecurityGroupIngressCommand(input))
  const permit = (GroupName: string, ...IpPermissions: IpPermission[]) =>
    authorize({ GroupName, IpPermissions })
  const permissions = async (name: string) => (await groups({ GroupNames: [name] }))[0]?.IpPermissions

  it('begin with an empty default group in every account, with an id that lasts', async () => {
    const [first, ...more] = await groups()
    assert.equal(more.length, 0)
    assert.equal(first?.GroupName, 'default')
    assert.equal(first?.Description, 'default group')
    assert.equal(first?.OwnerId, c.accountId)
    assert.deepEqual(first?.IpPermissions, [])
    await permit('default', tcp(22, 22, '0.0.0.0/0'))
    const [later] = await groups({ GroupIds: [(first?.GroupId ?? '').toUpperCase()] })
    assert.equal(later?.GroupId, first?.GroupId)
    assert.equal(later?.IpPermissions?.length, 1)
    const alice = await c.account('alice')
    const [hers] = await groups({}, alice.ec2())
    assert.equal(hers?.OwnerId, alice.accountId)
    assert.notEqual(hers?.GroupId, first?.GroupId)
    assert.deepEqual(hers?.IpPermissions, [])
  })

  it('are created, described, deleted', async () => {
    const id = await create('web', 'web servers')
    assert.match(id, /^sg-[0-9a-f]{8}$/)
    assert.deepEqual(await names(), ['default', 'web'])
    const [web] = await groups({ GroupIds: [id] })
    assert.equal(web?.Description, 'web servers')
    await ec2.send(new DeleteSecurityGroupCommand({ GroupName: 'web' }))
    assert.deepEqual(await names(), ['default'])
    await refused(
      ec2.send(new DeleteSecurityGroupCommand({ GroupId: id })),
      'InvalidGroup.NotFound',
      `The security group '${id}' does not exist`,
    )
  })

  it('are refused with names that are taken, reserved or malformed', async () => {
    await create('web')
    await refused(create('web'), 'InvalidGroup.Duplicate', "The security group 'web' already exists")
    await refused(create('default'), 'InvalidGroup.Reserved')
    await refused(create('sg-web'), 'InvalidParameterValue')
    await refused(create('größe'), 'InvalidParameterValue')
    await refused(create('x'.repeat(256)), 'InvalidParameterValue')
    await refused(create('db', 'über'), 'InvalidParameterValue')
    await refused(
      ec2.send(new CreateSecurityGroupCommand({ GroupName: 'db', Description: 'd', VpcId: 'vpc-00000001' })),
      'InvalidVpcID.NotFound',
    )
    assert.deepEqual(await names(), ['default', 'web'])
  })

  it('cannot be named when they are not there, and ids must look like ids', async () => {
    await refused(groups({ GroupNames: ['nix'] }), 'InvalidGroup.NotFound')
    await refused(groups({ GroupIds: ['sg-00000000'] }), 'InvalidGroup.NotFound')
    await refused(permit('nix', tcp(1, 1, '0.0.0.0/0')), 'InvalidGroup.NotFound')
    await refused(ec2.send(new DeleteSecurityGroupCommand({ GroupId: 'web' })), 'InvalidGroupId.Malformed')
    await refused(ec2.send(new DeleteSecurityGroupCommand({})), 'MissingParameter')
  })

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
      [{ IpProtocol: 'tcp', IpRanges: [{ CidrIp: all }] }, 'InvalidParameterValue'],
      [{ IpProtocol: 'gre', IpRanges: [{ CidrIp: all }] }, 'InvalidPermission.Malformed'],
      [{ IpProtocol: '50', IpRanges: [{ CidrIp: all }] }, 'InvalidPermission.Malformed'],
      [{ IpProtocol: 'constructor', IpRanges: [{ CidrIp: all }] }, 'InvalidPermission.Malformed'],
      [
        { IpProtocol: 'icmp', FromPort: 256, ToPort: -1, IpRanges: [{ CidrIp: all }] },
        'InvalidPermission.Malformed',
      ],
      [{ IpRanges: [{ CidrIp: all }] }, 'MissingParameter'],
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

  it('cannot be deleted while an instance is in them, and the default one never', async () => {
    const id = await create('web')
    haveInstance(c, { id: 'i-00000001', state: 'running', groupIds: [id] })
    const deleting = () => ec2.send(new DeleteSecurityGroupCommand({ GroupId: id }))
    await refused(deleting(), 'InvalidGroup.InUse', 'Specified group cannot be deleted because it is in use.')
    haveInstance(c, { id: 'i-00000001', state: 'terminated', groupIds: [id] })
    await deleting()
    await refused(ec2.send(new DeleteSecurityGroupCommand({ GroupName: 'default' })), 'InvalidGroup.Reserved')
  })

  it('cannot be deleted while the rules of another group name them, but their own may', async () => {
    const id = await create('web')
    const fromWeb = { IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: id }] }
    await permit('default', fromWeb)
    await permit('web', fromWeb)
    const deleting = () => ec2.send(new DeleteSecurityGroupCommand({ GroupId: id }))
    await refused(deleting(), 'InvalidGroup.InUse')
    await ec2.send(new RevokeSecurityGroupIngressCommand({ GroupName: 'default', IpPermissions: [fromWeb] }))
    await deleting()
  })

  it('are found by filters', async () => {
    await create('web', 'servers')
    await permit('web', tcp(80, 443, '10.0.0.0/8'))
    const by = (Name: string, ...Values: string[]) => names({ Filters: [{ Name, Values }] })
    assert.deepEqual(await by('group-name', 'w?b'), ['web'])
    assert.deepEqual(await by('description', 'servers'), ['web'])
    assert.deepEqual(await by('ip-permission.cidr', '10.*'), ['web'])
    assert.deepEqual(await by('ip-permission.from-port', '80'), ['web'])
    assert.deepEqual(await by('ip-permission.to-port', '80'), [])
    assert.deepEqual(await by('ip-permission.protocol', 'tcp'), ['web'])
    assert.deepEqual(await by('owner-id', c.accountId), ['default', 'web'])
    assert.deepEqual(await by('vpc-id', '*'), [])
    await refused(by('colour', 'red'), 'InvalidParameterValue', "The filter 'colour' is invalid")
  })

  it('come in pages', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) await create(name)
    const first = await ec2.send(new DescribeSecurityGroupsCommand({ MaxResults: 5 }))
    assert.equal(first.SecurityGroups?.length, 5)
    const rest = await ec2.send(new DescribeSecurityGroupsCommand({ NextToken: first.NextToken }))
    const seen = [...(first.SecurityGroups ?? []), ...(rest.SecurityGroups ?? [])].map(g => g.GroupName)
    assert.deepEqual(seen.sort(), ['a', 'b', 'c', 'd', 'default', 'e', 'f'])
  })

  it('of other accounts are seen and managed by administrators only', async () => {
    const alice = (await c.account('alice')).ec2()
    const mine = await create('mine')
    const hers = await create('hers', 'a group', alice)
    assert.deepEqual(await names({ GroupNames: ['verbose'] }, alice), ['default', 'hers'])
    assert.equal((await names({ GroupNames: ['verbose'] })).length, 4)
    await refused(alice.send(new DeleteSecurityGroupCommand({ GroupId: mine })), 'InvalidGroup.NotFound')
    await ec2.send(new DeleteSecurityGroupCommand({ GroupId: hers }))
    assert.deepEqual(await names({}, alice), ['default'])
  })
})
