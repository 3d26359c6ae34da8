// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  AssignPrivateIpAddressesCommand,
  type AssignPrivateIpAddressesRequest,
  CreateNetworkInterfaceCommand,
  DescribeNetworkInterfacesCommand,
  type EC2Client,
  UnassignPrivateIpAddressesCommand,
} from '@aws-sdk/client-ec2'
import { type Cloud, cloud } from '../../../support/cloud'
import { refused } from '../expect'
import { homeOf } from './interfaces'

describe('secondary addresses', () => {
  let c: Cloud
  let ec2: EC2Client
  beforeEach(async () => {
    c = await cloud({ networking: 'vpc' })
    ec2 = c.ec2()
  })
  afterEach(() => c.close())

  const made = async (more: { SecondaryPrivateIpAddressCount?: number } = {}) => {
    const input = { SubnetId: homeOf(c).subnetId, ...more }
    const { NetworkInterface } = await ec2.send(new CreateNetworkInterfaceCommand(input))
    return NetworkInterface?.NetworkInterfaceId ?? ''
  }
  const ipsOf = async (id: string) => {
    const input = { NetworkInterfaceIds: [id] }
    const { NetworkInterfaces } = await ec2.send(new DescribeNetworkInterfacesCommand(input))
    return NetworkInterfaces?.[0]?.PrivateIpAddresses?.map(one => one.PrivateIpAddress)
  }
  const assign = (NetworkInterfaceId: string, more: Partial<AssignPrivateIpAddressesRequest>) =>
    ec2.send(new AssignPrivateIpAddressesCommand({ NetworkInterfaceId, ...more }))
  const unassign = (NetworkInterfaceId: string, ...PrivateIpAddresses: string[]) =>
    ec2.send(new UnassignPrivateIpAddressesCommand({ NetworkInterfaceId, PrivateIpAddresses }))

  it('are assigned and taken back', async () => {
    const id = await made()
    const { AssignedPrivateIpAddresses } = await assign(id, { SecondaryPrivateIpAddressCount: 2 })
    assert.deepEqual(
      AssignedPrivateIpAddresses?.map(one => one.PrivateIpAddress),
      ['172.31.0.5', '172.31.0.6'],
    )
    await assign(id, { PrivateIpAddresses: ['172.31.0.9', '172.31.0.5'] })
    assert.deepEqual(await ipsOf(id), ['172.31.0.4', '172.31.0.5', '172.31.0.6', '172.31.0.9'])
    await unassign(id, '172.31.0.5', '172.31.0.9')
    assert.deepEqual(await ipsOf(id), ['172.31.0.4', '172.31.0.6'])
    await refused(unassign(id, '172.31.0.4'), 'InvalidParameterValue', /primary/)
    await refused(unassign(id, '172.31.0.6', '172.31.0.5'), 'InvalidParameterValue', /: 172.31.0.5$/)
    await refused(unassign(id), 'MissingParameter')
    await refused(assign(id, {}), 'MissingParameter')
    await refused(assign(id, { SecondaryPrivateIpAddressCount: 0 }), 'InvalidParameterValue')
    await refused(assign(id, { SecondaryPrivateIpAddressCount: 31 }), 'PrivateIpAddressLimitExceeded')
    await refused(assign(id, { SecondaryPrivateIpAddressCount: 29 }), 'PrivateIpAddressLimitExceeded')
    await refused(
      assign(id, { SecondaryPrivateIpAddressCount: 1, PrivateIpAddresses: ['172.31.0.9'] }),
      'InvalidParameterCombination',
    )
    await refused(assign(id, { PrivateIpAddresses: ['10.0.0.1'] }), 'InvalidParameterValue')
  })

  it('move to other interfaces if that is asked for', async () => {
    const first = await made({ SecondaryPrivateIpAddressCount: 1 })
    const second = await made()
    const secondary = { PrivateIpAddresses: ['172.31.0.5'] }
    await refused(assign(second, secondary), 'InvalidParameterValue', /unless allowReassignment is set$/)
    await assign(second, { ...secondary, AllowReassignment: true })
    assert.deepEqual(await ipsOf(first), ['172.31.0.4'])
    assert.deepEqual(await ipsOf(second), ['172.31.0.6', '172.31.0.5'])
    const primary = { PrivateIpAddresses: ['172.31.0.4'], AllowReassignment: true }
    await refused(
      assign(second, primary),
      'InvalidParameterValue',
      /^\[172.31.0.4\] has already been assigned/,
    )
  })

  it('are single, and of interfaces that are the account’s to change', async () => {
    const id = await made()
    await refused(assign(id, { Ipv4PrefixCount: 1 }), 'UnsupportedOperation')
    const prefixes = new UnassignPrivateIpAddressesCommand({
      NetworkInterfaceId: id,
      Ipv4Prefixes: ['10.0.0.0/28'],
    })
    await refused(ec2.send(prefixes), 'UnsupportedOperation')
    c.engine.write(tx => tx.networkInterfaces.put({ ...tx.networkInterfaces.must(id), requester: 'nat' }))
    await refused(assign(id, { SecondaryPrivateIpAddressCount: 1 }), 'OperationNotPermitted')
  })

  it('are as many as there are free ones', async () => {
    const id = await made()
    c.engine.write(tx => {
      const one = tx.networkInterfaces.must(id)
      tx.subnets.put({ ...tx.subnets.must(one.subnetId), cidr: '172.31.0.0/28' })
    })
    await assign(id, { SecondaryPrivateIpAddressCount: 10 })
    await refused(assign(id, { SecondaryPrivateIpAddressCount: 1 }), 'InsufficientFreeAddressesInSubnet')
  })
})
