// SPDX-License-Identifier: BSD-2-Clause
// Blocks of addresses that a VPC is given after it was made.
import assert from 'node:assert/strict'
import {
  AcceptVpcPeeringConnectionCommand,
  AssociateVpcCidrBlockCommand,
  type AssociateVpcCidrBlockRequest,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  CreateVpcPeeringConnectionCommand,
  DeleteRouteCommand,
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DescribeRouteTablesCommand,
  DescribeVpcPeeringConnectionsCommand,
  DescribeVpcsCommand,
  DisassociateVpcCidrBlockCommand,
  type EC2Client,
  ModifyVpcTenancyCommand,
} from '@aws-sdk/client-ec2'
import { type Cloud, cloud } from '../../../support/cloud'
import { refused } from '../expect'
import { homeOf } from './interfaces'

describe('Blocks of VPCs', () => {
  let c: Cloud
  let ec2: EC2Client
  let vpc: string
  beforeEach(async () => {
    c = await cloud({ networking: 'vpc' })
    ec2 = c.ec2()
    vpc = await made('10.0.0.0/16')
  })
  afterEach(() => c.close())

  const made = async (CidrBlock: string, more: object = {}) =>
    (await ec2.send(new CreateVpcCommand({ CidrBlock, ...more }))).Vpc?.VpcId ?? ''
  const add = async (CidrBlock: string, more: Partial<AssociateVpcCidrBlockRequest> = {}) => {
    const input = { VpcId: vpc, CidrBlock, ...more }
    return (await ec2.send(new AssociateVpcCidrBlockCommand(input))).CidrBlockAssociation ?? {}
  }
  const take = async (AssociationId: string | undefined, client = ec2) =>
    (await client.send(new DisassociateVpcCidrBlockCommand({ AssociationId }))).CidrBlockAssociation ?? {}
  const shown = async (Name = 'vpc-id', value = vpc) =>
    (await ec2.send(new DescribeVpcsCommand({ Filters: [{ Name, Values: [value] }] }))).Vpcs ?? []
  const blocks = async () =>
    ((await shown())[0]?.CidrBlockAssociationSet ?? []).map(
      ({ CidrBlock, CidrBlockState }) => `${CidrBlock} ${CidrBlockState?.State}`,
    )
  const subnet = (CidrBlock: string) => ec2.send(new CreateSubnetCommand({ VpcId: vpc, CidrBlock }))
  const routes = async () => {
    const filters = { Filters: [{ Name: 'vpc-id', Values: [vpc] }] }
    const { RouteTables = [] } = await ec2.send(new DescribeRouteTablesCommand(filters))
    return RouteTables.map(({ Routes = [] }) =>
      Routes.map(one => `${one.DestinationCidrBlock} ${one.GatewayId ?? one.NetworkInterfaceId}`),
    )
  }

  it('are shown, hold subnets, and are within reach of every route table', async () => {
    await ec2.send(new CreateRouteTableCommand({ VpcId: vpc }))
    const { AssociationId = '', ...rest } = await add('10.1.2.3/16')
    assert.match(AssociationId, /^vpc-cidr-assoc-[0-9a-f]{8}$/)
    assert.deepEqual(rest, { CidrBlock: '10.1.0.0/16', CidrBlockState: { State: 'associating' } })
    assert.deepEqual(await blocks(), ['10.0.0.0/16 associated', '10.1.0.0/16 associated'])
    assert.equal((await shown('cidr-block-association.cidr-block', '10.1.0.0/16'))[0]?.VpcId, vpc)
    assert.equal((await shown('cidr-block-association.association-id', AssociationId))[0]?.VpcId, vpc)
    assert.deepEqual(await shown('cidr', '10.1.0.0/16'), [])
    await ec2.send(new CreateRouteTableCommand({ VpcId: vpc }))
    const local = ['10.0.0.0/16 local', '10.1.0.0/16 local']
    assert.deepEqual(await routes(), [local, local, local])
    await subnet('10.1.1.0/24')
    await refused(subnet('10.2.1.0/24'), 'InvalidSubnet.Range')
  })

  it('go when no subnet has addresses of them, but for the first', async () => {
    const { AssociationId } = await add('10.1.0.0/16')
    const { Subnet } = await subnet('10.1.1.0/24')
    const used = `The vpc ${vpc} currently has a subnet within CIDR block 10.1.0.0/16`
    await refused(take(AssociationId), 'InvalidCidrBlock.InUse', used)
    await ec2.send(new DeleteSubnetCommand({ SubnetId: Subnet?.SubnetId }))
    const gone = await take(AssociationId)
    assert.deepEqual(gone.CidrBlockState, { State: 'disassociating' })
    assert.deepEqual(await blocks(), ['10.0.0.0/16 associated'])
    assert.deepEqual(await routes(), [['10.0.0.0/16 local']])
    const none = `The vpc CIDR block association ID '${AssociationId}' does not exist`
    await refused(take(AssociationId), 'InvalidVpcCidrBlockAssociationID.NotFound', none)
    const first = vpc.replace('vpc-', 'vpc-cidr-assoc-')
    await refused(
      take(first),
      'OperationNotPermitted',
      `The vpc CIDR block with association ID ${first} may not be disassociated. It is the primary IPv4 CIDR block of the VPC`,
    )
    const bob = await c.account('bob')
    await refused(take(first, bob.ec2()), 'InvalidVpcCidrBlockAssociationID.NotFound')
    await add('10.1.0.0/16')
    await ec2.send(new DeleteVpcCommand({ VpcId: vpc }))
  })

  it('have addresses that are nowhere else, as many as a VPC may have, and are five at most', async () => {
    for (const cidr of ['10.0.1.0/24', '10.0.0.0/16', '10.2.0.0/15', '10.2.0.0/29']) {
      await refused(add(cidr), 'InvalidVpc.Range', `The CIDR '${cidr}' is invalid.`)
    }
    await refused(add('nonsense'), 'InvalidParameterValue')
    await refused(add('', { AmazonProvidedIpv6CidrBlock: true }), 'UnsupportedOperation')
    await refused(add('', {}), 'MissingParameter')
    for (const third of [1, 2, 3, 4]) await add(`10.${third}.0.0/16`)
    const most = `This network '${vpc}' has met its maximum number of allowed CIDRs: 5`
    await refused(add('10.5.0.0/16'), 'CidrLimitExceeded', most)
  })

  it('are not those behind a route, nor those of a VPC that this one is connected with', async () => {
    vpc = homeOf(c).vpcId
    const [table = '', GatewayId] = c.engine.read(tx => [
      tx.routeTables.list().find(({ vpcId }) => vpcId === vpc)?.id,
      tx.internetGateways.list().find(({ vpcId }) => vpcId === vpc)?.id,
    ])
    const to = { RouteTableId: table, DestinationCidrBlock: '10.8.1.0/24' }
    await ec2.send(new CreateRouteCommand({ ...to, GatewayId }))
    await refused(add('10.8.0.0/16'), 'InvalidVpc.Range')
    // Less than is behind the route is led there no more.
    await ec2.send(new DeleteRouteCommand(to))
    await add('10.8.0.0/16')
    const within = ec2.send(new CreateRouteCommand({ ...to, GatewayId }))
    await refused(within, 'InvalidParameterValue', /more specific/)
    const peer = await made('10.9.0.0/16')
    const { VpcPeeringConnection } = await ec2.send(
      new CreateVpcPeeringConnectionCommand({ VpcId: vpc, PeerVpcId: peer }),
    )
    const { VpcPeeringConnectionId = '' } = VpcPeeringConnection ?? {}
    await ec2.send(new AcceptVpcPeeringConnectionCommand({ VpcPeeringConnectionId }))
    await refused(add('10.9.0.0/17'), 'InvalidVpc.Range')
    const { VpcPeeringConnections = [] } = await ec2.send(
      new DescribeVpcPeeringConnectionsCommand({ VpcPeeringConnectionIds: [VpcPeeringConnectionId] }),
    )
    assert.deepEqual(VpcPeeringConnections[0]?.RequesterVpcInfo?.CidrBlockSet, [
      { CidrBlock: '172.31.0.0/16' },
      { CidrBlock: '10.8.0.0/16' },
    ])
    const overlapping = await ec2.send(
      new CreateVpcPeeringConnectionCommand({ VpcId: vpc, PeerVpcId: await made('10.8.1.0/24') }),
    )
    const { VpcPeeringConnectionId: failed = '' } = overlapping.VpcPeeringConnection ?? {}
    const { VpcPeeringConnections: [end] = [] } = await ec2.send(
      new DescribeVpcPeeringConnectionsCommand({ VpcPeeringConnectionIds: [failed] }),
    )
    assert.equal(end?.Status?.Code, 'failed')
  })

  it('do not matter to the tenancy, which can become shared and nothing else', async () => {
    const VpcId = await made('10.0.0.0/16', { InstanceTenancy: 'dedicated' })
    const modify = (InstanceTenancy: string) =>
      ec2.send(new ModifyVpcTenancyCommand({ VpcId, InstanceTenancy: InstanceTenancy as 'default' }))
    for (const other of ['dedicated', 'host']) {
      await refused(modify(other), 'UnsupportedTenancy', `The tenancy value ${other} is not supported.`)
    }
    assert.equal((await modify('default')).ReturnValue, true)
    assert.equal((await shown('vpc-id', VpcId))[0]?.InstanceTenancy, 'default')
  })
})
