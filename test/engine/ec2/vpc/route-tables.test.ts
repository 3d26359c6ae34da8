// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  AssociateRouteTableCommand,
  CreateRouteCommand,
  type CreateRouteRequest,
  CreateRouteTableCommand,
  DeleteRouteCommand,
  DeleteRouteTableCommand,
  DescribeRouteTablesCommand,
  DisassociateRouteTableCommand,
  type EC2Client,
  ReplaceRouteCommand,
  type ReplaceRouteRequest,
  ReplaceRouteTableAssociationCommand,
} from '@aws-sdk/client-ec2'
import { type Clients, type Cloud, cloud } from '../../../support/cloud'
import { refused } from '../expect'
import { haveInstanceInVpc, homeOf } from './interfaces'
import { haveNetworks, type NetworkThings } from './network-cases'

describe('routes', () => {
  let c: Cloud
  let alice: Clients
  let ec2: EC2Client
  let home: ReturnType<typeof homeOf>
  let other: NetworkThings
  let table: string
  beforeEach(async () => {
    c = await cloud({ networking: 'vpc' })
    alice = await c.account('alice')
    ec2 = alice.ec2()
    home = homeOf(c, alice)
    other = haveNetworks(c, alice)
    table = await made()
  })
  afterEach(() => c.close())

  const made = async (VpcId = home.vpcId) =>
    (await ec2.send(new CreateRouteTableCommand({ VpcId }))).RouteTable?.RouteTableId ?? ''
  const tables = async (Name = 'vpc-id', Value = home.vpcId) =>
    (await ec2.send(new DescribeRouteTablesCommand({ Filters: [{ Name, Values: [Value] }] }))).RouteTables ??
    []
  const routes = async (id = table) =>
    (await tables('route-table-id', id))[0]?.Routes?.map(route => [
      route.DestinationCidrBlock,
      route.GatewayId ??
        route.NatGatewayId ??
        route.VpcPeeringConnectionId ?? [route.NetworkInterfaceId, route.InstanceId, route.InstanceOwnerId],
      route.State,
    ])
  const create = (target: Partial<CreateRouteRequest>, RouteTableId = table) =>
    ec2.send(new CreateRouteCommand({ RouteTableId, DestinationCidrBlock: '192.0.2.0/24', ...target }))
  const replace = (target: Partial<ReplaceRouteRequest>) =>
    ec2.send(
      new ReplaceRouteCommand({ RouteTableId: table, DestinationCidrBlock: '192.0.2.0/24', ...target }),
    )
  const remove = (DestinationCidrBlock: string) =>
    ec2.send(new DeleteRouteCommand({ RouteTableId: table, DestinationCidrBlock }))
  const gatewayOf = (vpc: string) =>
    c.engine.read(tx => tx.internetGateways.list().find(({ vpcId }) => vpcId === vpc)?.id)
  const local = ['172.31.0.0/16', 'local', 'active']

  it('to an instance lead to its one interface, as long as it runs', async () => {
    const eni = haveInstanceInVpc(c, 'i-00000001', { who: alice })
    await create({ InstanceId: 'i-00000001' })
    const whole = [eni, 'i-00000001', alice.accountId]
    assert.deepEqual(await routes(), [local, ['192.0.2.0/24', whole, 'active']])
    assert.equal((await tables('route.instance-id', 'i-00000001')).length, 1)
    c.engine.write(tx => tx.instances.put({ ...tx.instances.must('i-00000001'), state: 'stopped' }))
    assert.deepEqual((await routes())?.[1], ['192.0.2.0/24', whole, 'blackhole'])
    c.engine.write(tx => void tx.networkInterfaces.delete(eni))
    assert.deepEqual((await routes())?.[1], ['192.0.2.0/24', [eni, undefined, undefined], 'blackhole'])
  })

  it('to an instance with none or several interfaces are refused', async () => {
    const eni = haveInstanceInVpc(c, 'i-00000001', { who: alice })
    const attachment = c.engine.read(tx => tx.networkInterfaces.must(eni).attachment)
    assert.ok(attachment)
    c.engine.write(tx => {
      const again = { ...attachment, id: 'eni-attach-00000002', deviceIndex: 1 }
      tx.networkInterfaces.put({
        ...tx.networkInterfaces.must(eni),
        id: 'eni-00000002',
        attachment: again,
      })
    })
    await refused(create({ InstanceId: 'i-00000001' }), 'InvalidInstanceID', /multiple interfaces/)
    await create({ NetworkInterfaceId: 'eni-00000002' })
    c.engine.write(tx => {
      for (const id of [eni, 'eni-00000002']) tx.networkInterfaces.delete(id)
    })
    const next = { InstanceId: 'i-00000001', DestinationCidrBlock: '198.51.100.0/24' }
    await refused(create(next), 'InvalidInstanceID', /no network interface/)
  })

  it('lead nowhere outside their VPC', async () => {
    const apart = (what: string, id: string) =>
      `route table ${table} and ${what} ${id} belong to different networks`
    for (const [target, id, what] of [
      [{ GatewayId: other.internetGateway }, other.internetGateway, 'network gateway'],
      [{ GatewayId: other.natGateway }, other.natGateway, 'network gateway'],
      [{ NatGatewayId: other.natGateway }, other.natGateway, 'network gateway'],
      [{ NetworkInterfaceId: other.networkInterface }, other.networkInterface, 'interface'],
    ] as const) {
      await refused(create(target), 'InvalidParameterValue', apart(what, id))
    }
    assert.deepEqual(await routes(), [local])
  })

  it('lead to NAT gateways by either name, while they are there', async () => {
    const own = await made(other.vpc)
    await create({ GatewayId: other.natGateway }, own)
    await create({ NatGatewayId: other.natGateway, DestinationCidrBlock: '0.0.0.0/0' }, own)
    assert.deepEqual((await routes(own))?.slice(1), [
      ['192.0.2.0/24', other.natGateway, 'active'],
      ['0.0.0.0/0', other.natGateway, 'active'],
    ])
    c.engine.write(tx =>
      tx.natGateways.put({ ...tx.natGateways.must(other.natGateway), state: 'deleted', deletedAt: tx.now }),
    )
    assert.deepEqual((await routes(own))?.[1]?.[2], 'blackhole')
    await refused(create({ NatGatewayId: other.natGateway }), 'NatGatewayNotFound')
  })

  it('lead to peering connections, from when these are active', async () => {
    const side = { account: alice.accountId, vpcId: home.vpcId, cidr: '172.31.0.0/16' }
    const put = (state: 'pending-acceptance' | 'active' | 'deleted', vpcId = home.vpcId) =>
      c.engine.write(tx =>
        tx.vpcPeeringConnections.put({
          ...{ id: 'pcx-00000001', account: alice.accountId, createdAt: tx.now, state, message: '' },
          requester: { ...side, vpcId },
          accepter: { ...side, vpcId: other.vpc },
        }),
      )
    put('pending-acceptance')
    await create({ VpcPeeringConnectionId: 'pcx-00000001' })
    assert.deepEqual((await routes())?.[1], ['192.0.2.0/24', 'pcx-00000001', 'blackhole'])
    put('active')
    assert.deepEqual((await routes())?.[1]?.[2], 'active')
    put('deleted')
    await refused(
      replace({ VpcPeeringConnectionId: 'pcx-00000001' }),
      'InvalidVpcPeeringConnectionID.NotFound',
    )
    put('active', other.vpc)
    await refused(replace({ VpcPeeringConnectionId: 'pcx-00000001' }), 'InvalidParameterValue')
  })

  it('lead to VPN gateways while these are attached, and go before what is taken over from them', async () => {
    c.engine.write(tx => {
      const made = { account: alice.accountId, createdAt: tx.now, type: 'ipsec.1' }
      tx.vpnGateways.put({ ...made, id: 'vgw-00000001', state: 'available', vpcId: home.vpcId })
      tx.vpnConnections.put({
        ...{ ...made, id: 'vpn-00000001', customerGatewayId: 'cgw-00000001', state: 'available' },
        ...{ vpnGatewayId: 'vgw-00000001', isStaticOnly: true, routes: ['192.0.2.0/24'] },
        ...{ configuration: '', tunnels: [] },
      })
      tx.routeTables.put({
        ...tx.routeTables.must(table),
        propagating: ['vgw-00000001'],
      })
    })
    const internet = gatewayOf(home.vpcId) ?? ''
    await create({ GatewayId: 'vgw-00000001', DestinationCidrBlock: '198.51.100.0/24' })
    const vpn = ['192.0.2.0/24', 'vgw-00000001', 'active']
    assert.deepEqual((await routes())?.slice(2), [vpn])
    await create({ GatewayId: internet })
    assert.deepEqual((await routes())?.slice(2), [['192.0.2.0/24', internet, 'active']])
    await remove('192.0.2.0/24')
    assert.deepEqual((await routes())?.slice(2), [vpn])
    await refused(remove('192.0.2.0/24'), 'InvalidRoute.NotFound')
    // Both gateways are somewhere else now.
    await create({ GatewayId: internet, DestinationCidrBlock: '203.0.113.0/24' })
    c.engine.write(tx => {
      tx.vpnGateways.put({ ...tx.vpnGateways.must('vgw-00000001'), vpcId: other.vpc })
      tx.internetGateways.put({ ...tx.internetGateways.must(internet), vpcId: other.vpc })
    })
    const states = Object.fromEntries((await routes())?.map(([cidr, , state]) => [cidr, state]) ?? [])
    assert.equal(states['198.51.100.0/24'], 'blackhole')
    assert.equal(states['203.0.113.0/24'], 'blackhole')
  })

  it('take one target, of those that there are', async () => {
    const GatewayId = gatewayOf(home.vpcId)
    await refused(create({}), 'MissingParameter')
    await refused(create({ GatewayId, InstanceId: 'i-00000001' }), 'InvalidParameterCombination')
    await refused(create({ TransitGatewayId: 'tgw-00000001' }), 'UnsupportedOperation')
    await refused(create({ GatewayId: 'local' }), 'InvalidGatewayID.NotFound')
    await refused(create({ GatewayId: 'vgw-00000009' }), 'InvalidVpnGatewayID.NotFound')
    const six = { DestinationCidrBlock: undefined, DestinationIpv6CidrBlock: '::/0', GatewayId }
    await refused(create(six), 'UnsupportedOperation')
    await refused(create({ DestinationCidrBlock: undefined, GatewayId }), 'MissingParameter')
    await refused(replace({ LocalTarget: true }), 'UnsupportedOperation')
    await create({ DestinationCidrBlock: '192.0.2.77/24', GatewayId })
    assert.equal((await routes())?.[1]?.[0], '192.0.2.0/24')
    await refused(create({ GatewayId }), 'RouteAlreadyExists')
  })

  it('within the VPC lead to its own machines alone', async () => {
    const NetworkInterfaceId = haveInstanceInVpc(c, 'i-00000001', { who: alice })
    const within = { DestinationCidrBlock: '172.31.16.0/20' }
    const GatewayId = gatewayOf(home.vpcId)
    await refused(create({ ...within, GatewayId }), 'InvalidParameterValue', /more specific/)
    await create({ ...within, NetworkInterfaceId })
    await refused(replace({ ...within, GatewayId }), 'InvalidParameterValue', /more specific/)
  })

  it('are 50 at most, of a table', async () => {
    const GatewayId = gatewayOf(home.vpcId)
    c.engine.write(tx => {
      const one = tx.routeTables.must(table)
      const more = Array.from({ length: 49 }, (_, index) => ({
        ...{ cidr: `192.0.${index + 3}.0/24`, gatewayId: GatewayId ?? '', origin: 'CreateRoute' as const },
      }))
      tx.routeTables.put({ ...one, routes: [...one.routes, ...more] })
    })
    await refused(create({ GatewayId }), 'RouteLimitExceeded')
  })

  describe('in tables', () => {
    const associate = async (RouteTableId: string, SubnetId = home.subnetId) =>
      (await ec2.send(new AssociateRouteTableCommand({ RouteTableId, SubnetId }))).AssociationId ?? ''
    const move = async (AssociationId: string | undefined, RouteTableId: string) =>
      (await ec2.send(new ReplaceRouteTableAssociationCommand({ AssociationId, RouteTableId })))
        .NewAssociationId ?? ''

    it('are for one subnet at a time, which moves from table to table', async () => {
      const first = await associate(table)
      assert.equal(await associate(table), first, 'asked for again')
      const second = await made()
      await refused(associate(second), 'Resource.AlreadyAssociated')
      const moved = await move(first, second)
      assert.notEqual(moved, first)
      const [found] = await tables('association.subnet-id', home.subnetId)
      assert.deepEqual(
        [found?.RouteTableId, found?.Associations],
        [
          second,
          [
            {
              RouteTableAssociationId: moved,
              RouteTableId: second,
              SubnetId: home.subnetId,
              Main: false,
              AssociationState: { State: 'associated' },
            },
          ],
        ],
      )
      assert.equal(await move(moved, second), moved, 'it is there already')
      assert.equal((await tables('association.route-table-association-id', moved)).length, 1)
      await ec2.send(new DeleteRouteTableCommand({ RouteTableId: table }))
    })

    it('are never those of another VPC', async () => {
      const association = await associate(table)
      const strange = await made(other.vpc)
      await refused(associate(strange, home.otherSubnetId), 'InvalidParameterValue', /different networks/)
      await refused(move(association, strange), 'InvalidParameterValue', /different networks/)
      await refused(move('rtbassoc-1', table), 'InvalidAssociationID.Malformed')
      await refused(move('', table), 'MissingParameter')
      const edge = ec2.send(
        new AssociateRouteTableCommand({ RouteTableId: table, GatewayId: gatewayOf(home.vpcId) }),
      )
      await refused(edge, 'UnsupportedOperation')
    })

    it('of a stranger are unknown by their associations', async () => {
      const AssociationId = await associate(table)
      const bob = await c.account('bob')
      const take = bob.ec2().send(new DisassociateRouteTableCommand({ AssociationId }))
      await refused(take, 'InvalidAssociationID.NotFound')
    })

    it('are found page by page and by every filter that AWS has', async () => {
      await create({ GatewayId: gatewayOf(home.vpcId) })
      for (const [name, value, count] of [
        ['association.main', 'true', 2],
        ['association.route-table-id', table, 0],
        ['owner-id', alice.accountId, 4],
        ['route.destination-cidr-block', '192.0.2.0/24', 1],
        ['route.origin', 'CreateRoute', 2],
        ['route.state', 'blackhole', 0],
        ['route.transit-gateway-id', '*', 0],
      ] as const) {
        assert.equal((await tables(name, value)).length, count, name)
      }
      await made()
      await made()
      const { RouteTables, NextToken } = await ec2.send(new DescribeRouteTablesCommand({ MaxResults: 5 }))
      const rest = await ec2.send(new DescribeRouteTablesCommand({ MaxResults: 5, NextToken }))
      assert.deepEqual([RouteTables?.length, rest.RouteTables?.length, rest.NextToken], [5, 1, undefined])
    })

    it('are 200 at most, of a VPC', async () => {
      c.engine.write(tx => {
        for (let at = 2; at < 200; at += 1) {
          tx.routeTables.put({ ...tx.routeTables.must(table), id: `rtb-${String(at).padStart(8, '0')}` })
        }
      })
      await refused(made(), 'RouteTableLimitExceeded')
    })
  })
})
