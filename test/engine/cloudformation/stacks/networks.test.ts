// SPDX-License-Identifier: BSD-2-Clause
// A network of one's own from one template: made, taken back in the middle, and deleted without a trace.
import assert from 'node:assert/strict'
import { CreateSubnetCommand, DeleteSubnetCommand } from '@aws-sdk/client-ec2'
import { type Cloud, cloud } from '../../../support/cloud'
import { haveRootSnapshot, registerEbs } from '../../ec2/ebs-machine'
import { homeOf } from '../../ec2/vpc/interfaces'
import { everything } from '../resources/workshop'
import { create, eventsOf, type Resources, remove, resourcesNow, stackNow, statusOf, update } from './made'

const ref = (Ref: string) => ({ Ref })
const tagged = { Tags: [{ Key: 'Name', Value: { 'Fn::Sub': '${AWS::StackName}-network' } }] }

/** A public and a private subnet; what is in the private one reaches out by a NAT gateway. */
const network = (image: string): Resources => ({
  Network: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.1.0.0/16', ...tagged } },
  Internet: { Type: 'AWS::EC2::InternetGateway' },
  Attached: {
    Type: 'AWS::EC2::VPCGatewayAttachment',
    Properties: { VpcId: ref('Network'), InternetGatewayId: ref('Internet') },
  },
  ...Object.fromEntries(
    ['Public', 'Private'].flatMap((name, index) => [
      [
        name,
        {
          Type: 'AWS::EC2::Subnet',
          Properties: {
            ...{ VpcId: ref('Network'), CidrBlock: `10.1.${index}.0/24`, MapPublicIpOnLaunch: index === 0 },
            AvailabilityZone: { 'Fn::Select': [0, { 'Fn::GetAZs': '' }] },
          },
        },
      ],
      [`${name}Table`, { Type: 'AWS::EC2::RouteTable', Properties: { VpcId: ref('Network') } }],
      [
        `${name}Association`,
        {
          Type: 'AWS::EC2::SubnetRouteTableAssociation',
          Properties: { SubnetId: ref(name), RouteTableId: ref(`${name}Table`) },
        },
      ],
    ]),
  ),
  PublicRoute: {
    Type: 'AWS::EC2::Route',
    DependsOn: 'Attached',
    Properties: {
      ...{ RouteTableId: ref('PublicTable'), DestinationCidrBlock: '0.0.0.0/0', GatewayId: ref('Internet') },
    },
  },
  Address: { Type: 'AWS::EC2::EIP', DependsOn: 'Attached', Properties: { Domain: 'vpc' } },
  Nat: {
    Type: 'AWS::EC2::NatGateway',
    DependsOn: 'Attached',
    Properties: { SubnetId: ref('Public'), AllocationId: { 'Fn::GetAtt': ['Address', 'AllocationId'] } },
  },
  PrivateRoute: {
    Type: 'AWS::EC2::Route',
    Properties: {
      ...{ RouteTableId: ref('PrivateTable'), DestinationCidrBlock: '0.0.0.0/0', NatGatewayId: ref('Nat') },
    },
  },
  Front: {
    Type: 'AWS::EC2::SecurityGroup',
    Properties: {
      ...{ GroupDescription: 'of the balancer', VpcId: ref('Network') },
      SecurityGroupIngress: [{ IpProtocol: 'tcp', FromPort: 80, ToPort: 80, CidrIp: '0.0.0.0/0' }],
    },
  },
  Behind: {
    Type: 'AWS::EC2::SecurityGroup',
    Properties: {
      ...{ GroupDescription: 'of the instances', VpcId: ref('Network') },
      SecurityGroupIngress: [
        { IpProtocol: 'tcp', FromPort: 8888, ToPort: 8888, SourceSecurityGroupId: ref('Front') },
      ],
    },
  },
  Server: {
    Type: 'AWS::EC2::Instance',
    DependsOn: 'PrivateRoute',
    Properties: { ImageId: image, SubnetId: ref('Private'), SecurityGroupIds: [ref('Behind')] },
  },
  Balancer: {
    Type: 'AWS::ElasticLoadBalancing::LoadBalancer',
    DependsOn: 'Attached',
    Properties: {
      ...{ Subnets: [ref('Public')], SecurityGroups: [ref('Front')], Instances: [ref('Server')] },
      Listeners: [{ Protocol: 'HTTP', LoadBalancerPort: 80, InstancePort: 8888 }],
    },
  },
})

describe('stacks with networks', () => {
  let c: Cloud
  let image: string
  let before: ReturnType<typeof everything>
  beforeEach(async () => {
    c = await cloud({ networking: 'vpc' })
    image = await registerEbs(c, await haveRootSnapshot(c))
    before = everything(c)
  })
  afterEach(() => c.close())

  /** Time passes until nothing is in progress. */
  const ended = async (name = 'web'): Promise<string> => {
    for (let round = 0; round < 60 && (await statusOf(c, name)).endsWith('IN_PROGRESS'); round++)
      await c.pass(5)
    return statusOf(c, name)
  }

  it('a whole network is made, with its instances behind a load balancer, changed, and deleted without a trace', async () => {
    const Outputs = {
      Where: { Value: { 'Fn::GetAtt': ['Server', 'PrivateIp'] } },
      Group: { Value: { 'Fn::GetAtt': ['Balancer', 'SourceSecurityGroup.OwnerAlias'] } },
    }
    const id = await create(c, network(image), { template: { Outputs } })
    assert.equal(await ended(), 'CREATE_COMPLETE', (await eventsOf(c)).join('\n'))
    const outputs = Object.fromEntries(
      ((await stackNow(c)).Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]),
    )
    assert.match(outputs.Where ?? '', /^10\.1\.1\.\d+$/)
    assert.equal(outputs.Group, c.accountId)
    const { Private, Behind } = await resourcesNow(c)
    const server = c.engine.read(tx => tx.instances.list()[0])
    assert.deepEqual([server?.subnetId, server?.groupIds], [Private?.id, [Behind?.id]])
    const { PrivateRoute: _, Server, ...others } = network(image)
    await update(c, { ...others, Server: { ...Server, DependsOn: [] } })
    assert.equal(await ended(), 'UPDATE_COMPLETE', (await eventsOf(c)).join('\n'))
    await remove(c)
    assert.equal(await ended(id), 'DELETE_COMPLETE', (await eventsOf(c, id)).join('\n'))
    assert.deepEqual(everything(c), before)
  })

  it('what cannot be made in the middle takes all of it back', async () => {
    const Wrong = {
      Type: 'AWS::EC2::Subnet',
      DependsOn: 'Balancer',
      Properties: { VpcId: ref('Network'), CidrBlock: '10.1.1.128/25' },
    }
    await create(c, { ...network(image), Wrong })
    assert.equal(await ended(), 'ROLLBACK_COMPLETE', (await eventsOf(c)).join('\n'))
    const failed = (await eventsOf(c)).filter(event => event.includes('FAILED'))
    assert.match(failed[0] ?? '', /^Wrong CREATE_FAILED .*conflicts with another subnet/)
    await remove(c)
    assert.deepEqual(everything(c), before)
  })

  it('what somebody made there by hand is waited for', async () => {
    const { Network } = network(image)
    const id = await create(c, { Network: Network ?? {} })
    const VpcId = (await resourcesNow(c)).Network?.id
    const { Subnet } = await c.ec2().send(new CreateSubnetCommand({ VpcId, CidrBlock: '10.1.9.0/24' }))
    await remove(c)
    await c.pass(60)
    assert.equal(await statusOf(c, id), 'DELETE_IN_PROGRESS')
    await c.ec2().send(new DeleteSubnetCommand({ SubnetId: Subnet?.SubnetId }))
    assert.equal(await ended(id), 'DELETE_COMPLETE')
    assert.deepEqual(everything(c), before)
  })

  it('parameters can name networks of the account', async () => {
    const home = homeOf(c)
    const Parameters = { Place: { Type: 'AWS::EC2::Subnet::Id' }, In: { Type: 'AWS::EC2::VPC::Id' } }
    const resources: Resources = {
      Group: { Type: 'AWS::EC2::SecurityGroup', Properties: { GroupDescription: 'g', VpcId: ref('In') } },
      Interface: { Type: 'AWS::EC2::NetworkInterface', Properties: { SubnetId: ref('Place') } },
    }
    const given = (Place: string, In: string) => ({
      template: { Parameters },
      Parameters: Object.entries({ Place, In }).map(([ParameterKey, ParameterValue]) => ({
        ...{ ParameterKey, ParameterValue },
      })),
    })
    await create(c, resources, given(home.subnetId, home.vpcId))
    assert.equal(await ended(), 'CREATE_COMPLETE', (await eventsOf(c)).join('\n'))
    await remove(c)
    const bobs = homeOf(c, await c.account('bob'))
    await create(c, resources, { ...given(bobs.subnetId, home.vpcId), StackName: 'other' })
    assert.equal(await ended('other'), 'ROLLBACK_COMPLETE')
    assert.match((await eventsOf(c, 'other')).join('\n'), /for parameter name Place does not exist/)
  })

  it('a classic cloud makes nothing of a VPC', async () => {
    const classic = await cloud()
    try {
      const { Network } = network(image)
      await create(classic, { Network: Network ?? {} })
      assert.equal(await statusOf(classic), 'ROLLBACK_COMPLETE')
      assert.match((await eventsOf(classic)).join('\n'), /VPCs are not supported with the networking mode/)
    } finally {
      await classic.close()
    }
  })
})
