// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  AllocateAddressCommand,
  CreateNatGatewayCommand,
  type CreateNatGatewayRequest,
  DeleteNatGatewayCommand,
  DeleteSubnetCommand,
  DescribeAddressesCommand,
  DescribeNatGatewaysCommand,
  DescribeNetworkInterfacesCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2'
import { type Cloud, cloud } from '../../../support/cloud'
import { refused } from '../expect'
import { homeOf } from './interfaces'

describe('NAT gateways', () => {
  let c: Cloud
  let ec2: EC2Client
  let home: ReturnType<typeof homeOf>
  let AllocationId: string
  beforeEach(async () => {
    c = await cloud({ networking: 'vpc' })
    ec2 = c.ec2()
    home = homeOf(c)
    AllocationId = (await ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }))).AllocationId ?? ''
  })
  afterEach(() => c.close())

  const create = async (input: Partial<CreateNatGatewayRequest> = {}) => {
    const wanted = { SubnetId: home.subnetId, AllocationId, ...input }
    return (await ec2.send(new CreateNatGatewayCommand(wanted))).NatGateway ?? {}
  }
  const shown = async (Name = 'vpc-id', Value = home.vpcId) =>
    (await ec2.send(new DescribeNatGatewaysCommand({ Filter: [{ Name, Values: [Value] }] }))).NatGateways ??
    []
  const remove = (NatGatewayId: string | undefined) => ec2.send(new DeleteNatGatewayCommand({ NatGatewayId }))
  const interfaces = async () =>
    (await ec2.send(new DescribeNetworkInterfacesCommand({}))).NetworkInterfaces ?? []
  /** What it tells when it has failed. */
  const failure = async () => {
    await c.pass(5)
    const [gateway] = await shown()
    return [gateway?.State, gateway?.FailureCode, gateway?.FailureMessage]
  }

  it('open with an interface of the subnet and the elastic address', async () => {
    const pending = await create({
      TagSpecifications: [{ ResourceType: 'natgateway', Tags: [{ Key: 'Name', Value: 'out' }] }],
    })
    assert.deepEqual(pending, {
      NatGatewayId: pending.NatGatewayId,
      State: 'pending',
      SubnetId: home.subnetId,
      VpcId: home.vpcId,
      ConnectivityType: 'public',
      CreateTime: new Date('2014-02-16T12:13:16Z'),
      NatGatewayAddresses: [{ AllocationId, IsPrimary: true }],
      Tags: [{ Key: 'Name', Value: 'out' }],
    })
    assert.deepEqual(await interfaces(), [])
    await c.pass(5)
    const [gateway] = await shown('tag:Name', 'out')
    const [own] = await interfaces()
    assert.equal(gateway?.State, 'available')
    assert.deepEqual(gateway?.NatGatewayAddresses, [
      {
        AllocationId,
        NetworkInterfaceId: own?.NetworkInterfaceId,
        PublicIp: '198.18.0.1',
        PrivateIp: '172.31.0.4',
        AssociationId: own?.Association?.AssociationId,
        IsPrimary: true,
      },
    ])
    assert.match(own?.Association?.AssociationId ?? '', /^eipassoc-/)
    assert.equal(own?.Description, `Interface for NAT Gateway ${pending.NatGatewayId}`)
    assert.equal(own?.RequesterManaged, true)
  })

  it('close, give back what they had, and are listed for an hour', async () => {
    const { NatGatewayId } = await create()
    await c.pass(5)
    await remove(NatGatewayId)
    assert.equal((await shown())[0]?.State, 'deleting')
    await remove(NatGatewayId)
    await c.pass(5)
    assert.deepEqual(await interfaces(), [])
    const { Addresses } = await ec2.send(new DescribeAddressesCommand({ AllocationIds: [AllocationId] }))
    assert.equal(Addresses?.[0]?.AssociationId, undefined)
    await refused(remove(NatGatewayId), 'NatGatewayNotFound')
    await c.pass(3599)
    assert.equal((await shown())[0]?.State, 'deleted')
    await c.pass(1)
    assert.deepEqual(await shown(), [])
  })

  it('keep their subnet from before they open', async () => {
    await create()
    const take = ec2.send(new DeleteSubnetCommand({ SubnetId: home.subnetId }))
    await refused(take, 'DependencyViolation')
  })

  it('that are deleted before they open never do', async () => {
    await remove((await create()).NatGatewayId)
    await c.pass(5)
    assert.equal((await shown())[0]?.State, 'deleted')
    assert.deepEqual(await interfaces(), [])
  })

  it('fail when their address is taken', async () => {
    await create()
    await c.pass(5)
    const { NatGatewayId } = await create()
    await c.pass(5)
    const [failed] = await shown('state', 'failed')
    assert.equal(failed?.FailureCode, 'Resource.AlreadyAssociated')
    assert.equal(failed?.FailureMessage, `Elastic IP address ${AllocationId} is already associated`)
    await c.pass(3600)
    assert.deepEqual(
      (await shown()).map(({ State }) => State),
      ['available'],
    )
    await refused(remove(NatGatewayId), 'NatGatewayNotFound')
  })

  it('fail when their address is gone', async () => {
    await create()
    c.engine.write(tx => void tx.addresses.delete('198.18.0.1'))
    const message = `Elastic IP address ${AllocationId} could not be associated with this NAT gateway`
    assert.deepEqual(await failure(), ['failed', 'InvalidAllocationID.NotFound', message])
    const [{ NatGatewayId } = {}] = await shown()
    await remove(NatGatewayId)
    assert.equal((await shown())[0]?.State, 'deleted')
  })

  it('fail without a way to the internet', async () => {
    c.engine.write(tx => {
      for (const { id } of tx.internetGateways.list()) tx.internetGateways.delete(id)
    })
    await create()
    const message = `Network ${home.vpcId} has no Internet gateway attached`
    assert.deepEqual(await failure(), ['failed', 'Gateway.NotAttached', message])
  })

  it('fail in a subnet that is full or gone', async () => {
    await create()
    c.engine.write(tx => {
      const subnet = tx.subnets.must(home.subnetId)
      // Nothing is left of a block of eight but what nobody has.
      const block = { ...subnet, id: 'subnet-00000001', cidr: '172.31.0.0/29' }
      tx.subnets.put(block)
      const [gateway] = tx.natGateways.list()
      if (gateway) tx.natGateways.put({ ...gateway, subnetId: 'subnet-00000001' })
      tx.networkInterfaces.put({
        ...{ id: 'eni-00000001', account: c.accountId, createdAt: tx.now, vpcId: home.vpcId },
        ...{ subnetId: 'subnet-00000001', zone: 'PARTI00', description: '', macAddress: '' },
        ...{ sourceDestCheck: true, groupIds: [] },
        privateIps: ['172.31.0.4', '172.31.0.5', '172.31.0.6'],
      })
    })
    const message = 'Subnet has insufficient free addresses to create this NAT gateway'
    assert.deepEqual(await failure(), ['failed', 'InsufficientFreeAddressesInSubnet', message])
    c.engine.write(tx => {
      for (const { id } of tx.natGateways.list()) tx.natGateways.delete(id)
    })
    await create()
    c.engine.write(tx => void tx.subnets.delete(home.subnetId))
    assert.equal((await failure())[1], 'InvalidSubnetID.NotFound')
  })

  it('are five at most, in a zone', async () => {
    for (let made = 0; made < 5; made += 1) await create()
    await refused(create(), 'NatGatewayLimitExceeded')
    await create({ SubnetId: home.otherSubnetId })
  })

  it('are refused with what there is none of, and made once by a token', async () => {
    await refused(create({ ConnectivityType: 'private' }), 'UnsupportedOperation')
    await refused(create({ PrivateIpAddress: '172.31.0.9' }), 'UnsupportedOperation')
    await refused(create({ SubnetId: undefined }), 'MissingParameter')
    await refused(create({ AllocationId: undefined }), 'MissingParameter')
    await refused(create({ AllocationId: 'address' }), 'InvalidAllocationId.Malformed')
    const one = await create({ ClientToken: 'once' })
    assert.equal((await create({ ClientToken: 'once' })).NatGatewayId, one.NatGatewayId)
    assert.equal((await shown()).length, 1)
    await refused(
      create({ ClientToken: 'once', SubnetId: home.otherSubnetId }),
      'IdempotentParameterMismatch',
    )
    await refused(shown('colour', 'green'), 'InvalidParameterValue')
  })
})
