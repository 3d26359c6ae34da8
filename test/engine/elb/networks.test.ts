// SPDX-License-Identifier: BSD-2-Clause
// Load balancers in VPCs: their subnets, groups and interfaces, and which instances they can have.
import assert from 'node:assert/strict'
import {
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DeleteNetworkInterfaceCommand,
  DeleteSecurityGroupCommand,
  DeleteSubnetCommand,
  DescribeNetworkInterfacesCommand,
} from '@aws-sdk/client-ec2'
import {
  ApplySecurityGroupsToLoadBalancerCommand,
  AttachLoadBalancerToSubnetsCommand,
  type CreateLoadBalancerCommandInput,
  DeleteLoadBalancerCommand,
  DetachLoadBalancerFromSubnetsCommand,
  DisableAvailabilityZonesForLoadBalancerCommand,
  EnableAvailabilityZonesForLoadBalancerCommand,
  RegisterInstancesWithLoadBalancerCommand,
} from '@aws-sdk/client-elastic-load-balancing'
import { hostAddress } from '../../../src/engine/ec2/instance-network-views'
import { letsIn, openPorts } from '../../../src/engine/ec2/reachability'
import { planOf } from '../../../src/engine/elb/plan'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { refused as refusedByCompute } from '../ec2/expect'
import { haveInstanceInVpc, homeOf } from '../ec2/vpc/interfaces'
import { balancersOf, invalid, makeBalancer, refused } from './made'

describe('load balancers in VPCs', () => {
  let c: Cloud
  let alice: Clients
  let home: ReturnType<typeof homeOf>
  let closed: { vpcId: string; subnetId: string; groupId: string }
  let hers: string

  const zones = (...AvailabilityZones: string[]) => ({ AvailabilityZones })
  const subnets = (...Subnets: string[]) => ({ AvailabilityZones: undefined, Subnets })
  const shown = async () => (await balancersOf(alice, 'lb'))[0] ?? {}
  const record = () => c.engine.read(tx => tx.loadBalancers.in(alice.accountId).must('lb'))
  const interfaces = async () =>
    (
      await alice.ec2().send(
        new DescribeNetworkInterfacesCommand({
          Filters: [{ Name: 'requester-id', Values: ['amazon-elb'] }],
        }),
      )
    ).NetworkInterfaces ?? []
  const group = async (GroupName: string, VpcId?: string) =>
    (await alice.ec2().send(new CreateSecurityGroupCommand({ GroupName, Description: GroupName, VpcId })))
      .GroupId ?? ''

  beforeEach(async () => {
    c = await cloud({ networking: 'vpc' })
    alice = await c.account('alice')
    home = homeOf(c, alice)
    hers = await group('hers')
    const { Vpc } = await alice.ec2().send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }))
    const VpcId = Vpc?.VpcId ?? ''
    const { Subnet } = await alice
      .ec2()
      .send(new CreateSubnetCommand({ VpcId, CidrBlock: '10.0.0.0/28', AvailabilityZone: 'PARTI00' }))
    closed = { vpcId: VpcId, subnetId: Subnet?.SubnetId ?? '', groupId: await group('closed', VpcId) }
  })
  afterEach(() => c.close())

  it('are in the default subnets of their zones, in a group that they share', async () => {
    await makeBalancer(alice, 'lb', zones('PARTI01', 'PARTI00'))
    const {
      Scheme,
      VPCId,
      Subnets,
      AvailabilityZones,
      SecurityGroups = [],
      SourceSecurityGroup,
    } = await shown()
    assert.deepEqual(
      { Scheme, VPCId, Subnets, AvailabilityZones },
      {
        ...{ Scheme: 'internet-facing', VPCId: home.vpcId, AvailabilityZones: ['PARTI00', 'PARTI01'] },
        Subnets: [home.subnetId, home.otherSubnetId],
      },
    )
    assert.equal(SourceSecurityGroup?.OwnerAlias, alice.accountId)
    assert.match(SourceSecurityGroup?.GroupName ?? '', /^default_elb_[0-9a-f]{32}$/)
    await makeBalancer(alice, 'other')
    assert.deepEqual((await balancersOf(alice, 'other'))[0]?.SecurityGroups, SecurityGroups)
    const group = c.engine.read(tx => tx.securityGroups.must(SecurityGroups[0] ?? ''))
    assert.equal(new Set([...group.rules, ...(group.egress ?? [])].map(({ id }) => id)).size, 2)
  })

  it('have an interface in each subnet, which is not their account’s to delete', async () => {
    await makeBalancer(alice, 'lb', { ...subnets(home.subnetId), SecurityGroups: [hers] })
    const [one, ...more] = await interfaces()
    assert.equal(more.length, 0)
    assert.deepEqual(
      [one?.Description, one?.SubnetId, one?.RequesterManaged, one?.Groups?.map(({ GroupId }) => GroupId)],
      ['ELB lb', home.subnetId, true, [hers]],
    )
    const ec2 = alice.ec2()
    const { NetworkInterfaceId } = one ?? {}
    await refusedByCompute(
      ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId })),
      'InvalidNetworkInterface.InUse',
    )
    await refusedByCompute(
      ec2.send(new DeleteSubnetCommand({ SubnetId: home.subnetId })),
      'DependencyViolation',
    )
    await refusedByCompute(ec2.send(new DeleteSecurityGroupCommand({ GroupId: hers })), 'DependencyViolation')
    await alice.elb().send(new DeleteLoadBalancerCommand({ LoadBalancerName: 'lb' }))
    assert.deepEqual(await interfaces(), [])
    await ec2.send(new DeleteSecurityGroupCommand({ GroupId: hers }))
    await ec2.send(new DeleteSubnetCommand({ SubnetId: home.subnetId }))
  })

  it('without groups are in the default group of the VPC whose subnets they name', async () => {
    await makeBalancer(alice, 'lb', { ...subnets(closed.subnetId), Scheme: 'internal' })
    const { SecurityGroups = [], SourceSecurityGroup, Scheme, DNSName } = await shown()
    const own = c.engine.read(tx => tx.securityGroups.must(SecurityGroups[0] ?? ''))
    assert.deepEqual([own.name, own.vpcId, Scheme], ['default', closed.vpcId, 'internal'])
    assert.deepEqual(SourceSecurityGroup, { OwnerAlias: alice.accountId, GroupName: 'default' })
    assert.equal(DNSName, `internal-lb-${alice.accountId}.lb.eucalyptus.internal`)
  })

  const unmade = async (
    input: Partial<CreateLoadBalancerCommandInput>,
    check: (call: Promise<unknown>) => Promise<void>,
  ) => {
    const was = c.engine.read(tx => JSON.stringify([tx.securityGroups.list(), tx.networkInterfaces.list()]))
    await check(makeBalancer(alice, 'lb', input))
    assert.equal(
      c.engine.read(tx => JSON.stringify([tx.securityGroups.list(), tx.networkInterfaces.list()])),
      was,
    )
  }

  it('are refused where they cannot be, and leave no trace', async () => {
    const bobs = homeOf(c, await c.account('bob'))
    const unknown = (call: Promise<unknown>) => refused(call, 'SubnetNotFound', 'Invalid subnet(s)')
    await unmade(subnets('subnet-00000001'), unknown)
    await unmade(subnets(home.subnetId, bobs.subnetId), unknown)
    await unmade(subnets(home.subnetId, closed.subnetId), call =>
      invalid(call, 'Subnets must belong to the same VPC'),
    )
    await unmade(subnets(closed.subnetId), call =>
      refused(call, 'InvalidSubnet', `VPC ${closed.vpcId} has no internet gateway`),
    )
    await unmade({ ...subnets(home.subnetId), AvailabilityZones: ['PARTI01'] }, call =>
      invalid(call, 'Availability zones and subnets are inconsistent'),
    )
    const nobodys = (call: Promise<unknown>) =>
      refused(call, 'InvalidSecurityGroup', 'Invalid security group(s)')
    for (const id of ['sg-00000001', bobs.groupId, closed.groupId]) {
      await unmade({ ...subnets(home.subnetId), SecurityGroups: [id] }, nobodys)
    }
    const six = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map(name => group(name)))
    await unmade({ SecurityGroups: six }, call => invalid(call, 'A load balancer can have 5 security groups'))
    await unmade({ Scheme: 'outside' }, call => invalid(call, 'Invalid scheme (outside)'))
    await unmade({ AvailabilityZones: undefined }, call =>
      refused(call, 'ValidationError', 'Either AvailabilityZones or SubnetIds must be specified'),
    )
    await alice.ec2().send(new DeleteSubnetCommand({ SubnetId: home.subnetId }))
    await unmade({}, call => invalid(call, 'Default subnet not found for zone(s)'))
  })

  it('need room in their subnets', async () => {
    const inside = { ...subnets(closed.subnetId), Scheme: 'internal' }
    for (const name of ['a', 'b', 'c', 'd']) await makeBalancer(alice, name, inside)
    await unmade(inside, call => refused(call, 'InvalidSubnet', /^Not enough IP space available in subnet-/))
  })

  const attach = (...Subnets: string[]) =>
    alice.elb().send(new AttachLoadBalancerToSubnetsCommand({ LoadBalancerName: 'lb', Subnets }))
  const detach = (...Subnets: string[]) =>
    alice.elb().send(new DetachLoadBalancerFromSubnetsCommand({ LoadBalancerName: 'lb', Subnets }))

  it('come into subnets and leave them, and have the zones of these', async () => {
    await makeBalancer(alice, 'lb', { ...subnets(home.otherSubnetId), SecurityGroups: [hers] })
    const both = [home.subnetId, home.otherSubnetId]
    assert.deepEqual((await attach(home.subnetId)).Subnets, both)
    assert.deepEqual((await attach(...both)).Subnets, both)
    assert.deepEqual((await shown()).AvailabilityZones, ['PARTI00', 'PARTI01'])
    assert.deepEqual((await interfaces()).map(({ SubnetId }) => SubnetId).sort(), [...both].sort())
    await refused(attach('subnet-00000001'), 'SubnetNotFound')
    await invalid(attach(closed.subnetId), 'Invalid subnet for load balancer')
    const { Subnet: third } = await alice.ec2().send(
      new CreateSubnetCommand({
        ...{ VpcId: home.vpcId, CidrBlock: '172.31.128.0/24', AvailabilityZone: 'PARTI00' },
      }),
    )
    await invalid(attach(third?.SubnetId ?? ''), 'Multiple subnets for zone (PARTI00)')
    assert.deepEqual((await detach(home.otherSubnetId, 'subnet-00000001')).Subnets, [home.subnetId])
    assert.deepEqual((await shown()).AvailabilityZones, ['PARTI00'])
    assert.deepEqual(
      (await interfaces()).map(({ SubnetId }) => SubnetId),
      [home.subnetId],
    )
    await invalid(detach(home.subnetId), 'Loadbalancer must be attached to at least one subnet')
    assert.equal((await interfaces()).length, 1)
  })

  it('of a default VPC change their zones by name, others with their subnets only', async () => {
    const about = (LoadBalancerName: string) => ({ LoadBalancerName, AvailabilityZones: ['PARTI01'] })
    const enable = (name: string) =>
      alice.elb().send(new EnableAvailabilityZonesForLoadBalancerCommand(about(name)))
    const disable = (name: string) =>
      alice.elb().send(new DisableAvailabilityZonesForLoadBalancerCommand(about(name)))
    await makeBalancer(alice, 'lb')
    assert.deepEqual((await enable('lb')).AvailabilityZones, ['PARTI00', 'PARTI01'])
    assert.deepEqual((await enable('lb')).AvailabilityZones, ['PARTI00', 'PARTI01'])
    assert.deepEqual((await shown()).Subnets, [home.subnetId, home.otherSubnetId])
    assert.equal((await interfaces()).length, 2)
    assert.deepEqual((await disable('lb')).AvailabilityZones, ['PARTI00'])
    assert.deepEqual((await disable('lb')).AvailabilityZones, ['PARTI00'])
    assert.deepEqual((await shown()).Subnets, [home.subnetId])
    assert.equal((await interfaces()).length, 1)
    await alice.ec2().send(new DeleteSubnetCommand({ SubnetId: home.otherSubnetId }))
    await invalid(enable('lb'), 'Default subnet not found for zone(s)')
    await makeBalancer(alice, 'inside', { ...subnets(closed.subnetId), Scheme: 'internal' })
    const why = 'Zones of a load balancer in a VPC are those of its subnets: change these'
    await invalid(enable('inside'), why)
    await invalid(disable('inside'), why)
  })

  it('are given other groups, of their VPC, and their interfaces with them', async () => {
    await makeBalancer(alice, 'lb')
    const apply = (...SecurityGroups: string[]) =>
      alice
        .elb()
        .send(new ApplySecurityGroupsToLoadBalancerCommand({ LoadBalancerName: 'lb', SecurityGroups }))
    assert.deepEqual((await apply(hers)).SecurityGroups, [hers])
    assert.deepEqual((await shown()).SourceSecurityGroup, { OwnerAlias: alice.accountId, GroupName: 'hers' })
    assert.deepEqual((await interfaces())[0]?.Groups, [{ GroupId: hers, GroupName: 'hers' }])
    await refused(apply(), 'InvalidSecurityGroup')
    await refused(apply('sg-00000001'), 'InvalidSecurityGroup')
    await invalid(
      apply(closed.groupId),
      `Security group "${closed.groupId}" does not belong to VPC "${home.vpcId}"`,
    )
  })

  it('let in whom their groups let in, and the inside alone where they are internal', async () => {
    const clients = () => c.engine.read(tx => planOf(tx, record()).listeners[0]?.clients)
    haveInstanceInVpc(c, 'i-00000001', { who: alice })
    const host = c.engine.read(tx => hostAddress(tx.instances.must('i-00000001')))
    await makeBalancer(alice, 'lb')
    assert.equal(clients(), undefined)
    const open = (source: object, port = 80) =>
      c.engine.write(tx => {
        const rule = { id: 'sgr-00000002', protocol: 'tcp', fromPort: port, toPort: port, source }
        tx.securityGroups.put({ ...tx.securityGroups.must(hers), rules: [rule as never] })
      })
    const SecurityGroups = [hers]
    await alice
      .elb()
      .send(new ApplySecurityGroupsToLoadBalancerCommand({ LoadBalancerName: 'lb', SecurityGroups }))
    assert.deepEqual(clients(), [])
    open({ cidr: '0.0.0.0/0' }, 81)
    assert.deepEqual(clients(), [])
    open({ cidr: '0.0.0.0/0' })
    assert.equal(clients(), undefined)
    open({ cidr: '198.51.100.0/24' })
    assert.deepEqual(clients(), ['198.51.100.0/24'])
    open({ groupId: home.groupId, groupName: 'default', account: alice.accountId })
    assert.deepEqual(clients(), [`${host}/32`])
    open({ cidr: '0.0.0.0/0' })
    await alice.elb().send(new DeleteLoadBalancerCommand({ LoadBalancerName: 'lb' }))
    await makeBalancer(alice, 'lb', { Scheme: 'internal', SecurityGroups })
    assert.deepEqual(clients(), [record().address, host].map(address => `${address}/32`).sort())
  })

  it('have instances of their own VPC, which see them come from their subnets and groups', async () => {
    await makeBalancer(alice, 'lb', { ...subnets(closed.subnetId), Scheme: 'internal' })
    haveInstanceInVpc(c, 'i-00000001', { who: alice })
    const register = () =>
      alice.elb().send(
        new RegisterInstancesWithLoadBalancerCommand({
          ...{ LoadBalancerName: 'lb', Instances: [{ InstanceId: 'i-00000001' }] },
        }),
      )
    await refused(register(), 'InvalidEndPoint', 'EC2 instance i-00000001 is not in the same VPC as ELB.')
    await alice.elb().send(new DeleteLoadBalancerCommand({ LoadBalancerName: 'lb' }))
    await makeBalancer(alice, 'lb', { ...subnets(home.subnetId), SecurityGroups: [hers] })
    await register()
    const allow = (source: object) =>
      c.engine.write(tx => {
        const rule = { id: 'sgr-00000001', protocol: 'tcp', fromPort: 80, toPort: 80, source }
        tx.securityGroups.put({ ...tx.securityGroups.must(home.groupId), rules: [rule as never] })
      })
    const isLetIn = () =>
      c.engine.read(tx => letsIn(openPorts(tx, tx.instances.must('i-00000001')), record().address, 80))
    assert.equal(isLetIn(), false)
    allow({ groupId: hers, groupName: 'hers', account: alice.accountId })
    assert.equal(isLetIn(), true)
    const own = (await interfaces())[0]?.PrivateIpAddress ?? ''
    allow({ cidr: `${own}/32` })
    assert.equal(isLetIn(), true)
    allow({ cidr: '172.31.255.0/24' })
    assert.equal(isLetIn(), false)
    // From the other VPC nothing comes, whatever the block.
    await makeBalancer(alice, 'afar', { ...subnets(closed.subnetId), Scheme: 'internal' })
    allow({ cidr: '0.0.0.0/0' })
    assert.equal(isLetIn(), true)
    const afar = c.engine.read(tx => tx.loadBalancers.in(alice.accountId).must('afar').address)
    assert.equal(
      c.engine.read(tx => letsIn(openPorts(tx, tx.instances.must('i-00000001')), afar, 80)),
      false,
    )
  })
})
