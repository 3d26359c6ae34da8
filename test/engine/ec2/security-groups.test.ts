// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  AuthorizeSecurityGroupIngressCommand,
  type AuthorizeSecurityGroupIngressRequest,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  type DescribeSecurityGroupsRequest,
  type EC2Client,
  type IpPermission,
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
