// SPDX-License-Identifier: BSD-2-Clause
// Rules for blocks of IPv6, which templates for AWS have beside those for IPv4.
import assert from 'node:assert/strict'
import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  type IpPermission,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2'
import { letsIn, openPorts } from '../../../../src/engine/ec2/reachability'
import { type Cloud, cloud } from '../../../support/cloud'
import { refused } from '../expect'

const web = (...blocks: string[]): IpPermission => ({
  ...{ IpProtocol: 'tcp', FromPort: 80, ToPort: 80 },
  Ipv6Ranges: blocks.map(CidrIpv6 => ({ CidrIpv6 })),
})

describe('rules for IPv6 of a group in a VPC', () => {
  let c: Cloud
  let GroupId: string
  beforeEach(async () => {
    c = await cloud({ networking: 'vpc' })
    const group = new CreateSecurityGroupCommand({ GroupName: 'web', Description: 'a group' })
    GroupId = (await c.ec2().send(group)).GroupId ?? ''
  })
  afterEach(() => c.close())

  const allow = (permission: IpPermission) =>
    c.ec2().send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [permission] }))
  const groups = async (Name: string, ...Values: string[]) =>
    (await c.ec2().send(new DescribeSecurityGroupsCommand({ Filters: [{ Name, Values }] }))).SecurityGroups ??
    []

  it('are kept in their shortest form, beside those for IPv4', async () => {
    await allow({
      ...web('::/0', '2001:DB8:0:0:1::5/64', '::ffff:192.0.2.1/128'),
      IpRanges: [{ CidrIp: '0.0.0.0/0' }],
    })
    const [group] = await groups('ip-permission.ipv6-cidr', '2001:db8::/64')
    assert.deepEqual(
      group?.IpPermissions?.map(({ IpRanges, Ipv6Ranges }) => [IpRanges, Ipv6Ranges]),
      [
        [
          [{ CidrIp: '0.0.0.0/0' }],
          ['::/0', '2001:db8::/64', '::ffff:c000:201/128'].map(CidrIpv6 => ({ CidrIpv6 })),
        ],
      ],
    )
    const Filters = [{ Name: 'group-id', Values: [GroupId] }]
    const { SecurityGroupRules = [] } = await c.ec2().send(new DescribeSecurityGroupRulesCommand({ Filters }))
    assert.deepEqual(
      SecurityGroupRules.filter(({ IsEgress }) => !IsEgress).map(
        ({ CidrIpv4, CidrIpv6 }) => CidrIpv4 ?? CidrIpv6,
      ),
      ['0.0.0.0/0', '::/0', '2001:db8::/64', '::ffff:c000:201/128'],
    )
  })

  it('are taken back however they are written, and are not there twice', async () => {
    await allow(web('2001:db8::/32'))
    await refused(allow(web('2001:0db8:1::/32')), 'InvalidPermission.Duplicate')
    const IpPermissions = [web('2001:db8:0::/32')]
    const { UnknownIpPermissions } = await c
      .ec2()
      .send(new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions }))
    assert.deepEqual([UnknownIpPermissions, await groups('ip-permission.ipv6-cidr', '*')], [[], []])
  })

  it('are for what goes out, too, of which there are none at first', async () => {
    const IpPermissions: IpPermission[] = [{ IpProtocol: '-1', Ipv6Ranges: [{ CidrIpv6: '::/0' }] }]
    const taken = await c.ec2().send(new RevokeSecurityGroupEgressCommand({ GroupId, IpPermissions }))
    assert.deepEqual(taken.UnknownIpPermissions?.[0]?.Ipv6Ranges, [{ CidrIpv6: '::/0' }])
    await c.ec2().send(new AuthorizeSecurityGroupEgressCommand({ GroupId, IpPermissions }))
    assert.equal((await groups('egress.ip-permission.ipv6-cidr', '::/0')).length, 1)
  })

  it('let nobody in, as nobody has such an address', async () => {
    await allow(web('::/0'))
    const open = c.engine.read(tx => openPorts(tx, { groupIds: [GroupId] }))
    assert.deepEqual([open, letsIn(open, '127.0.0.1', 80)], [[], false])
  })

  it('are refused when they are malformed', async () => {
    for (const block of ['', '::', '::/129', '::/-1', '0.0.0.0/0', ':::/0', 'fe80::1%eth0/64', '::/0/0']) {
      await refused(allow(web(block)), 'InvalidParameterValue', `CIDR block ${block} is malformed`)
    }
  })

  it('are not for lists of prefixes, as there are none', async () => {
    await refused(
      allow({ IpProtocol: '-1', PrefixListIds: [{ PrefixListId: 'pl-12345678' }] }),
      'InvalidPrefixListID.NotFound',
      "The prefix list ID 'pl-12345678' does not exist",
    )
  })
})
