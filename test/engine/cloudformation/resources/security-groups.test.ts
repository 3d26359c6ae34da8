// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  CreateSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2'
import { CreateUserCommand } from '@aws-sdk/client-iam'
import { type Cloud, cloud } from '../../../support/cloud'
import { haveInstance } from '../../ec2/instance'
import { type Resource, type Workshop, workshop } from './workshop'

const groupType = 'AWS::EC2::SecurityGroup'
const ruleType = 'AWS::EC2::SecurityGroupIngress'

const rule = (port: number, more: object = { CidrIp: '0.0.0.0/0' }) => ({
  ...{ IpProtocol: 'tcp', FromPort: String(port), ToPort: String(port) },
  ...more,
})
const group = (rules: readonly object[] = [], more: object = {}) =>
  ({ GroupDescription: 'a group', SecurityGroupIngress: rules, ...more }) as never

describe('security groups of stacks', () => {
  let c: Cloud
  let shop: Workshop
  beforeEach(async () => {
    c = await cloud()
    shop = workshop(c, { tags: [{ key: 'team', value: 'console' }] })
  })
  afterEach(() => c.close())

  const described = async ({ made }: Resource) => {
    const input = { GroupIds: [String(made.attributes.GroupId)] }
    const { SecurityGroups: [found] = [] } = await c.ec2().send(new DescribeSecurityGroupsCommand(input))
    return found
  }
  const portsOf = async (resource: Resource) =>
    ((await described(resource))?.IpPermissions ?? []).map(({ FromPort }) => FromPort).sort()
  const tagsOf = async (resource: Resource) =>
    Object.fromEntries(((await described(resource))?.Tags ?? []).map(({ Key, Value }) => [Key, Value]))

  it('outside a VPC a group is known by its name, and its id is an attribute', async () => {
    const { made } = await shop.make('Web', groupType, group())
    assert.match(made.ref, /^console-Web-[A-Z0-9]{13}$/)
    assert.equal(made.physicalId, made.ref)
    assert.match(String(made.attributes.GroupId), /^sg-[0-9a-f]{8}$/)
  })

  it('it has the tags of the cloud, of the stack, and of the template, which win', async () => {
    const own = [{ Key: 'team', Value: 'web' }]
    const resource = await shop.make('Web', groupType, group([], { Tags: own }))
    const ofCloud = {
      'aws:cloudformation:logical-id': 'Web',
      'aws:cloudformation:stack-id': `arn:aws:cloudformation::${c.accountId}:stack/console/${shop.stack.id}`,
      'aws:cloudformation:stack-name': 'console',
    }
    assert.deepEqual(await tagsOf(resource), { ...ofCloud, team: 'web' })
    const changed = await shop.change(resource, group([], { Tags: [{ Key: 'role', Value: 'front' }] }))
    assert.deepEqual(await tagsOf(changed), { ...ofCloud, team: 'console', role: 'front' })
    const without = await shop.change(changed, group())
    assert.deepEqual(await tagsOf(without), { ...ofCloud, team: 'console' })
  })

  it('a template cannot give tags of the cloud’s own', async () => {
    const Tags = [{ Key: 'aws:cloudformation:stack-name', Value: 'another' }]
    await assert.rejects(shop.make('Web', groupType, group([], { Tags })), {
      message: 'Invalid tag key.  "aws:" is a reserved prefix.',
    })
  })

  it('rules come and go with the template, and those that somebody added stay', async () => {
    const resource = await shop.make('Web', groupType, group([rule(22), rule(80)]))
    await shop.make('More', ruleType, { GroupName: resource.made.ref, ...rule(443) })
    assert.deepEqual(await portsOf(resource), [22, 443, 80])
    const changed = await shop.change(resource, group([rule(80), rule(8080)]))
    assert.deepEqual(await portsOf(changed), [443, 80, 8080])
  })

  it('a rule that was taken back by hand is passed over when it is to go', async () => {
    const resource = await shop.make('Web', groupType, group([rule(22), rule(80)]))
    const IpPermissions = (await described(resource))?.IpPermissions
    const GroupId = String(resource.made.attributes.GroupId)
    await c.ec2().send(new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions }))
    assert.deepEqual(await portsOf(await shop.change(resource, group([rule(81)]))), [81])
  })

  it('a rule of its own goes without the group, by id or by name', async () => {
    const { made } = await shop.make('Web', groupType, group())
    const byId = await shop.make('ById', ruleType, { GroupId: made.attributes.GroupId, ...rule(1) } as never)
    const byName = await shop.make('ByName', ruleType, { GroupName: made.ref, ...rule(2) })
    const web = { made } as Resource
    assert.deepEqual(await portsOf(web), [1, 2])
    await shop.remove(byId)
    await shop.remove(byName)
    assert.deepEqual(await portsOf(web), [])
    await shop.remove(byName)
  })

  it('a rule lets in the load balancer, by the name and the owner of its own group', async () => {
    const balancer = await shop.make('Front', 'AWS::ElasticLoadBalancing::LoadBalancer', {
      AvailabilityZones: ['PARTI00'],
      Listeners: [{ Protocol: 'HTTP', LoadBalancerPort: '80', InstancePort: '8888' }],
    })
    const { attributes } = balancer.made
    const source = {
      SourceSecurityGroupName: attributes['SourceSecurityGroup.GroupName'],
      SourceSecurityGroupOwnerId: attributes['SourceSecurityGroup.OwnerAlias'],
    }
    const resource = await shop.make('Web', groupType, group([rule(8888, source)]))
    const [permission] = (await described(resource))?.IpPermissions ?? []
    assert.equal(permission?.UserIdGroupPairs?.[0]?.GroupName, source.SourceSecurityGroupName)
    // The balancer's group goes with it; the rule that names it still can be taken back.
    await shop.remove(balancer)
    assert.deepEqual(await portsOf(await shop.change(resource, group())), [])
  })

  it('without an owner a source group is one of the account', async () => {
    const { made } = await shop.make('Front', groupType, group())
    const source = { SourceSecurityGroupName: made.ref }
    const resource = await shop.make('Web', groupType, group([rule(80, source)]))
    const [permission] = (await described(resource))?.IpPermissions ?? []
    assert.equal(permission?.UserIdGroupPairs?.[0]?.UserId, c.accountId)
  })

  it('a rule has one kind of source', async () => {
    const both = (more: object) => () =>
      shop.begin('Web', groupType, group([rule(80, { CidrIp: '10.0.0.0/8', ...more })]))
    const message = 'Both CidrIp and SourceSecurityGroup cannot be specified in SecurityGroupIngress'
    assert.throws(both({ SourceSecurityGroupName: 'default' }), { message })
    assert.throws(both({ SourceSecurityGroupOwnerId: c.accountId }), { message })
    assert.throws(
      () =>
        shop.begin(
          'Web',
          groupType,
          group([rule(80, { SourceSecurityGroupName: 'default', SourceSecurityGroupId: 'sg-11111111' })]),
        ),
      {
        message:
          'Both SourceSecurityGroupName and SourceSecurityGroupId cannot be specified in SecurityGroupIngress',
      },
    )
    assert.throws(() => shop.begin('Web', groupType, group([rule(80, {})])), {
      message: 'Missing source specification: include source security group or CIDR information',
    })
  })

  it('rules for what goes out, and VPCs, are refused in EC2’s words', async () => {
    const message = 'Only Amazon VPC security groups may be used with this operation.'
    const SecurityGroupEgress = [rule(80)]
    assert.throws(() => shop.begin('Web', groupType, group([], { SecurityGroupEgress })), { message })
    const { made } = await shop.make('Web', groupType, group())
    const given = { GroupId: made.attributes.GroupId, ...rule(80) } as never
    assert.throws(() => shop.begin('Out', 'AWS::EC2::SecurityGroupEgress', given), { message })
    const both = { ...rule(80), DestinationSecurityGroupId: 'sg-11111111', GroupId: made.attributes.GroupId }
    assert.throws(() => shop.begin('Out', 'AWS::EC2::SecurityGroupEgress', both as never), {
      message: 'Both CidrIp and DestinationSecurityGroup cannot be specified in SecurityGroupEgress',
    })
    assert.throws(() => shop.begin('Web', groupType, group([], { VpcId: 'vpc-11111111' })), {
      code: 'InvalidVpcID.NotFound',
    })
  })

  it('a group that has the name already is not taken over', async () => {
    const name = { GroupName: 'mine', Description: 'mine' }
    await c.ec2().send(new CreateSecurityGroupCommand(name))
    assert.throws(() => shop.begin('Web', groupType, group([], { GroupName: 'mine' })), {
      code: 'InvalidGroup.Duplicate',
    })
  })

  it('it waits until nothing runs in it any more', async () => {
    const resource = await shop.make('Web', groupType, group())
    haveInstance(c, { id: 'i-00000001', groupIds: [String(resource.made.attributes.GroupId)] })
    const once = () =>
      shop.step(resource, work => resource.type.remove(work, resource.made, resource.properties))
    assert.deepEqual(once(), {
      is: 'waiting',
      reason: 'Specified group cannot be deleted because it is in use.',
    })
    c.engine.write(tx => tx.instances.delete('i-00000001'))
    assert.deepEqual(once(), { is: 'complete' })
  })

  it('whoever orders the stack needs the rights to what it makes', async () => {
    await c.iam().send(new CreateUserCommand({ UserName: 'bob' }))
    const alice = await c.account('alice')
    await alice.iam().send(new CreateUserCommand({ UserName: 'bob' }))
    const his = workshop(c, { who: alice, userName: 'bob' })
    assert.throws(() => his.begin('Web', groupType, group()), { code: 'UnauthorizedOperation' })
    assert.deepEqual(
      c.engine.read(tx => tx.securityGroups.list()),
      [],
    )
  })
})
