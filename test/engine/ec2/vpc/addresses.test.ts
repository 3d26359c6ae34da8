// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  AllocateAddressCommand,
  type AllocateAddressRequest,
  AssignPrivateIpAddressesCommand,
  AssociateAddressCommand,
  type AssociateAddressRequest,
  AttachNetworkInterfaceCommand,
  CreateNetworkInterfaceCommand,
  DeleteNetworkInterfaceCommand,
  DescribeAddressesCommand,
  type DescribeAddressesRequest,
  DescribeNetworkInterfacesCommand,
  DescribeTagsCommand,
  DetachNetworkInterfaceCommand,
  DisassociateAddressCommand,
  type EC2Client,
  ReleaseAddressCommand,
  UnassignPrivateIpAddressesCommand,
} from '@aws-sdk/client-ec2'
import { addressOf } from '../../../../src/engine/ec2/address-pools'
import { type Cloud, cloud } from '../../../support/cloud'
import { refused } from '../expect'
import { haveInstance } from '../instance'
import { haveInstanceInVpc, homeOf } from './interfaces'

const instance = 'i-00000001'

describe('addresses of VPCs', () => {
  let c: Cloud
  let ec2: EC2Client
  beforeEach(async () => {
    c = await cloud({ networking: 'vpc' })
    ec2 = c.ec2()
  })
  afterEach(() => c.close())

  const allocate = async (input: AllocateAddressRequest = {}, client = ec2) => {
    const { AllocationId = '', PublicIp = '', Domain } = await client.send(new AllocateAddressCommand(input))
    return { AllocationId, PublicIp, Domain }
  }
  const associate = async (input: AssociateAddressRequest, client = ec2) =>
    (await client.send(new AssociateAddressCommand(input))).AssociationId ?? ''
  const disassociate = (input: { AssociationId?: string; PublicIp?: string }, client = ec2) =>
    client.send(new DisassociateAddressCommand(input))
  const release = (input: { AllocationId?: string; PublicIp?: string }, client = ec2) =>
    client.send(new ReleaseAddressCommand(input))
  const addresses = async (input: DescribeAddressesRequest = {}, client = ec2) =>
    (await client.send(new DescribeAddressesCommand(input))).Addresses ?? []
  const found = async (Name: string, ...Values: string[]) =>
    (await addresses({ Filters: [{ Name, Values }] })).map(one => one.PublicIp)
  const secondInterface = async () => {
    const input = { SubnetId: homeOf(c).subnetId }
    const { NetworkInterface } = await ec2.send(new CreateNetworkInterfaceCommand(input))
    return NetworkInterface?.NetworkInterfaceId ?? ''
  }
  const interfaceOf = async (id: string) => {
    const input = { NetworkInterfaceIds: [id] }
    return (await ec2.send(new DescribeNetworkInterfacesCommand(input))).NetworkInterfaces?.[0]
  }
  const reached = () => c.engine.read(tx => addressOf(tx, instance))
  const change = (id: string, about: object) =>
    c.engine.write(tx => tx.networkInterfaces.put({ ...tx.networkInterfaces.must(id), ...about }))

  it('are allocated, associated, taken back and released', async () => {
    const eni = haveInstanceInVpc(c, instance)
    const { AllocationId, PublicIp, Domain } = await allocate()
    assert.equal(Domain, 'vpc')
    assert.match(AllocationId, /^eipalloc-[0-9a-f]{8}$/)
    assert.deepEqual(await addresses(), [{ PublicIp, Domain, AllocationId, Tags: [] }])
    const AssociationId = await associate({ AllocationId, InstanceId: instance })
    assert.match(AssociationId, /^eipassoc-[0-9a-f]{8}$/)
    const whole = {
      ...{ PublicIp, Domain, AllocationId, AssociationId, InstanceId: instance, Tags: [] },
      NetworkInterfaceId: eni,
      NetworkInterfaceOwnerId: c.accountId,
      PrivateIpAddress: '172.31.0.4',
    }
    assert.deepEqual(await addresses(), [whole])
    assert.equal(reached(), PublicIp)
    const Association = {
      ...{ PublicIp, AllocationId, AssociationId, IpOwnerId: c.accountId },
      PublicDnsName: `euca-${PublicIp.replaceAll('.', '-')}.eucalyptus.localhost`,
    }
    const one = await interfaceOf(eni)
    assert.deepEqual(
      [one?.Association, one?.PrivateIpAddresses?.[0]?.Association],
      [Association, Association],
    )
    assert.equal(await associate({ PublicIp, InstanceId: instance }), AssociationId)
    await disassociate({ AssociationId })
    assert.deepEqual(await addresses(), [{ PublicIp, Domain, AllocationId, Tags: [] }])
    assert.equal(reached(), undefined)
    await release({ AllocationId })
    assert.deepEqual(await addresses(), [])
    await refused(
      release({ AllocationId }),
      'InvalidAllocationID.NotFound',
      `The allocation ID '${AllocationId}' does not exist`,
    )
  })

  it('are five in each domain', async () => {
    for (let count = 0; count < 5; count += 1) await allocate()
    await refused(allocate(), 'AddressLimitExceeded')
    assert.deepEqual((await allocate({ Domain: 'standard' })).Domain, 'standard')
    assert.deepEqual(
      [(await found('domain', 'vpc')).length, (await found('domain', 'standard')).length],
      [5, 1],
    )
    await refused(allocate({ Domain: 'x' as never }), 'InvalidParameterValue', /'vpc' or 'standard'/)
  })

  it('are tagged from the start, and forgotten with their tags', async () => {
    const Tags = [{ Key: 'Name', Value: 'front' }]
    const TagSpecifications = [{ ResourceType: 'elastic-ip' as const, Tags }]
    const { AllocationId, PublicIp } = await allocate({ TagSpecifications })
    assert.deepEqual((await addresses())[0]?.Tags, Tags)
    assert.deepEqual(await found('tag:Name', 'front'), [PublicIp])
    const { Tags: all } = await ec2.send(new DescribeTagsCommand({}))
    assert.deepEqual(all, [{ ResourceId: AllocationId, ResourceType: 'elastic-ip', ...Tags[0] }])
    await release({ AllocationId })
    assert.deepEqual((await ec2.send(new DescribeTagsCommand({}))).Tags, [])
    await refused(allocate({ Domain: 'standard', TagSpecifications }), 'UnsupportedOperation')
  })

  it('belong to one private address each, and follow their interface', async () => {
    haveInstanceInVpc(c, instance, { instanceType: 'm1.large', isPublic: true })
    const automatic = reached()
    const second = await secondInterface()
    await ec2.send(
      new AssignPrivateIpAddressesCommand({ NetworkInterfaceId: second, SecondaryPrivateIpAddressCount: 1 }),
    )
    const one = await allocate()
    const two = await allocate()
    await associate({ AllocationId: one.AllocationId, NetworkInterfaceId: second })
    await associate({
      AllocationId: two.AllocationId,
      NetworkInterfaceId: second,
      PrivateIpAddress: '172.31.0.6',
    })
    assert.deepEqual(await found('private-ip-address', '172.31.0.6'), [two.PublicIp])
    assert.deepEqual(await found('instance-id', instance), [])
    const { AttachmentId } = await ec2.send(
      new AttachNetworkInterfaceCommand({ NetworkInterfaceId: second, InstanceId: instance, DeviceIndex: 1 }),
    )
    assert.deepEqual((await found('instance-id', instance)).sort(), [one.PublicIp, two.PublicIp].sort())
    assert.equal(reached(), automatic)
    await refused(
      associate({ AllocationId: one.AllocationId, InstanceId: instance }),
      'InvalidInstanceID',
      /multiple interfaces/,
    )
    await ec2.send(new DetachNetworkInterfaceCommand({ AttachmentId }))
    assert.deepEqual(await found('instance-id', instance), [])
    const unassign = { NetworkInterfaceId: second, PrivateIpAddresses: ['172.31.0.6'] }
    await ec2.send(new UnassignPrivateIpAddressesCommand(unassign))
    assert.deepEqual(await found('network-interface-id', second), [one.PublicIp])
    await ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: second }))
    assert.deepEqual(await found('network-interface-owner-id', '*'), [])
    assert.equal((await addresses()).length, 2)
  })

  it('take the place of automatic ones as long as they are there', async () => {
    const eni = haveInstanceInVpc(c, instance, { isPublic: true })
    const automatic = reached()
    const { AllocationId, PublicIp } = await allocate()
    const AssociationId = await associate({ AllocationId, InstanceId: instance })
    assert.equal(reached(), PublicIp)
    assert.equal((await interfaceOf(eni))?.Association?.PublicIp, PublicIp)
    const domains = (await addresses({ PublicIps: ['verbose'] })).map(one => [one.PublicIp, one.Domain])
    assert.deepEqual(
      domains.sort(),
      [automatic, PublicIp].sort().map(ip => [ip, 'vpc']),
    )
    await disassociate({ AssociationId })
    assert.equal(reached(), automatic)
  })

  it('move unless it is forbidden', async () => {
    haveInstanceInVpc(c, instance)
    haveInstanceInVpc(c, 'i-00000002')
    const { AllocationId, PublicIp } = await allocate()
    const first = await associate({ AllocationId, InstanceId: instance })
    const forbidden = { AllowReassociation: false }
    await refused(
      associate({ AllocationId, InstanceId: 'i-00000002', ...forbidden }),
      'Resource.AlreadyAssociated',
      `resource ${AllocationId} is already associated with associate-id ${first}`,
    )
    const other = await allocate()
    await refused(
      associate({ AllocationId: other.AllocationId, InstanceId: instance, ...forbidden }),
      'Resource.AlreadyAssociated',
    )
    const moved = await associate({ AllocationId, InstanceId: 'i-00000002' })
    assert.notEqual(moved, first)
    assert.deepEqual(await found('association-id', moved), [PublicIp])
    await refused(disassociate({ AssociationId: first }), 'InvalidAssociationID.NotFound')
    await associate({ AllocationId: other.AllocationId, InstanceId: 'i-00000002', AllowReassociation: true })
    assert.deepEqual(await found('instance-id', 'i-00000002'), [other.PublicIp])
    assert.deepEqual(await found('association-id', '*'), [other.PublicIp])
  })

  it('are given only where that makes sense', async () => {
    const eni = haveInstanceInVpc(c, instance)
    const { AllocationId, PublicIp } = await allocate()
    const to = (more: AssociateAddressRequest) => associate({ AllocationId, ...more })
    await refused(to({}), 'MissingParameter')
    await refused(associate({ InstanceId: instance }), 'MissingParameter')
    await refused(to({ InstanceId: instance, NetworkInterfaceId: eni }), 'InvalidParameterCombination')
    await refused(to({ InstanceId: instance, PublicIp }), 'InvalidParameterCombination')
    await refused(
      to({ InstanceId: instance, PrivateIpAddress: '172.31.0.9' }),
      'InvalidParameterValue',
      /does not have this address/,
    )
    await refused(to({ NetworkInterfaceId: 'eni-00000009' }), 'InvalidNetworkInterfaceID.NotFound')
    await refused(to({ InstanceId: 'i-00000009' }), 'InvalidInstanceID.NotFound')
    haveInstance(c, { id: 'i-00000003', vpcId: 'vpc-00000000' })
    await refused(to({ InstanceId: 'i-00000003' }), 'InvalidInstanceID', /no interfaces/)
    const standard = await allocate({ Domain: 'standard' })
    await refused(
      associate({ PublicIp: standard.PublicIp, InstanceId: instance }),
      'InvalidParameterCombination',
      'You must specify an allocation id when mapping an address to a VPC instance',
    )
    c.engine.write(tx => {
      for (const gateway of tx.internetGateways.list()) tx.internetGateways.delete(gateway.id)
    })
    const { vpcId } = homeOf(c)
    await refused(
      to({ InstanceId: instance }),
      'Gateway.NotAttached',
      `Network ${vpcId} is not attached to any internet gateway`,
    )
    c.engine.write(tx => tx.instances.put({ ...tx.instances.must(instance), state: 'terminated' }))
    await refused(to({ InstanceId: instance }), 'InvalidInstanceID', /^The terminated instance/)
  })

  it('stay with stopped instances', async () => {
    haveInstanceInVpc(c, instance)
    c.engine.write(tx => tx.instances.put({ ...tx.instances.must(instance), state: 'stopped' }))
    const { AllocationId } = await allocate()
    assert.ok(await associate({ AllocationId, InstanceId: instance }))
  })

  it('are not released or moved under a service that works with them', async () => {
    const eni = await secondInterface()
    const { AllocationId, PublicIp } = await allocate()
    const AssociationId = await associate({ AllocationId, NetworkInterfaceId: eni })
    change(eni, { requester: 'nat' })
    await refused(disassociate({ AssociationId }), 'AuthFailure')
    await refused(release({ AllocationId }), 'InvalidIPAddress.InUse', `Address ${PublicIp} is in use.`)
    const other = await secondInterface()
    await refused(associate({ AllocationId, NetworkInterfaceId: other }), 'AuthFailure')
    await refused(
      associate({ AllocationId: (await allocate()).AllocationId, NetworkInterfaceId: eni }),
      'AuthFailure',
    )
  })

  it('are released in use from the default VPC alone', async () => {
    haveInstanceInVpc(c, instance)
    const { AllocationId, PublicIp } = await allocate()
    await associate({ AllocationId, InstanceId: instance })
    c.engine.write(tx => tx.vpcs.put({ ...tx.vpcs.must(homeOf(c).vpcId), isDefault: false }))
    await refused(release({ AllocationId }), 'InvalidIPAddress.InUse')
    await disassociate({ PublicIp })
    await release({ PublicIp })
    assert.deepEqual(await addresses(), [])
  })

  it('are released from the default VPC with what they were given to', async () => {
    haveInstanceInVpc(c, instance)
    const { AllocationId, PublicIp } = await allocate()
    await associate({ AllocationId, InstanceId: instance })
    await release({ PublicIp })
    assert.equal(reached(), undefined)
  })

  it('are their account’s, by whatever they are called', async () => {
    const { AllocationId, PublicIp } = await allocate({}, (await c.account('alice')).ec2())
    const bob = (await c.account('bob')).ec2()
    await refused(release({ AllocationId }, bob), 'InvalidAllocationID.NotFound')
    await refused(addresses({ AllocationIds: [AllocationId] }, bob), 'InvalidAllocationID.NotFound')
    await refused(addresses({ AllocationIds: ['eipalloc-1'] }, bob), 'InvalidAllocationId.Malformed')
    await refused(release({ PublicIp }, bob), 'AuthFailure')
    assert.deepEqual(await addresses({}, bob), [])
    const own = await allocate()
    const named = await addresses({ AllocationIds: [AllocationId], PublicIps: [own.PublicIp] })
    assert.deepEqual(named.map(one => one.PublicIp).sort(), [PublicIp, own.PublicIp].sort())
    haveInstanceInVpc(c, instance)
    await refused(associate({ AllocationId, InstanceId: instance }), 'AuthFailure')
  })
})
