// SPDX-License-Identifier: BSD-2-Clause
// Rules of security groups that are changed where they are.
import assert from 'node:assert/strict'
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DescribeSecurityGroupRulesCommand,
  type IpPermission,
  ModifySecurityGroupRulesCommand,
  type SecurityGroupRuleRequest,
  UpdateSecurityGroupRuleDescriptionsEgressCommand,
  UpdateSecurityGroupRuleDescriptionsIngressCommand,
} from '@aws-sdk/client-ec2'
import { type Cloud, cloud } from '../../support/cloud'
import { refused } from './expect'

const tcp = (port: number, CidrIp: string, Description?: string): IpPermission => ({
  ...{ IpProtocol: 'tcp', FromPort: port, ToPort: port },
  IpRanges: [{ CidrIp, Description }],
})

describe('a rule of a security group', () => {
  let c: Cloud
  let GroupId: string
  let ssh: string
  let web: string
  beforeEach(async () => {
    c = await cloud({ networking: 'vpc' })
    const group = new CreateSecurityGroupCommand({ GroupName: 'web', Description: 'a group' })
    GroupId = (await c.ec2().send(group)).GroupId ?? ''
    const IpPermissions = [tcp(22, '10.0.0.0/8', 'first'), tcp(80, '0.0.0.0/0')]
    const { SecurityGroupRules = [] } = await c
      .ec2()
      .send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }))
    ;[ssh = '', web = ''] = SecurityGroupRules.map(({ SecurityGroupRuleId = '' }) => SecurityGroupRuleId)
  })
  afterEach(() => c.close())

  const rules = async (isEgress = false) => {
    const Filters = [{ Name: 'group-id', Values: [GroupId] }]
    const { SecurityGroupRules = [] } = await c.ec2().send(new DescribeSecurityGroupRulesCommand({ Filters }))
    return SecurityGroupRules.filter(({ IsEgress }) => IsEgress === isEgress)
  }
  const descriptions = async () =>
    (await rules()).map(({ SecurityGroupRuleId, Description }) => [SecurityGroupRuleId, Description])

  it('has the tags that it is made with, from the answer on', async () => {
    const Tags = [
      { Key: 'for', Value: 'mail' },
      { Key: 'since', Value: 'May' },
    ]
    const TagSpecifications = [{ ResourceType: 'security-group-rule' as const, Tags }]
    const IpPermissions = [tcp(25, '10.0.0.0/8')]
    const made = new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions, TagSpecifications })
    const { SecurityGroupRules } = await c.ec2().send(made)
    assert.deepEqual(SecurityGroupRules?.[0]?.Tags, Tags)
    assert.deepEqual((await rules()).at(-1)?.Tags, Tags)
  })

  describe('is given another description', () => {
    const byRule = (...IpPermissions: IpPermission[]) =>
      c.ec2().send(new UpdateSecurityGroupRuleDescriptionsIngressCommand({ GroupId, IpPermissions }))
    const byId = (
      ...SecurityGroupRuleDescriptions: { SecurityGroupRuleId: string; Description?: string }[]
    ) =>
      c
        .ec2()
        .send(
          new UpdateSecurityGroupRuleDescriptionsIngressCommand({ GroupId, SecurityGroupRuleDescriptions }),
        )

    it('by what it is', async () => {
      assert.equal((await byRule(tcp(22, '10.1.2.3/8', 'second'))).Return, true)
      assert.deepEqual(await descriptions(), [
        [ssh, 'second'],
        [web, undefined],
      ])
    })

    it('by its id, or none', async () => {
      await byId(
        { SecurityGroupRuleId: web.toUpperCase(), Description: 'everybody' },
        { SecurityGroupRuleId: ssh },
      )
      assert.deepEqual(await descriptions(), [
        [ssh, undefined],
        [web, 'everybody'],
      ])
    })

    it('also when it is for what goes out', async () => {
      const IpPermissions = [
        { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0', Description: 'everywhere' }] },
      ]
      await c.ec2().send(new UpdateSecurityGroupRuleDescriptionsEgressCommand({ GroupId, IpPermissions }))
      assert.deepEqual(
        (await rules(true)).map(({ Description }) => Description),
        ['everywhere'],
      )
    })

    it('and is refused when it is not there, or not said, or said in two ways', async () => {
      await refused(
        byRule(tcp(22, '10.0.0.0/8', 'other'), tcp(23, '10.0.0.0/8', 'other')),
        'InvalidPermission.NotFound',
        'The specified rule does not exist in this security group.',
      )
      await refused(byId({ SecurityGroupRuleId: 'sgr-00000000' }), 'InvalidSecurityGroupRuleId.NotFound')
      await refused(byRule(), 'MissingParameter')
      const both = new UpdateSecurityGroupRuleDescriptionsIngressCommand({
        ...{ GroupId, IpPermissions: [tcp(22, '10.0.0.0/8')] },
        SecurityGroupRuleDescriptions: [{ SecurityGroupRuleId: ssh }],
      })
      await refused(c.ec2().send(both), 'InvalidParameterCombination')
      await refused(byId({ SecurityGroupRuleId: ssh, Description: 'x'.repeat(256) }), 'InvalidParameterValue')
      assert.deepEqual(await descriptions(), [
        [ssh, 'first'],
        [web, undefined],
      ])
    })
  })

  describe('is made another', () => {
    const modify = (SecurityGroupRuleId: string, SecurityGroupRule: SecurityGroupRuleRequest | undefined) =>
      c.ec2().send(
        new ModifySecurityGroupRulesCommand({
          GroupId,
          SecurityGroupRules: [{ SecurityGroupRuleId, SecurityGroupRule }],
        }),
      )
    const on = (port: number) => ({ IpProtocol: 'tcp', FromPort: port, ToPort: port })

    it('as a whole, and keeps its id', async () => {
      const wanted = { ...on(2222), CidrIpv4: '192.0.2.0/24', Description: 'moved' }
      assert.equal((await modify(ssh, wanted)).Return, true)
      const [rule] = await rules()
      assert.deepEqual(
        [rule?.SecurityGroupRuleId, rule?.FromPort, rule?.CidrIpv4, rule?.Description],
        [ssh, 2222, '192.0.2.0/24', 'moved'],
      )
      await modify(ssh, { ...on(22), CidrIpv4: '192.0.2.0/24' })
      assert.equal((await rules())[0]?.Description, undefined)
    })

    it('for what goes out, too', async () => {
      const [out] = await rules(true)
      await modify(out?.SecurityGroupRuleId ?? '', { ...on(443), CidrIpv4: '0.0.0.0/0' })
      assert.deepEqual(
        (await rules(true)).map(({ FromPort }) => FromPort),
        [443],
      )
    })

    it('unless it is not there, or another is so already, or is of another kind', async () => {
      const before = await rules()
      await refused(
        modify('sgr-00000000', { ...on(1), CidrIpv4: '0.0.0.0/0' }),
        'InvalidSecurityGroupRuleId.NotFound',
      )
      await refused(modify(ssh, { ...on(80), CidrIpv4: '0.0.0.0/0' }), 'InvalidPermission.Duplicate')
      await refused(modify(ssh, { ...on(22), CidrIpv6: '::/0' }), 'InvalidParameterValue')
      await refused(modify(ssh, { ...on(22), ReferencedGroupId: GroupId }), 'InvalidParameterValue')
      await refused(
        modify(ssh, { ...on(22), CidrIpv4: '0.0.0.0/0', CidrIpv6: '::/0' }),
        'InvalidParameterCombination',
      )
      await refused(modify(ssh, { ...on(22), PrefixListId: 'pl-12345678' }), 'InvalidPrefixListID.NotFound')
      await refused(modify(ssh, on(22)), 'MissingParameter')
      await refused(modify(ssh, undefined), 'MissingParameter')
      assert.deepEqual(await rules(), before)
    })
  })
})
