// SPDX-License-Identifier: BSD-2-Clause
// Networks as clients see them that ask in an older version of the API, such as boto 2.
import assert from 'node:assert/strict'
import { AuthorizeSecurityGroupIngressCommand, CreateVolumeCommand } from '@aws-sdk/client-ec2'
import { type Cloud, cloud } from '../../../support/cloud'
import { ask } from '../answer'

describe('an answer in an older version', () => {
  let c: Cloud
  before(async () => {
    c = await cloud({ networking: 'vpc' })
    await c.ec2().send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupName: 'default',
        IpPermissions: [
          {
            ...{ IpProtocol: 'tcp', FromPort: 80, ToPort: 80, IpRanges: [{ CidrIp: '0.0.0.0/0' }] },
            Ipv6Ranges: [{ CidrIpv6: '::/0' }],
          },
        ],
      }),
    )
  })
  after(() => c.close())

  const answer = async (Action: string, Version: string) => (await ask(c, { Action, Version })).text

  for (const [action, list, kept] of [
    ['DescribeVpcs', 'cidrBlockAssociationSet', '<cidrBlock>172.31.0.0/16</cidrBlock>'],
    ['DescribeSubnets', 'ipv6CidrBlockAssociationSet', '<cidrBlock>172.31.0.0/20</cidrBlock>'],
    ['DescribeSecurityGroups', 'ipv6Ranges', '<cidrIp>0.0.0.0/0</cidrIp>'],
  ] as const) {
    it(`to ${action} has no list that is not in it`, async () => {
      for (const [version, has] of [
        ['2014-10-01', false],
        ['2016-09-15', false],
        ['2016-11-15', true],
        ['2038-01-01', true],
      ] as const) {
        const text = await answer(action, version)
        assert.ok(text.includes(kept), text)
        assert.equal(text.includes(`<${list}`), has, text)
      }
    })
  }

  it('has its times', async () => {
    await c.ec2().send(new CreateVolumeCommand({ AvailabilityZone: 'PARTI00', Size: 1 }))
    const text = await answer('DescribeVolumes', '2014-10-01')
    assert.match(text, /<createTime>\d{4}-\d\d-\d\dT/)
  })
})
