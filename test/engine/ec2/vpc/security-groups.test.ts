// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  type DescribeSecurityGroupsRequest,
  type IpPermission,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2'
import { defaultVpc, makeVpc } from '../../../../src/engine/ec2/vpc/foundation'
import { type Clients, type Cloud, cloud } from '../../../support/cloud'
import { refused } from '../expect'

const fromAll: IpPermission = { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }
const ssh: IpPermission = {
  IpProtocol: 'tcp',
  FromPort: 22,
  ToPort: 22,
  IpRanges: [{ CidrIp: '10.0.0.0/8' }],
}

describe('security groups in VPCs', () => {
  let c: Cloud
  let home: string
  let other: string
  beforeEach(async () => {
    c = await cloud({ networking: 'vpc' })
    home = c.engine.read(tx => defaultVpc(tx, c.accountId)?.id ?? '')
    other = vpcOf(c, '10.1.0.0/16')
  })
  afterEach(() => c.close())

  const vpcOf = (who: Clients, cidr: string): string =>
    c.engine.write(tx => {
      const wanted = { account: who.accountId, cidr, tenancy: 'default', isDefault: false } as const
      return makeVpc(tx, { ...wanted, dhcpOptionsId: 'default' }, prefix => tx.id(prefix)).id
    })
  const create = async (GroupName: string, VpcId?: string, who: Clients = c) =>
    (await who.ec2().send(new CreateSecurityGroupCommand({ GroupName, Description: 'a group', VpcId })))
      .GroupId ?? ''
  const described = async (input: DescribeSecurityGroupsRequest = {}, who: Clients = c) =>
    (await who.ec2().send(new DescribeSecurityGroupsCommand(input))).SecurityGroups ?? []
  const allow = (GroupId: string, ...IpPermissions: IpPermission[]) =>
    c.ec2().send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }))
  const allowOut = (GroupId: string, ...IpPermissions: IpPermission[]) =>
    c.ec2().send(new AuthorizeSecurityGroupEgressCommand({ GroupId, IpPermissions }))
  const remove = (GroupId: string) => c.ec2().send(new DeleteSecurityGroupCommand({ GroupId }))
  const from = (GroupId: string, UserId?: string): IpPermission => ({
    IpProtocol: '-1',
    UserIdGroupPairs: [{ GroupId, UserId }],
  })

  it('are made in the default VPC or in the one that is named, and may send everywhere', async () => {
    const [web, inOther] = [await create('web'), await create('web', other)]
    const groups = await described({ GroupIds: [web, inOther] })
    assert.deepEqual(
      groups.map(({ GroupId, VpcId }) => [GroupId, VpcId]),
      [
        [web, home],
        [inOther, other],
      ].sort(),
    )
    for (const { IpPermissions, IpPermissionsEgress } of groups) {
      assert.deepEqual(IpPermissions, [])
      assert.deepEqual(
        IpPermissionsEgress?.map(({ IpProtocol, IpRanges }) => [IpProtocol, IpRanges?.[0]?.CidrIp]),
        [['-1', '0.0.0.0/0']],
      )
    }
  })

  it('are refused with a name that their VPC has, and in a VPC that is not the caller’s', async () => {
    await create('web', other)
    await refused(create('web', other), 'InvalidGroup.Duplicate', "The security group 'web' already exists")
    await refused(create('default'), 'InvalidGroup.Reserved')
    await refused(create('a|b'), 'InvalidParameterValue', /^Invalid security group name/)
    const alice = await c.account('alice')
    await refused(create('web', other, alice), 'InvalidVpcID.NotFound')
    const hers = vpcOf(alice, '10.2.0.0/16')
    await refused(create('web', hers), 'InvalidVpcID.NotFound')
    await refused(create('web', 'vpc-1'), 'InvalidVpcId.Malformed')
  })

  it('are refused without a VPC where there is no default one', async () => {
    c.engine.write(tx => tx.vpcs.delete(home))
    await refused(create('web'), 'VPCIdNotSpecified', 'No default VPC for this user')
    await create('web', other)
  })

  it('are at most 100 in a VPC', async () => {
    c.engine.write(tx => {
      for (let index = 0; index < 99; index++) {
        const id = `sg-000000${String(index).padStart(2, '0')}`
        tx.securityGroups.put({
          ...{ account: c.accountId, id, name: `g${index}`, description: 'one', rules: [] },
          vpcId: other,
        })
      }
    })
    await refused(
      create('web', other),
      'SecurityGroupLimitExceeded',
      `Security group limit exceeded for ${other}`,
    )
    await create('web')
  })

  it('are found by name in the default VPC alone', async () => {
    const web = await create('web')
    await create('app', other)
    const ids = (await described({ GroupNames: ['web', 'default'] })).map(({ GroupId }) => GroupId)
    assert.equal(ids.length, 2)
    assert.ok(ids.includes(web))
    await refused(described({ GroupNames: ['app'] }), 'InvalidGroup.NotFound')
    await refused(c.ec2().send(new DeleteSecurityGroupCommand({ GroupName: 'app' })), 'InvalidGroup.NotFound')
  })

  it('are found by VPC and by what they let out', async () => {
    const app = await create('app', other)
    await allowOut(app, { ...ssh, IpRanges: [{ CidrIp: '10.9.0.0/16' }] })
    const found = async (Name: string, Value: string) =>
      (await described({ Filters: [{ Name, Values: [Value] }] })).map(({ GroupName }) => GroupName).sort()
    assert.deepEqual(await found('vpc-id', other), ['app', 'default'])
    assert.deepEqual(await found('egress.ip-permission.cidr', '10.9.0.0/16'), ['app'])
    assert.deepEqual(await found('egress.ip-permission.to-port', '22'), ['app'])
    assert.deepEqual(await found('ip-permission.cidr', '10.9.0.0/16'), [])
  })

  it('of a VPC that somebody made lose no rule when one is not there', async () => {
    const app = await create('app', other)
    await allow(app, ssh)
    const away = new RevokeSecurityGroupIngressCommand({ GroupId: app, IpPermissions: [ssh, from(app)] })
    await refused(c.ec2().send(away), 'InvalidPermission.NotFound', /rule does not exist in this security/)
    const IpPermissions = [ssh, fromAll]
    const out = new RevokeSecurityGroupEgressCommand({ GroupId: app, IpPermissions })
    await refused(c.ec2().send(out), 'InvalidPermission.NotFound')
    const [left] = await described({ GroupIds: [app] })
    assert.deepEqual([left?.IpPermissions?.length, left?.IpPermissionsEgress?.length], [1, 1])
  })

  it('have rules for what goes out, which are added and taken back like the others', async () => {
    const web = await create('web')
    const { SecurityGroupRules } = await allowOut(web, ssh)
    assert.deepEqual(
      SecurityGroupRules?.map(rule => [rule.IsEgress, rule.CidrIpv4, rule.ToPort]),
      [[true, '10.0.0.0/8', 22]],
    )
    await refused(allowOut(web, ssh), 'InvalidPermission.Duplicate')
    const out = new RevokeSecurityGroupEgressCommand({ GroupId: web, IpPermissions: [fromAll] })
    await c.ec2().send(out)
    assert.equal((await c.ec2().send(out)).UnknownIpPermissions?.length, 1)
    const { SecurityGroupRules: left = [] } = await c
      .ec2()
      .send(new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: 'group-id', Values: [web] }] }))
    assert.deepEqual(
      left.map(rule => [rule.SecurityGroupRuleId, rule.IsEgress]),
      [[SecurityGroupRules?.[0]?.SecurityGroupRuleId, true]],
    )
    await refused(
      c.ec2().send(
        new RevokeSecurityGroupIngressCommand({
          GroupId: web,
          SecurityGroupRuleIds: [SecurityGroupRules?.[0]?.SecurityGroupRuleId ?? ''],
        }),
      ),
      'InvalidSecurityGroupRuleId.NotFound',
    )
    await refused(allowOut(web), 'MissingParameter')
  })

  it('know all protocols by their numbers', async () => {
    const web = await create('web')
    const of = (IpProtocol: string): IpPermission => ({ ...fromAll, IpProtocol })
    await allow(web, of('50'), of('132'), of('-1'))
    const [group] = await described({ GroupIds: [web] })
    assert.deepEqual(
      group?.IpPermissions?.map(({ IpProtocol, FromPort }) => [IpProtocol, FromPort]),
      [
        ['50', undefined],
        ['132', undefined],
        ['-1', undefined],
      ],
    )
    await refused(allow(web, of('256')), 'InvalidPermission.Malformed', 'Invalid protocol (256)')
    await refused(allow(web, of('gre')), 'InvalidPermission.Malformed')
  })

  it('take groups of their own VPC and of its peers as sources, and no others', async () => {
    const [web, app] = [await create('web'), await create('app', other)]
    await allow(web, from(web))
    await refused(
      allow(web, from(app)),
      'InvalidGroup.NotFound',
      'You have specified two resources that belong to different networks.',
    )
    const alice = await c.account('alice')
    const [theirs] = await described({}, alice)
    const hers = theirs?.GroupId ?? ''
    const unknown = `The security group '${hers}' does not exist`
    await refused(allow(web, from(hers, alice.accountId)), 'InvalidGroup.NotFound', unknown)
    c.engine.write(tx => {
      const side = (account: string, vpcId: string) => ({ account, vpcId, cidr: '10.0.0.0/16' })
      tx.vpcPeeringConnections.put({
        id: 'pcx-00000001',
        account: c.accountId,
        createdAt: tx.now,
        requester: side(c.accountId, home),
        accepter: side(alice.accountId, theirs?.VpcId ?? ''),
        state: 'active',
        message: 'Active',
      })
    })
    await allow(web, from(hers, alice.accountId))
  })

  it('have at most 50 rules a direction', async () => {
    const web = await create('web')
    const cidrs = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ CidrIp: `10.0.${index}.0/24` }))
    await refused(
      allow(web, { ...fromAll, IpRanges: cidrs(51) }),
      'RulesPerSecurityGroupLimitExceeded',
      `Rules limit exceeded for ${web}`,
    )
    await allow(web, { ...fromAll, IpRanges: cidrs(50) })
    await refused(allowOut(web, { ...fromAll, IpRanges: cidrs(50) }), 'RulesPerSecurityGroupLimitExceeded')
  })

  it('are not deleted while an interface or a rule has them, and the default one never', async () => {
    const [web, app] = [await create('web'), await create('app')]
    await allowOut(app, from(web))
    await refused(
      remove(web),
      'DependencyViolation',
      'Specified group cannot be deleted because it is in use.',
    )
    await remove(app)
    c.engine.write(tx => {
      tx.networkInterfaces.put({
        ...{ id: 'eni-00000001', account: c.accountId, createdAt: tx.now, description: '' },
        ...{ vpcId: home, subnetId: 'subnet-00000001', zone: 'PARTI00', macAddress: '' },
        ...{ sourceDestCheck: true, groupIds: [web], privateIps: ['172.31.0.4'] },
      })
    })
    await refused(remove(web), 'DependencyViolation')
    c.engine.write(tx => tx.networkInterfaces.delete('eni-00000001'))
    await remove(web)
    const [first] = await described({ GroupNames: ['default'] })
    const id = first?.GroupId ?? ''
    await refused(
      remove(id),
      'CannotDelete',
      `Group (${id}) cannot be deleted, it is the default group for ${home}`,
    )
  })
})
