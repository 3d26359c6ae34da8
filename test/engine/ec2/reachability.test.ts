// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  AuthorizeSecurityGroupIngressCommand,
  type AuthorizeSecurityGroupIngressRequest,
  CreateSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2'
import { DeleteLoadBalancerCommand } from '@aws-sdk/client-elastic-load-balancing'
import { letsIn, type OpenPort, openPorts } from '../../../src/engine/ec2/reachability'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { balancersOf, makeBalancer } from '../elb/made'
import { haveInstance } from './instance'

describe('what security groups let in', () => {
  describe('by the rules', () => {
    const open = (...rules: OpenPort[]) => rules
    const web: OpenPort = { protocol: 'tcp', fromPort: 80, toPort: 90, sources: ['10.0.0.0/8'] }

    const cases: readonly [string, readonly OpenPort[], string, number, boolean][] = [
      ['nothing without rules', [], '10.0.0.1', 80, false],
      ['the first port of a range', open(web), '10.0.0.1', 80, true],
      ['the last port of a range', open(web), '10.255.255.255', 90, true],
      ['no port below', open(web), '10.0.0.1', 79, false],
      ['no port above', open(web), '10.0.0.1', 91, false],
      ['nobody outside the block', open(web), '11.0.0.1', 80, false],
      ['everybody by a block of no bits', open({ ...web, sources: ['0.0.0.0/0'] }), '203.0.113.9', 80, true],
      ['one address alone', open({ ...web, sources: ['10.0.0.1/32'] }), '10.0.0.2', 80, false],
      ['the half of an octet', open({ ...web, sources: ['10.0.0.128/25'] }), '10.0.0.200', 80, true],
      ['not the other half', open({ ...web, sources: ['10.0.0.128/25'] }), '10.0.0.100', 80, false],
      ['a high block', open({ ...web, sources: ['255.0.0.0/8'] }), '255.1.2.3', 80, true],
      ['an address as IPv6 sockets write it', open(web), '::ffff:10.0.0.1', 80, true],
      ['no address of IPv6', open({ ...web, sources: ['0.0.0.0/0'] }), '::1', 80, false],
      ['no TCP by a rule for UDP', open({ ...web, protocol: 'udp' }), '10.0.0.1', 80, false],
      ['no TCP by one for ICMP', open({ ...web, protocol: 'icmp' }), '10.0.0.1', 80, false],
      [
        'every port by every protocol',
        open({ protocol: '-1', sources: ['10.0.0.0/8'] }),
        '10.1.1.1',
        1,
        true,
      ],
      ['by any of several rules', open({ ...web, sources: ['1.0.0.0/8'] }, web), '10.0.0.1', 85, true],
      [
        'by any of several sources',
        open({ ...web, sources: ['1.0.0.0/8', '2.0.0.0/8'] }),
        '2.1.1.1',
        85,
        true,
      ],
    ]
    for (const [what, rules, from, port, isIn] of cases) {
      it(what, () => assert.equal(letsIn(rules, from, port), isIn))
    }
  })

  describe('of the cloud', () => {
    let c: Cloud
    let alice: Clients
    before(async () => {
      c = await cloud()
      alice = await c.account('alice')
    })
    after(() => c.close())

    const group = async (who: Clients, GroupName: string): Promise<string> => {
      const { GroupId = '' } = await who
        .ec2()
        .send(new CreateSecurityGroupCommand({ GroupName, Description: GroupName }))
      return GroupId
    }
    const authorize = (who: Clients, rule: AuthorizeSecurityGroupIngressRequest) =>
      who.ec2().send(new AuthorizeSecurityGroupIngressCommand(rule))
    const reaches = (id: string, from: string, port: number): boolean =>
      c.engine.read(tx => letsIn(openPorts(tx, tx.instances.must(id)), from, port))
    const from = (address: string) => ({
      IpProtocol: 'tcp',
      FromPort: 22,
      ToPort: 22,
      CidrIp: `${address}/32`,
    })

    it('an instance is reached by what any of its groups lets in, from the next moment on', async () => {
      const ids = [await group(c, 'one'), await group(c, 'two')]
      haveInstance(c, { id: 'i-00000001', groupIds: ids })
      assert.equal(reaches('i-00000001', '127.0.0.1', 22), false)
      await authorize(c, { GroupName: 'two', ...from('127.0.0.1') })
      assert.equal(reaches('i-00000001', '127.0.0.1', 22), true)
      await c.ec2().send(new RevokeSecurityGroupIngressCommand({ GroupName: 'two', ...from('127.0.0.1') }))
      assert.equal(reaches('i-00000001', '127.0.0.1', 22), false)
    })

    it('a default group lets nobody in until it is given a rule', async () => {
      const { SecurityGroups = [] } = await c
        .ec2()
        .send(new DescribeSecurityGroupsCommand({ GroupNames: ['default'] }))
      haveInstance(c, { id: 'i-00000002', groupIds: [SecurityGroups[0]?.GroupId ?? ''] })
      assert.equal(reaches('i-00000002', '127.0.0.1', 22), false)
      await authorize(c, { GroupName: 'default', ...from('127.0.0.1') })
      assert.equal(reaches('i-00000002', '127.0.0.1', 22), true)
    })

    it('a group as a source means what runs in it, of whatever account', async () => {
      const front = await group(alice, 'front')
      const back = await group(c, 'back')
      const pair = { GroupId: front, UserId: alice.accountId }
      await authorize(c, {
        GroupId: back,
        IpPermissions: [{ IpProtocol: 'tcp', FromPort: 1, ToPort: 65535, UserIdGroupPairs: [pair] }],
      })
      const account = alice.accountId
      haveInstance(c, { id: 'i-0000000a', account, groupIds: [front], privateIp: '127.20.0.5' })
      haveInstance(c, {
        id: 'i-0000000b',
        account,
        groupIds: [front],
        privateIp: '127.20.0.6',
        state: 'stopped',
      })
      haveInstance(c, { id: 'i-0000000c', groupIds: [back], privateIp: '127.20.0.7' })
      assert.equal(reaches('i-0000000c', '127.20.0.5', 8888), true)
      // Its address may be another's by now.
      assert.equal(reaches('i-0000000c', '127.20.0.6', 8888), false)
      assert.equal(reaches('i-0000000c', '127.0.0.1', 8888), false)
      assert.equal(reaches('i-0000000a', '127.20.0.7', 8888), false)
    })

    it("a load balancer's own group as a source means its address, also of the next one of its name", async () => {
      await makeBalancer(alice, 'lb')
      const [description] = await balancersOf(alice, 'lb')
      const { OwnerAlias, GroupName } = description?.SourceSecurityGroup ?? {}
      const site = await group(alice, 'site')
      await authorize(alice, {
        GroupId: site,
        IpPermissions: [
          {
            ...{ IpProtocol: 'tcp', FromPort: 8888, ToPort: 8888 },
            UserIdGroupPairs: [{ GroupName, UserId: OwnerAlias }],
          },
        ],
      })
      haveInstance(c, { id: 'i-0000000d', account: alice.accountId, groupIds: [site] })
      const address = () => c.engine.read(tx => tx.loadBalancers.in(alice.accountId).must('lb').address)
      const was = address()
      assert.deepEqual([reaches('i-0000000d', was, 8888), reaches('i-0000000d', was, 22)], [true, false])
      await alice.elb().send(new DeleteLoadBalancerCommand({ LoadBalancerName: 'lb' }))
      assert.equal(reaches('i-0000000d', was, 8888), false)
      await makeBalancer(alice, 'lb')
      assert.equal(reaches('i-0000000d', address(), 8888), true)
    })

    it("a group that a balancer was given means the balancer's address as well", async () => {
      const given = await group(alice, 'given')
      const behind = await group(alice, 'behind')
      const pair = { GroupId: given }
      await authorize(alice, {
        GroupId: behind,
        IpPermissions: [{ IpProtocol: '-1', UserIdGroupPairs: [pair] }],
      })
      const balancer = c.engine.write(tx => {
        const balancers = tx.loadBalancers.in(alice.accountId)
        return balancers.put({ ...balancers.must('lb'), groupIds: [given] })
      })
      haveInstance(c, { id: 'i-0000000e', account: alice.accountId, groupIds: [behind] })
      assert.equal(reaches('i-0000000e', balancer.address, 1), true)
    })
  })
})
