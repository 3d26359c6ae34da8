// SPDX-License-Identifier: BSD-2-Clause
// Zones of load balancers, the group that stands for one in rules, and what is of a VPC.
import assert from 'node:assert/strict'
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
} from '@aws-sdk/client-ec2'
import {
  ApplySecurityGroupsToLoadBalancerCommand,
  AttachLoadBalancerToSubnetsCommand,
  DeleteLoadBalancerCommand,
  DetachLoadBalancerFromSubnetsCommand,
  DisableAvailabilityZonesForLoadBalancerCommand,
  EnableAvailabilityZonesForLoadBalancerCommand,
} from '@aws-sdk/client-elastic-load-balancing'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { refused as refusedByCompute } from '../ec2/expect'
import { euareOf, refusal } from '../iam/euare'
import { balancersOf, invalid, makeBalancer, refused, unknownBalancer } from './made'

describe('places of load balancers', () => {
  let c: Cloud
  let alice: Clients
  beforeEach(async () => {
    c = await cloud()
    alice = await c.account('alice')
    await makeBalancer(alice, 'lb')
  })
  afterEach(() => c.close())

  const enable = async (AvailabilityZones: string[], LoadBalancerName = 'lb') =>
    (
      await alice
        .elb()
        .send(new EnableAvailabilityZonesForLoadBalancerCommand({ LoadBalancerName, AvailabilityZones }))
    ).AvailabilityZones
  const disable = async (AvailabilityZones: string[], LoadBalancerName = 'lb') =>
    (
      await alice
        .elb()
        .send(new DisableAvailabilityZonesForLoadBalancerCommand({ LoadBalancerName, AvailabilityZones }))
    ).AvailabilityZones

  it('zones are enabled and disabled, as often as one likes, until one is left', async () => {
    const both = ['PARTI00', 'PARTI01']
    assert.deepEqual(await enable(['PARTI01']), both)
    assert.deepEqual(await enable(['parti01', 'PARTI00']), both)
    assert.deepEqual(await disable(['PARTI00']), ['PARTI01'])
    assert.deepEqual(await disable(['PARTI00', 'PARTI09']), ['PARTI01'])
    await invalid(disable(both), 'There must be at least one availability zone')
    await invalid(disable(['PARTI01']), 'There must be at least one availability zone')
    assert.deepEqual((await balancersOf(alice))[0]?.AvailabilityZones, ['PARTI01'])
    await invalid(enable(['PARTI00', 'PARTI02']), 'The requested zone PARTI02 is not valid')
    assert.deepEqual((await balancersOf(alice))[0]?.AvailabilityZones, ['PARTI01'])
    await unknownBalancer(enable(['PARTI01'], 'other'))
    await unknownBalancer(disable(['PARTI01'], 'other'))
  })

  it('groups and subnets are of a VPC, of which there is none', async () => {
    const elb = alice.elb()
    const apply = (name: string, ...SecurityGroups: string[]) =>
      elb.send(new ApplySecurityGroupsToLoadBalancerCommand({ LoadBalancerName: name, SecurityGroups }))
    const { GroupId = '' } = await alice
      .ec2()
      .send(new CreateSecurityGroupCommand({ GroupName: 'hers', Description: 'hers' }))
    await refused(apply('lb', GroupId, 'sg-00000001'), 'InvalidSecurityGroup', 'Invalid security group(s)')
    await invalid(apply('lb', GroupId), 'VPC only')
    await unknownBalancer(apply('other', GroupId))
    const subnets = { LoadBalancerName: 'lb', Subnets: ['subnet-00000001'] }
    await invalid(
      elb.send(new AttachLoadBalancerToSubnetsCommand(subnets)),
      'Invalid subnet for load balancer',
    )
    await invalid(
      elb.send(new DetachLoadBalancerFromSubnetsCommand(subnets)),
      'Invalid subnet for load balancer',
    )
    const other = { ...subnets, LoadBalancerName: 'other' }
    await unknownBalancer(elb.send(new AttachLoadBalancerToSubnetsCommand(other)))
    await unknownBalancer(elb.send(new DetachLoadBalancerFromSubnetsCommand(other)))
  })

  const sourceGroup = async () => (await balancersOf(alice, 'lb'))[0]?.SourceSecurityGroup ?? {}
  const sourceGroupId = () =>
    c.engine.read(tx => tx.loadBalancers.in(alice.accountId).must('lb').sourceGroupId)

  const authorize = (GroupName: string, UserId: string | undefined) =>
    alice.ec2().send(
      new AuthorizeSecurityGroupIngressCommand({
        ...{ GroupName: 'default' },
        IpPermissions: [
          { IpProtocol: 'tcp', FromPort: 8888, ToPort: 8888, UserIdGroupPairs: [{ GroupName, UserId }] },
        ],
      }),
    )

  it('a balancer is let in by the owner and the name of its group', async () => {
    const { OwnerAlias, GroupName = '' } = await sourceGroup()
    await authorize(GroupName, OwnerAlias)
    const { SecurityGroups: [group] = [] } = await alice
      .ec2()
      .send(new DescribeSecurityGroupsCommand({ GroupNames: ['default'] }))
    assert.deepEqual(group?.IpPermissions?.[0]?.UserIdGroupPairs, [
      { UserId: OwnerAlias, GroupName, GroupId: sourceGroupId() },
    ])
    await refusedByCompute(authorize('euca-internal-nobody', OwnerAlias), 'InvalidGroup.NotFound')
    await refusedByCompute(authorize(GroupName, undefined), 'InvalidGroup.NotFound')
  })

  it('the group says what it is for, is in no list, and is nobody’s to change', async () => {
    const id = sourceGroupId()
    assert.equal(
      c.engine.read(tx => tx.securityGroups.must(id).description),
      'group for loadbalancer lb',
    )
    for (const who of [alice, c]) {
      const { SecurityGroups = [] } = await who
        .ec2()
        .send(new DescribeSecurityGroupsCommand({ GroupIds: who === c ? ['verbose'] : [] }))
      assert.ok(SecurityGroups.length > 0)
      assert.ok(!SecurityGroups.some(({ GroupId }) => GroupId === id))
    }
    const was = c.engine.read(tx => JSON.stringify(tx.securityGroups.list()))
    for (const GroupId of [id, id.toUpperCase().replace('SG', 'sg')])
      await refusedByCompute(
        alice.ec2().send(new DeleteSecurityGroupCommand({ GroupId })),
        'InvalidGroup.NotFound',
      )
    await refusedByCompute(
      alice.ec2().send(
        new AuthorizeSecurityGroupIngressCommand({
          GroupId: id,
          IpPermissions: [{ IpProtocol: 'tcp', FromPort: 1, ToPort: 1, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
        }),
      ),
      'InvalidGroup.NotFound',
    )
    assert.equal(
      c.engine.read(tx => JSON.stringify(tx.securityGroups.list())),
      was,
    )
  })

  it('a rule that names it stays when the balancer goes, and means the next one of that name', async () => {
    const { OwnerAlias, GroupName = '' } = await sourceGroup()
    await authorize(GroupName, OwnerAlias)
    const id = sourceGroupId()
    const rules = () =>
      c.engine.read(tx =>
        tx.securityGroups
          .list()
          .filter(({ account }) => account === alice.accountId)
          .flatMap(group => group.rules.map(({ source }) => source)),
      )
    const was = rules()
    await alice.elb().send(new DeleteLoadBalancerCommand({ LoadBalancerName: 'lb' }))
    assert.deepEqual(rules(), was)
    assert.equal(
      c.engine.read(tx => tx.securityGroups.get(id)),
      undefined,
    )
    await refusedByCompute(authorize(GroupName, OwnerAlias), 'InvalidGroup.NotFound')
    // Unless somebody has a group of that id by chance.
    c.engine.write(tx =>
      tx.securityGroups.put({ account: alice.accountId, id, name: 'chance', description: '', rules: [] }),
    )
    await makeBalancer(alice, 'lb')
    assert.notEqual(sourceGroupId(), id)
    await alice.elb().send(new DeleteLoadBalancerCommand({ LoadBalancerName: 'lb' }))
    c.engine.write(tx => tx.securityGroups.delete(id))
    await makeBalancer(alice, 'lb')
    assert.equal(sourceGroupId(), id)
    await makeBalancer(await c.account('bob'), 'lb')
    assert.equal(
      new Set(c.engine.read(tx => tx.loadBalancers.everywhere()).map(one => one.sourceGroupId)).size,
      2,
    )
  })

  it('an account with a balancer cannot be deleted', async () => {
    const root = await euareOf(c)
    const remove = () => root.deleteAccount({ AccountName: 'alice', Recursive: true })
    await refusal(remove(), 'DeleteConflict', 409)
    await alice.elb().send(new DeleteLoadBalancerCommand({ LoadBalancerName: 'lb' }))
    await remove()
  })
})
