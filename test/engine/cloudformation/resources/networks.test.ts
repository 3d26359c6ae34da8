// SPDX-License-Identifier: BSD-2-Clause
// Resources of networks: one of each, made and taken away.
import assert from 'node:assert/strict'
import { checkedProperties } from '../../../../src/engine/cloudformation/template'
import { type Cloud, cloud } from '../../../support/cloud'
import { haveRootSnapshot, registerEbs } from '../../ec2/ebs-machine'
import { homeOf } from '../../ec2/vpc/interfaces'
import { networkCases } from './network-cases'
import { everything, type Resource, typeNamed, type Workshop, workshop } from './workshop'

describe('resources of networks', () => {
  let c: Cloud
  let shop: Workshop
  let made: Resource[]
  let image: string
  let before: ReturnType<typeof everything>

  const one = (logicalId: string): Resource =>
    made.find(resource => resource.logicalId === logicalId) ?? assert.fail(`${logicalId} is not made yet`)
  const around = () => ({
    image,
    otherVpc: homeOf(c).vpcId,
    ref: (logicalId: string) => one(logicalId).made.ref,
    attribute: (logicalId: string, name: string) => String(one(logicalId).made.attributes[name]),
  })
  /** All of them, or those up to one. */
  const makeAll = async (last?: string): Promise<void> => {
    for (const { logicalId, type, properties } of networkCases) {
      made.push(await shop.make(logicalId, type, properties(around())))
      if (logicalId === last) return
    }
  }

  beforeEach(async () => {
    c = await cloud({ networking: 'vpc' })
    image = await registerEbs(c, await haveRootSnapshot(c))
    shop = workshop(c, { tags: [{ key: 'stage', value: 'test' }] })
    made = []
    before = everything(c)
  })
  afterEach(() => c.close())

  it('each is made, named and known as its type says, is removed again, and nothing is left', async () => {
    await makeAll()
    for (const { logicalId, physicalId, attributes } of networkCases) {
      const resource = one(logicalId)
      assert.match(resource.made.physicalId, physicalId, logicalId)
      const known = Object.entries(resource.made.attributes)
      const names = known.map(([name]) => name).sort()
      assert.deepEqual(names, [...(attributes ?? resource.type.attributes)].sort(), logicalId)
      for (const [name, value] of known) assert.ok(value.length > 0, `${logicalId} has no ${name}`)
    }
    for (const resource of [...made].reverse()) await shop.remove(resource)
    assert.deepEqual(everything(c), before)
    // All of it has gone by now, as if by hand.
    for (const resource of made) await shop.remove(resource)
    assert.deepEqual(everything(c), before)
  })

  it('each is refused without any one of its required properties', () => {
    const names = { image: 'emi-11111111', otherVpc: 'vpc', ref: (id: string) => id, attribute: () => 'a' }
    for (const { type, required = [], properties } of networkCases) {
      for (const missing of required) {
        const { [missing]: _, ...rest } = properties(names)
        assert.throws(() => checkedProperties(typeNamed(type), rest), { message: new RegExp(missing) })
      }
    }
  })

  it('they are what the template says, and bear the stack’s tags', async () => {
    await makeAll('Out')
    c.engine.read(tx => {
      const vpc = tx.vpcs.must(one('Vpc').made.ref)
      assert.deepEqual(
        [vpc.dnsSupport, vpc.dnsHostnames, vpc.dhcpOptionsId],
        [true, true, one('Options').made.ref],
      )
      const table = tx.routeTables.must(one('Table').made.ref)
      assert.equal(table.routes[1]?.gatewayId, one('Internet').made.ref)
      assert.equal(table.associations[0]?.subnetId, one('Subnet').made.ref)
      const acl = tx.networkAcls.must(one('Acl').made.ref)
      assert.deepEqual(acl.entries[0]?.ports, { from: 80, to: 80 })
      assert.equal(acl.associations[0]?.id, one('AclOfSubnet').made.ref)
      // Who says what goes out does not want everything to.
      const { egress = [] } = tx.securityGroups.must(one('Group').made.ref)
      assert.deepEqual(
        egress.map(({ fromPort }) => fromPort),
        [80, 443],
      )
      const tags = tx.tags.in(c.accountId).list()
      for (const id of ['Vpc', 'Subnet', 'Internet', 'Table', 'Acl', 'Options', 'Group']) {
        const own = tags.filter(({ resourceId }) => resourceId === one(id).made.physicalId)
        assert.ok(
          own.some(({ key }) => key === 'stage'),
          id,
        )
        assert.ok(
          own.some(({ key }) => key === 'aws:cloudformation:stack-name'),
          id,
        )
      }
    })
  })

  const change = async (logicalId: string, properties: object): Promise<Resource> => {
    const changed = await shop.change(one(logicalId), properties as never)
    made[made.indexOf(one(logicalId))] = changed
    return changed
  }
  const propertiesOf = (logicalId: string) =>
    networkCases.find(one => one.logicalId === logicalId)?.properties(around()) ?? {}

  it('what can be changed in its place is', async () => {
    await makeAll('Plugged')
    await change('Vpc', { CidrBlock: '10.1.0.0/16' })
    await change('Subnet', { ...propertiesOf('Subnet'), MapPublicIpOnLaunch: undefined })
    const main = c.engine.read(
      tx =>
        tx.routeTables
          .list()
          .find(
            table =>
              table.vpcId === one('Vpc').made.ref && table.associations.some(({ subnetId }) => !subnetId),
          )?.id ?? '',
    )
    const second = await shop.make('Second', 'AWS::EC2::RouteTable', { VpcId: one('Vpc').made.ref })
    const moved = await change('TableOfSubnet', {
      RouteTableId: second.made.ref,
      SubnetId: one('Subnet').made.ref,
    })
    await change('Route', {
      ...propertiesOf('Route'),
      GatewayId: undefined,
      NatGatewayId: one('Nat').made.ref,
    })
    await change('Entry', { ...propertiesOf('Entry'), RuleAction: 'deny' })
    await change('Interface', {
      ...propertiesOf('Interface'),
      Description: 'second',
      SourceDestCheck: 'true',
    })
    await change('OptionsOfVpc', { DhcpOptionsId: 'default', VpcId: one('Vpc').made.ref })
    await change('Group', { GroupDescription: 'in a VPC', VpcId: one('Vpc').made.ref })
    assert.equal(around().attribute('Group', 'VpcId'), one('Vpc').made.ref)
    const replugged = await change('Plugged', { ...propertiesOf('Plugged'), DeviceIndex: '2' })
    c.engine.read(tx => {
      const vpc = tx.vpcs.must(one('Vpc').made.ref)
      assert.deepEqual([vpc.dnsSupport, vpc.dnsHostnames], [true, false])
      assert.notEqual(vpc.dhcpOptionsId, one('Options').made.ref)
      assert.equal(tx.subnets.must(one('Subnet').made.ref).mapPublicIp, false)
      const [association] = tx.routeTables.must(second.made.ref).associations
      assert.deepEqual([association?.id, moved.made.physicalId], [moved.made.ref, moved.made.ref])
      const [, route] = tx.routeTables.must(one('Table').made.ref).routes
      assert.deepEqual([route?.gatewayId, route?.natGatewayId], [undefined, one('Nat').made.ref])
      assert.equal(tx.networkAcls.must(one('Acl').made.ref).entries[0]?.isAllowed, false)
      const { description, sourceDestCheck, attachment } = tx.networkInterfaces.must(
        one('Interface').made.ref,
      )
      assert.deepEqual([description, sourceDestCheck], ['second', true])
      assert.deepEqual([attachment?.deviceIndex, attachment?.id], [2, replugged.made.ref])
      const { egress = [] } = tx.securityGroups.must(one('Group').made.ref)
      assert.deepEqual(egress.map(({ protocol }) => protocol).sort(), ['-1', 'tcp'])
      assert.notEqual(main, second.made.ref)
    })
    await shop.remove(moved)
    await shop.remove(second)
  })

  it('a gateway takes the place of another at its VPC', async () => {
    await makeAll('Attached')
    const other = await shop.make('Other', 'AWS::EC2::InternetGateway')
    const VpcId = one('Vpc').made.ref
    await change('Attached', { InternetGatewayId: other.made.ref, VpcId })
    assert.equal(
      c.engine.read(tx => tx.internetGateways.must(other.made.ref).vpcId),
      VpcId,
    )
    for (const properties of [{ VpcId }, { VpcId, InternetGatewayId: 'igw-1', VpnGatewayId: 'vgw-1' }]) {
      assert.throws(() => shop.begin('Wrong', 'AWS::EC2::VPCGatewayAttachment', properties), {
        message: /either InternetGatewayId or VpnGatewayId/,
      })
    }
  })

  it('what something depends on is waited for, and so is another account’s consent', async () => {
    await makeAll('Machine')
    const subnet = one('Subnet')
    const asked = shop.step(subnet, work => subnet.type.remove(work, subnet.made, subnet.properties))
    assert.equal(asked.is, 'waiting')
    const bob = await c.account('bob')
    const peer = shop.begin('Peer', 'AWS::EC2::VPCPeeringConnection', {
      ...{ PeerOwnerId: bob.accountId, PeerVpcId: homeOf(c, bob).vpcId, VpcId: one('Vpc').made.ref },
    })
    assert.equal(shop.look(peer).is, 'waiting')
    await shop.remove(peer)
    assert.throws(() => shop.look(peer), { message: /is deleted/ })
  })

  it('a NAT gateway that fails has failed for the reason that it tells', async () => {
    await makeAll('Internet')
    const VpcId = one('Vpc').made.ref
    const subnet = await shop.make('Subnet', 'AWS::EC2::Subnet', { CidrBlock: '10.1.1.0/24', VpcId })
    const address = await shop.make('Address', 'AWS::EC2::EIP')
    const AllocationId = String(address.made.attributes.AllocationId)
    await assert.rejects(
      shop.make('Nat', 'AWS::EC2::NatGateway', { AllocationId, SubnetId: subnet.made.ref }),
      { message: /^NAT gateway nat-\w+ is failed: Network vpc-\w+ has no Internet gateway attached/ },
    )
  })

  it('what EC2 refuses is the reason', async () => {
    await makeAll('Subnet')
    const VpcId = one('Vpc').made.ref
    const begin = (type: string, properties: object) => () => shop.begin('Wrong', type, properties as never)
    assert.throws(begin('AWS::EC2::VPC', { CidrBlock: '10.0.0.0/8' }), { code: 'InvalidVpc.Range' })
    assert.throws(begin('AWS::EC2::Subnet', { CidrBlock: '10.1.1.0/25', VpcId }), {
      code: 'InvalidSubnet.Conflict',
    })
    assert.throws(begin('AWS::EC2::RouteTable', { VpcId: 'vpc-00000000' }), { code: 'InvalidVpcID.NotFound' })
    assert.throws(
      begin('AWS::EC2::SubnetNetworkAclAssociation', {
        NetworkAclId: 'acl-00000000',
        SubnetId: 'subnet-00000000',
      }),
      {
        message: "The subnet ID 'subnet-00000000' does not exist",
      },
    )
    assert.throws(begin('AWS::EC2::CustomerGateway', { IpAddress: 'here', Type: 'ipsec.1' }), {
      code: 'InvalidParameterValue',
    })
  })
})
