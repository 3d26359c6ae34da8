// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  AllocateAddressCommand,
  type AllocateAddressRequest,
  AssociateAddressCommand,
  type AssociateAddressRequest,
  DescribeAddressesCommand,
  type DescribeAddressesRequest,
  DisassociateAddressCommand,
  type EC2Client,
  ReleaseAddressCommand,
} from '@aws-sdk/client-ec2'
import {
  addressIndex,
  addressOf,
  autoAddress,
  privateAddress,
  releaseInstanceAddresses,
} from '../../../src/engine/ec2/address-pools'
import { type Cloud, cloud } from '../../support/cloud'
import { refused } from './expect'
import { haveInstance } from './instance'

describe('addresses', () => {
  let c: Cloud
  let ec2: EC2Client
  beforeEach(async () => {
    c = await cloud()
    ec2 = c.ec2()
  })
  afterEach(() => c.close())

  const allocate = async (input: AllocateAddressRequest = {}, client = ec2) =>
    (await client.send(new AllocateAddressCommand(input))).PublicIp ?? ''
  const associate = (
    PublicIp: string,
    InstanceId: string,
    more: AssociateAddressRequest = {},
    client = ec2,
  ) => client.send(new AssociateAddressCommand({ PublicIp, InstanceId, ...more }))
  const disassociate = (PublicIp: string, client = ec2) =>
    client.send(new DisassociateAddressCommand({ PublicIp }))
  const release = (PublicIp: string, client = ec2) => client.send(new ReleaseAddressCommand({ PublicIp }))
  const addresses = async (input: DescribeAddressesRequest = {}, client = ec2) =>
    (await client.send(new DescribeAddressesCommand(input))).Addresses ?? []
  const ips = async (input: DescribeAddressesRequest = {}, client = ec2) =>
    (await addresses(input, client)).map(({ PublicIp }) => PublicIp)
  const reached = (id: string) => c.engine.read(tx => addressOf(tx, id))

  it('are allocated, described and released', async () => {
    const ip = await allocate()
    assert.match(ip, /^198\.18\.\d+\.\d+$/)
    assert.deepEqual(await addresses(), [{ PublicIp: ip, Domain: 'standard', InstanceId: '' }])
    await release(ip)
    assert.deepEqual(await addresses(), [])
    await refused(release(ip), 'InvalidAddress.NotFound', `Address '${ip}' not found.`)
  })

  it('are not given again at once', async () => {
    const first = await allocate()
    await release(first)
    assert.notEqual(await allocate(), first)
  })

  it('can be asked for by number when free', async () => {
    const ip = await allocate()
    await release(ip)
    assert.equal(await allocate({ Address: ip }), ip)
    await refused(allocate({ Address: ip }), 'InvalidAddress.NotFound')
    await refused(allocate({ Address: '8.8.8.8' }), 'InvalidAddress.NotFound')
  })

  it('are five an account at most', async () => {
    for (let count = 0; count < 5; count += 1) await allocate()
    await refused(allocate(), 'AddressLimitExceeded')
    assert.equal((await addresses()).length, 5)
    await allocate({}, (await c.account('alice')).ec2())
  })

  it('of a VPC are not to be had', async () => {
    const TagSpecifications = [{ ResourceType: 'elastic-ip' as const, Tags: [{ Key: 'Name', Value: 'web' }] }]
    await refused(allocate({ TagSpecifications }), 'UnsupportedOperation')
    await refused(allocate({ Domain: 'vpc' }), 'InvalidParameterValue')
    await refused(
      ec2.send(new ReleaseAddressCommand({ AllocationId: 'eipalloc-00000001' })),
      'InvalidAllocationID.NotFound',
    )
    await refused(
      ec2.send(new DisassociateAddressCommand({ AssociationId: 'eipassoc-00000001' })),
      'InvalidAssociationID.NotFound',
    )
  })

  it('take the automatic one’s place while they are associated', async () => {
    haveInstance(c, { id: 'i-00000001' })
    const automatic = c.engine.write(tx => autoAddress(tx, 'i-00000001', c.accountId))
    assert.equal(reached('i-00000001'), automatic)
    assert.deepEqual(await ips(), [])
    const ip = await allocate()
    await associate(ip, 'I-00000001')
    assert.equal(reached('i-00000001'), ip)
    assert.equal(
      c.engine.read(tx => addressIndex(tx)('i-00000001')),
      ip,
    )
    assert.deepEqual(await addresses(), [
      { PublicIp: ip, Domain: 'standard', InstanceId: 'i-00000001', PrivateIpAddress: '127.110.0.1' },
    ])
    await disassociate(ip)
    assert.equal(reached('i-00000001'), automatic)
    assert.equal(
      c.engine.read(tx => addressIndex(tx)('i-00000001')),
      automatic,
    )
  })

  it('move between instances, and an instance has one of them', async () => {
    haveInstance(c, { id: 'i-00000001' })
    haveInstance(c, { id: 'i-00000002' })
    const [one, two] = [await allocate(), await allocate()]
    await associate(one, 'i-00000001')
    await associate(one, 'i-00000002')
    assert.equal(reached('i-00000001'), undefined)
    assert.equal(reached('i-00000002'), one)
    await associate(two, 'i-00000002')
    assert.equal(reached('i-00000002'), two)
    assert.deepEqual(await ips({ Filters: [{ Name: 'instance-id', Values: ['i-*'] }] }), [two])
    await refused(associate(two, 'i-00000001', { AllowReassociation: false }), 'Resource.AlreadyAssociated')
    await associate(two, 'i-00000002', { AllowReassociation: false })
    assert.equal(reached('i-00000002'), two)
  })

  it('leave their instance when they are released, and stay when it ends', async () => {
    haveInstance(c, { id: 'i-00000001' })
    const ip = await allocate()
    await associate(ip, 'i-00000001')
    await release(ip)
    assert.equal(reached('i-00000001'), undefined)
    const other = await allocate()
    await associate(other, 'i-00000001')
    c.engine.write(tx => releaseInstanceAddresses(tx, 'i-00000001'))
    assert.equal(reached('i-00000001'), undefined)
    assert.deepEqual(await addresses(), [{ PublicIp: other, Domain: 'standard', InstanceId: '' }])
  })

  it('are not associated with instances that are not there, have ended, or are another’s', async () => {
    const ip = await allocate()
    const alice = await c.account('alice')
    haveInstance(c, { id: 'i-00000001', state: 'terminated' })
    haveInstance(c, { id: 'i-00000002' })
    await refused(
      associate(ip, 'i-0000000f'),
      'InvalidInstanceID.NotFound',
      "The instance ID 'i-0000000f' does not exist",
    )
    await refused(associate(ip, 'instance'), 'InvalidInstanceID.Malformed')
    await refused(associate(ip, 'i-00000001'), 'InvalidInstanceID')
    const hers = await allocate({}, alice.ec2())
    await refused(associate(hers, 'i-00000002', {}, alice.ec2()), 'InvalidInstanceID.NotFound')
    await refused(
      ec2.send(new AssociateAddressCommand({ PublicIp: ip, NetworkInterfaceId: 'eni-00000001' })),
      'InvalidNetworkInterfaceID.NotFound',
    )
    await refused(ec2.send(new AssociateAddressCommand({ PublicIp: ip })), 'MissingParameter')
    await refused(ec2.send(new AssociateAddressCommand({ InstanceId: 'i-00000002' })), 'MissingParameter')
  })

  it('of others are out of reach, and numbers that are no addresses are refused', async () => {
    const ip = await allocate()
    const alice = (await c.account('alice')).ec2()
    await refused(release(ip, alice), 'AuthFailure', `The address '${ip}' does not belong to you.`)
    await refused(disassociate(ip, alice), 'AuthFailure')
    await refused(ips({ PublicIps: [ip] }, alice), 'AuthFailure')
    assert.deepEqual(await ips({}, alice), [])
    await refused(release('198.18.0.999'), 'InvalidParameterValue')
    await refused(ips({ PublicIps: ['198.18.9.9'] }), 'InvalidAddress.NotFound')
    assert.deepEqual(await ips(), [ip])
  })

  it('that instances were given are not anybody’s to release, and administrators see them', async () => {
    haveInstance(c, { id: 'i-00000001' })
    const automatic = c.engine.write(tx => autoAddress(tx, 'i-00000001', c.accountId))
    await refused(release(automatic), 'InvalidAddress.NotFound')
    assert.deepEqual(await ips({ PublicIps: ['verbose'] }), [automatic])
    assert.deepEqual(await ips({ PublicIps: ['verbose'] }, (await c.account('alice')).ec2()), [])
  })

  it('inside the cloud are each instance’s own until it ends', () => {
    const [first, second] = c.engine.write(tx => [
      privateAddress(tx, 'i-00000001'),
      privateAddress(tx, 'i-00000002'),
    ])
    assert.match(first ?? '', /^127\.110\.\d+\.\d+$/)
    assert.notEqual(first, second)
    c.engine.write(tx => releaseInstanceAddresses(tx, 'i-00000001'))
    assert.deepEqual(
      c.engine.read(tx => tx.privateAddresses.list().map(({ ip }) => ip)),
      [second],
    )
  })

  it('run out', () => {
    c.engine.write(tx => {
      for (let count = 0; count < 16 * 254; count += 1) autoAddress(tx, `i-${count}`, c.accountId)
    })
    assert.throws(
      () => c.engine.write(tx => autoAddress(tx, 'i-last', c.accountId)),
      /Not enough available addresses/,
    )
  })
})
