// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { CreateNetworkInterfaceCommand, DeleteNetworkInterfaceCommand } from '@aws-sdk/client-ec2'
import { takenIn } from '../../../../src/engine/ec2/vpc/subnet-addresses'
import { RunInstancesWithAddressing$ } from '../../../../src/schemas/extended-operations'
import { send } from '../command'
import { refused } from '../expect'
import { homeOf } from './interfaces'
import { type LaunchingCloud, launchingCloud } from './launching'

describe('instances that a VPC does not take', () => {
  let c: LaunchingCloud['c']
  let images: LaunchingCloud['images']
  let home: LaunchingCloud['home']
  let other: LaunchingCloud['other']
  let subnetIn: LaunchingCloud['subnetIn']
  let defaultSubnet: LaunchingCloud['defaultSubnet']
  let run: LaunchingCloud['run']
  let first: LaunchingCloud['first']
  let end: LaunchingCloud['end']
  let groupIn: LaunchingCloud['groupIn']
  let interfaceIn: LaunchingCloud['interfaceIn']
  before(async () => {
    ;({ c, images, home, other, subnetIn, defaultSubnet, run, first, end, groupIn, interfaceIn } =
      await launchingCloud())
  })
  after(() => c.close())

  it('are refused where subnets, zones, addresses and groups do not fit', async () => {
    const web = await groupIn(home, 'web')
    const there = await interfaceIn(other.id)
    const inside = { SubnetId: other.id }
    const nic = (more: object = {}) => ({ DeviceIndex: 0, ...inside, ...more })
    const far = subnetIn(other.vpcId, '10.1.9.0/24', 'PARTI00')
    const cases: [object, string][] = [
      [{ SubnetId: 'subnet-00000000' }, 'InvalidSubnetID.NotFound'],
      [{ SubnetId: 'other' }, 'InvalidSubnetId.Malformed'],
      [{ ...inside, Placement: { AvailabilityZone: 'PARTI00' } }, 'InvalidParameterValue'],
      [{ ...inside, PrivateIpAddress: '10.1.3.7' }, 'InvalidParameterValue'],
      [{ ...inside, PrivateIpAddress: '10.1.2.7', MaxCount: 2 }, 'InvalidParameterValue'],
      [{ ...inside, SecurityGroupIds: [web] }, 'InvalidGroup.NotFound'],
      [{ ...inside, SecurityGroups: ['web'] }, 'InvalidParameterCombination'],
      [{ SecurityGroups: ['nix'] }, 'InvalidGroup.NotFound'],
      [{ NetworkInterfaces: [nic()], SecurityGroupIds: [web] }, 'InvalidParameterCombination'],
      [{ NetworkInterfaces: [nic()], ...inside }, 'InvalidParameterCombination'],
      [{ NetworkInterfaces: [nic()], PrivateIpAddress: '10.1.2.7' }, 'InvalidParameterCombination'],
      [{ NetworkInterfaces: [nic({ DeviceIndex: 1 })] }, 'InvalidParameterCombination'],
      [{ NetworkInterfaces: [{ ...inside }] }, 'InvalidParameterValue'],
      [{ NetworkInterfaces: [nic(), nic()] }, 'InvalidParameterValue'],
      [{ NetworkInterfaces: [nic(), nic({ DeviceIndex: 32 })] }, 'InvalidParameterValue'],
      [
        { NetworkInterfaces: [nic({ AssociatePublicIpAddress: true }), nic({ DeviceIndex: 1 })] },
        'InvalidParameterCombination',
      ],
      [
        { NetworkInterfaces: [nic(), nic({ DeviceIndex: 1 }), nic({ DeviceIndex: 2 })] },
        'AttachmentLimitExceeded',
      ],
      [{ NetworkInterfaces: [nic(), { DeviceIndex: 1, SubnetId: far.id }] }, 'InvalidParameterValue'],
      [
        { NetworkInterfaces: [nic(), { DeviceIndex: 1, SubnetId: defaultSubnet('PARTI01') }] },
        'InvalidParameterValue',
      ],
      [{ NetworkInterfaces: [nic({ NetworkInterfaceId: there })] }, 'InvalidParameterCombination'],
      [
        { NetworkInterfaces: [{ DeviceIndex: 0, NetworkInterfaceId: there }], MaxCount: 2 },
        'InvalidParameterValue',
      ],
      [
        { NetworkInterfaces: [{ DeviceIndex: 0, NetworkInterfaceId: 'eni-00000000' }] },
        'InvalidNetworkInterfaceID.NotFound',
      ],
      [{ NetworkInterfaces: [nic({ Ipv6AddressCount: 1 })] }, 'UnsupportedOperation'],
      [
        { NetworkInterfaces: [0, 1].map(DeviceIndex => ({ DeviceIndex, NetworkInterfaceId: there })) },
        'InvalidParameterValue',
      ],
      [
        { NetworkInterfaces: [0, 1].map(DeviceIndex => nic({ DeviceIndex, PrivateIpAddress: '10.1.2.7' })) },
        'InvalidParameterValue',
      ],
    ]
    for (const [input, code] of cases) {
      await refused(run(input), code).catch(error => {
        throw new Error(`${JSON.stringify(input)}: ${error.message}`)
      })
    }
    c.engine.read(tx => {
      assert.equal(takenIn(tx, other.id).size, 1)
      assert.equal(tx.instances.list().filter(({ state }) => state === 'pending').length, 0)
    })
    const addressed = { ImageId: images.emi, MinCount: 1, MaxCount: 1, AddressingType: 'private' }
    await refused(
      send(c.ec2(), RunInstancesWithAddressing$, addressed),
      'InvalidParameterValue',
      'Addressing scheme not supported in EC2-VPC',
    )
    await c.ec2().send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: there }))
  })

  it('are as many as their subnet has addresses for', async () => {
    const small = subnetIn(other.vpcId, '10.1.3.0/28')
    await refused(
      run({ SubnetId: small.id, MinCount: 12, MaxCount: 12 }),
      'InsufficientFreeAddressesInSubnet',
    )
    const made = await run({ SubnetId: small.id, MinCount: 1, MaxCount: 12 })
    assert.equal(made.length, 11)
    await end(...made)
  })

  it('are as many as their account may have interfaces for', async () => {
    const id = await interfaceIn(other.id)
    const ids = Array.from({ length: 4998 }, (_, index) => `eni-${String(index).padStart(8, '0')}`)
    c.engine.write(tx => {
      const one = { ...tx.networkInterfaces.must(id), privateIps: [] }
      for (const id of ids) tx.networkInterfaces.put({ ...one, id })
    })
    await refused(run({ MinCount: 2, MaxCount: 2 }), 'NetworkInterfaceLimitExceeded')
    await end(await first())
    c.engine.write(tx => {
      for (const one of [id, ...ids]) tx.networkInterfaces.delete(one)
    })
  })

  it('are not run in another account’s subnet, nor without a default VPC', async () => {
    const alice = await c.account('alice')
    await refused(run({ SubnetId: other.id }, alice), 'UnauthorizedOperation')
    // Not even by an administrator of the cloud, who knows it.
    const { subnetId: SubnetId } = homeOf(c, alice)
    await refused(run({ SubnetId }), 'InvalidSubnetID.NotFound')
    const made = await alice.ec2().send(new CreateNetworkInterfaceCommand({ SubnetId }))
    const { NetworkInterfaceId } = made.NetworkInterface ?? {}
    const existing = run({ NetworkInterfaces: [{ DeviceIndex: 0, NetworkInterfaceId }] })
    await refused(existing, 'InvalidNetworkInterfaceID.NotFound')
    const bob = await c.account('bob')
    c.engine.write(tx => {
      for (const vpc of tx.vpcs.list()) if (vpc.account === bob.accountId) tx.vpcs.delete(vpc.id)
      for (const id of [images.emi, images.eki, images.eri]) {
        tx.images.put({ ...tx.images.must(id), isPublic: true })
      }
    })
    await refused(run({ SubnetId: other.id }, bob), 'InvalidSubnetID.NotFound')
    await refused(run({}, bob), 'VPCIdNotSpecified', 'Default VPC not found, please specify a subnet.')
  })
})
