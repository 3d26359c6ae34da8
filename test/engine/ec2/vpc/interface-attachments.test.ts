// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  AttachNetworkInterfaceCommand,
  type AttachNetworkInterfaceRequest,
  CreateNetworkInterfaceCommand,
  CreateSecurityGroupCommand,
  DescribeInstancesCommand,
  DescribeNetworkInterfaceAttributeCommand,
  DescribeNetworkInterfacesCommand,
  DetachNetworkInterfaceCommand,
  type EC2Client,
  ModifyNetworkInterfaceAttributeCommand,
  type ModifyNetworkInterfaceAttributeRequest,
  type NetworkInterfaceAttribute,
  ResetNetworkInterfaceAttributeCommand,
} from '@aws-sdk/client-ec2'
import { endInterfaces } from '../../../../src/engine/ec2/vpc/interface-records'
import { type Cloud, cloud } from '../../../support/cloud'
import { ask } from '../answer'
import { refused } from '../expect'
import { haveInstance } from '../instance'
import { haveInstanceInVpc, homeOf } from './interfaces'

const instance = 'i-00000001'

describe('an interface and its instance', () => {
  let c: Cloud
  let ec2: EC2Client
  let home: ReturnType<typeof homeOf>
  let primary: string
  let id: string
  beforeEach(async () => {
    c = await cloud({ networking: 'vpc' })
    ec2 = c.ec2()
    home = homeOf(c)
    primary = haveInstanceInVpc(c, instance, { instanceType: 'm1.large' })
    id = await made()
  })
  afterEach(() => c.close())

  const made = async (SubnetId = home.subnetId) => {
    const { NetworkInterface } = await ec2.send(new CreateNetworkInterfaceCommand({ SubnetId }))
    return NetworkInterface?.NetworkInterfaceId ?? ''
  }
  const attach = async (more: Partial<AttachNetworkInterfaceRequest> = {}) => {
    const input = { NetworkInterfaceId: id, InstanceId: instance, DeviceIndex: 1, ...more }
    return (await ec2.send(new AttachNetworkInterfaceCommand(input))).AttachmentId ?? ''
  }
  const detach = (AttachmentId: string) =>
    ec2.send(new DetachNetworkInterfaceCommand({ AttachmentId, Force: true }))
  const shown = async (one = id) => {
    const input = { NetworkInterfaceIds: [one] }
    return (await ec2.send(new DescribeNetworkInterfacesCommand(input))).NetworkInterfaces?.[0]
  }
  const attribute = async (Attribute: string | undefined, one = id) => {
    const input = { NetworkInterfaceId: one, Attribute: Attribute as NetworkInterfaceAttribute }
    const { $metadata: _, ...rest } = await ec2.send(new DescribeNetworkInterfaceAttributeCommand(input))
    return rest
  }
  const modify = (change: Partial<ModifyNetworkInterfaceAttributeRequest>, one = id) =>
    ec2.send(new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId: one, ...change }))

  it('are joined and parted', async () => {
    const AttachmentId = await attach()
    assert.match(AttachmentId, /^eni-attach-[0-9a-f]{8}$/)
    const one = await shown()
    assert.equal(one?.Status, 'in-use')
    const { AttachTime, ...attachment } = one?.Attachment ?? {}
    assert.ok(AttachTime)
    assert.deepEqual(attachment, {
      AttachmentId,
      InstanceId: instance,
      InstanceOwnerId: c.accountId,
      DeviceIndex: 1,
      Status: 'attached',
      DeleteOnTermination: false,
    })
    await detach(AttachmentId)
    assert.equal((await shown())?.Status, 'available')
    assert.equal((await shown())?.Attachment, undefined)
    await refused(detach(AttachmentId), 'InvalidAttachmentID.NotFound')
  })

  it('are parted for who waits for that, and for a minute', async () => {
    const asked = async (Name: string, value: string) => {
      const input = { Filters: [{ Name, Values: [value] }] }
      const { NetworkInterfaces = [] } = await ec2.send(new DescribeNetworkInterfacesCommand(input))
      return NetworkInterfaces.map(one => [one.NetworkInterfaceId, one.Status, one.Attachment?.Status])
    }
    const first = await attach()
    assert.deepEqual(await asked('attachment.attachment-id', first), [[id, 'in-use', 'attached']])
    await detach(first)
    assert.deepEqual(await asked('attachment.attachment-id', first), [[id, 'available', 'detached']])
    assert.deepEqual(await asked('attachment.status', 'detached'), [[id, 'available', 'detached']])
    assert.deepEqual(await asked('attachment.instance-id', instance), [[primary, 'in-use', 'attached']])
    assert.deepEqual(await asked('network-interface-id', id), [[id, 'available', undefined]])
    const second = await attach()
    assert.deepEqual(await asked('attachment.attachment-id', first), [])
    assert.deepEqual(await asked('attachment.status', 'detached'), [])
    await detach(second)
    await c.pass(59)
    assert.deepEqual(await asked('attachment.attachment-id', second), [[id, 'available', 'detached']])
    await c.pass(1)
    assert.deepEqual(await asked('attachment.attachment-id', second), [])
  })

  it('are not joined where it cannot be', async () => {
    await refused(
      attach({ DeviceIndex: 0 }),
      'InvalidParameterValue',
      `Instance '${instance}' already has an interface attached at device index '0'.`,
    )
    await refused(attach({ DeviceIndex: 32 }), 'InvalidParameterValue', "Invalid network device index '32'")
    await refused(attach({ InstanceId: 'i-00000009' }), 'InvalidInstanceID.NotFound')
    await refused(attach({ NetworkInterfaceId: 'eni-00000009' }), 'InvalidNetworkInterfaceID.NotFound')
    await refused(attach({ NetworkCardIndex: 1 }), 'InvalidParameterValue')
    await refused(attach({ EnaSrdSpecification: { EnaSrdEnabled: true } }), 'UnsupportedOperation')
    const elsewhere = await made(home.otherSubnetId)
    await refused(
      attach({ NetworkInterfaceId: elsewhere }),
      'InvalidParameterValue',
      'Network interface zone invalid for instance',
    )
    haveInstance(c, { id: 'i-00000002', vpcId: 'vpc-00000000' })
    await refused(
      attach({ InstanceId: 'i-00000002' }),
      'InvalidParameterValue',
      'Network interface vpc invalid for instance',
    )
    haveInstance(c, { id: 'i-00000003', vpcId: home.vpcId, state: 'pending' })
    await refused(
      attach({ InstanceId: 'i-00000003' }),
      'IncorrectState',
      "Instance 'i-00000003' is not 'running' or 'stopped'",
    )
    await attach()
    await refused(
      attach({ DeviceIndex: 2 }),
      'InvalidNetworkInterface.InUse',
      `Network interface ${id} is already attached to instance ${instance}`,
    )
    const managed = await made()
    c.engine.write(tx =>
      tx.networkInterfaces.put({ ...tx.networkInterfaces.must(managed), requester: 'nat' }),
    )
    await refused(attach({ NetworkInterfaceId: managed }), 'InvalidNetworkInterface.InUse')
  })

  it('are as many as the type of the instance has', async () => {
    await attach()
    await attach({ NetworkInterfaceId: await made(), DeviceIndex: 2 })
    await refused(
      attach({ NetworkInterfaceId: await made(), DeviceIndex: 3 }),
      'AttachmentLimitExceeded',
      'Interface count 4 exceeds the limit for m1.large',
    )
  })

  it('are not parted where it cannot be', async () => {
    const attachment = (await shown(primary))?.Attachment?.AttachmentId ?? ''
    await refused(detach(attachment), 'OperationNotPermitted', 'Primary network interface cannot be detached')
    await refused(detach('eni-attach-1'), 'InvalidNetworkInterfaceAttachmentId.Malformed')
    const alice = await c.account('alice')
    const second = await attach()
    await refused(
      alice.ec2().send(new DetachNetworkInterfaceCommand({ AttachmentId: second })),
      'InvalidAttachmentID.NotFound',
      `The attachment ID '${second}' does not exist`,
    )
    c.engine.write(tx => tx.instances.put({ ...tx.instances.must(instance), state: 'pending' }))
    await refused(detach(second), 'IncorrectState')
  })

  it('end together where that was said', async () => {
    await attach()
    c.engine.write(tx => endInterfaces(tx, instance))
    assert.equal((await shown())?.Status, 'available')
    await refused(shown(primary), 'InvalidNetworkInterfaceID.NotFound')
  })

  it('can be looked at attribute by attribute', async () => {
    const NetworkInterfaceId = id
    assert.deepEqual(await attribute('description'), { NetworkInterfaceId, Description: { Value: '' } })
    assert.deepEqual(await attribute('sourceDestCheck'), {
      NetworkInterfaceId,
      SourceDestCheck: { Value: true },
    })
    const Groups = [{ GroupId: home.groupId, GroupName: 'default' }]
    assert.deepEqual(await attribute('groupSet'), { NetworkInterfaceId, Groups })
    assert.deepEqual(await attribute('attachment'), { NetworkInterfaceId })
    assert.equal((await attribute('attachment', primary)).Attachment?.InstanceId, instance)
    await refused(attribute(undefined), 'MissingParameter')
    await refused(
      attribute('colour'),
      'InvalidParameterValue',
      'Value (colour) for parameter attribute is invalid. Unknown network interface attribute',
    )
    await refused(attribute('description', 'eni-00000009'), 'InvalidNetworkInterfaceID.NotFound')
  })

  it('can be changed attribute by attribute', async () => {
    await modify({ Description: { Value: 'eth1' } })
    await modify({ SourceDestCheck: { Value: false } })
    assert.deepEqual([(await shown())?.Description, (await shown())?.SourceDestCheck], ['eth1', false])
    const AttachmentId = await attach()
    await modify({ Attachment: { AttachmentId, DeleteOnTermination: true } })
    assert.equal((await shown())?.Attachment?.DeleteOnTermination, true)
    await refused(modify({}), 'MissingParameter', 'Missing attribute value')
    await refused(modify({ SourceDestCheck: {} }), 'MissingParameter')
    await refused(
      modify({ Description: { Value: 'x' }, SourceDestCheck: { Value: true } }),
      'InvalidParameterCombination',
    )
    await refused(modify({ Attachment: { AttachmentId } }), 'MissingParameter')
    await refused(modify({ Attachment: { DeleteOnTermination: true } }), 'MissingParameter')
    await refused(
      modify({ Attachment: { AttachmentId: 'eni-attach-00000000', DeleteOnTermination: true } }),
      'InvalidAttachmentID.NotFound',
    )
    await refused(
      modify({ Attachment: { AttachmentId, DeleteOnTermination: true } }, primary),
      'InvalidAttachmentID.NotFound',
    )
    await refused(modify({ Groups: ['sg-00000009'] }), 'InvalidGroup.NotFound')
    await refused(modify({ EnablePrimaryIpv6: true }), 'UnsupportedOperation')
    await refused(modify({ AssociatePublicIpAddress: true }), 'UnsupportedOperation')
  })

  it('have one set of groups where the interface is the primary one', async () => {
    const input = { GroupName: 'web', Description: 'web' }
    const { GroupId = '' } = await ec2.send(new CreateSecurityGroupCommand(input))
    const groupsOfInstance = async () => {
      const { Reservations } = await ec2.send(new DescribeInstancesCommand({}))
      return Reservations?.[0]?.Instances?.[0]?.SecurityGroups?.map(one => one.GroupId)
    }
    await modify({ Groups: [GroupId] })
    assert.deepEqual(await groupsOfInstance(), [home.groupId])
    await modify({ Groups: [GroupId] }, primary)
    assert.deepEqual(await groupsOfInstance(), [GroupId])
  })

  it('have their check of sources reset by the words of either cloud', async () => {
    await modify({ SourceDestCheck: { Value: false } })
    await ec2.send(
      new ResetNetworkInterfaceAttributeCommand({ NetworkInterfaceId: id, SourceDestCheck: 'true' }),
    )
    assert.equal((await shown())?.SourceDestCheck, true)
    await modify({ SourceDestCheck: { Value: false } })
    const reset = { Action: 'ResetNetworkInterfaceAttribute', NetworkInterfaceId: id }
    const { status } = await ask(c, { ...reset, Attribute: 'sourceDestCheck' })
    assert.deepEqual([status, (await shown())?.SourceDestCheck], [200, true])
    const { text } = await ask(c, { ...reset, Attribute: 'colour' })
    assert.match(text, /InvalidParameterValue/)
    await refused(
      ec2.send(new ResetNetworkInterfaceAttributeCommand({ NetworkInterfaceId: id })),
      'MissingParameter',
    )
    c.engine.write(tx => tx.networkInterfaces.put({ ...tx.networkInterfaces.must(id), requester: 'nat' }))
    await refused(modify({ SourceDestCheck: { Value: true } }), 'OperationNotPermitted')
  })
})
