// SPDX-License-Identifier: BSD-2-Clause
// Network interfaces as EC2 shows them, by themselves and as a part of their instances.
import type {
  GroupIdentifier,
  InstanceNetworkInterface,
  InstanceNetworkInterfaceAssociation,
  NetworkInterfaceAssociation,
  NetworkInterface as NetworkInterfaceView,
} from '@aws-sdk/client-ec2'
import type { Tx } from '../../operation'
import { tagIndex } from '../../tags'
import { dnsName } from '../dns-names'
import type { Address } from '../schema/network'
import type { NetworkInterface } from '../schema/vpc'
import { groupById } from '../security-group-records'
import { addressesOn, publicOf } from './interface-addresses'
import { kinds } from './kinds'

/** Whose addresses are that the cloud gave, in AWS' words: programs tell them from elastic ones by it. */
const cloudsOwn = 'amazon'

export const ownerOfAddress = ({ kind, account }: Address): string =>
  kind === 'automatic' ? cloudsOwn : account

/** Something is attached to what it belongs to from its start. */
export const statusOf = ({ attachment, requester }: NetworkInterface): 'in-use' | 'available' =>
  attachment || requester !== undefined ? 'in-use' : 'available'

/** What it is for. */
export const typeOf = ({ requester }: NetworkInterface): 'interface' | 'natGateway' =>
  requester?.startsWith(`${kinds.natGateway.prefix}-`) ? 'natGateway' : 'interface'

/** What a VPC lets its interfaces be called, if anything. */
const namesIn = (tx: Tx) => {
  const known = new Map<string, boolean>()
  return (vpcId: string, ip: string, domain: 'internal' | 'localhost'): string | undefined => {
    const has = known.get(vpcId) ?? tx.vpcs.get(vpcId)?.dnsHostnames ?? false
    known.set(vpcId, has)
    return has ? dnsName(ip, domain) : undefined
  }
}

/** The name that an interface's private address has, if any. */
export const privateName = (tx: Tx, { vpcId, privateIps: [ip = ''] }: NetworkInterface): string | undefined =>
  namesIn(tx)(vpcId, ip, 'internal')

const groupNames = (tx: Tx) => {
  const known = new Map<string, string>()
  return (ids: readonly string[]): GroupIdentifier[] =>
    ids.map(id => {
      const name = known.get(id) ?? groupById(tx, id)?.name ?? id
      known.set(id, name)
      return { GroupId: id, GroupName: name }
    })
}

/** Makes what both views have, and the public addresses. Take it once for a list. */
const parts = (tx: Tx) => {
  const nameOf = namesIn(tx)
  const groupsOf = groupNames(tx)
  const addresses = addressesOn(tx)
  return (one: NetworkInterface) => {
    const { vpcId } = one
    const association = (ip: string): InstanceNetworkInterfaceAssociation | undefined => {
      const address = publicOf(addresses(one.id), ip)
      return (
        address && {
          PublicIp: address.ip,
          PublicDnsName: nameOf(vpcId, address.ip, 'localhost') ?? '',
          IpOwnerId: ownerOfAddress(address),
        }
      )
    }
    /** With the ids that elastic addresses have. */
    const fullAssociation = (ip: string): NetworkInterfaceAssociation | undefined => {
      const address = publicOf(addresses(one.id), ip)
      return (
        address && {
          ...association(ip),
          AllocationId: address.allocationId,
          AssociationId: address.associationId,
        }
      )
    }
    const [primary = ''] = one.privateIps
    return {
      primary,
      association,
      fullAssociation,
      name: (ip: string) => nameOf(vpcId, ip, 'internal'),
      shared: {
        NetworkInterfaceId: one.id,
        SubnetId: one.subnetId,
        VpcId: vpcId,
        Description: one.description,
        OwnerId: one.account,
        MacAddress: one.macAddress,
        PrivateIpAddress: primary,
        PrivateDnsName: nameOf(vpcId, primary, 'internal'),
        SourceDestCheck: one.sourceDestCheck,
        Groups: groupsOf(one.groupIds),
        InterfaceType: typeOf(one),
      },
    }
  }
}

/** An interface by itself. */
export const interfaceView = (tx: Tx): ((one: NetworkInterface) => NetworkInterfaceView) => {
  const partsOf = parts(tx)
  const tags = tagIndex(tx)
  return one => {
    const { shared, primary, fullAssociation, name } = partsOf(one)
    return {
      ...shared,
      AvailabilityZone: one.zone,
      RequesterId: one.requester,
      RequesterManaged: one.requester !== undefined,
      Status: statusOf(one),
      Attachment: one.attachment && {
        AttachmentId: one.attachment.id,
        InstanceId: one.attachment.instanceId,
        InstanceOwnerId: one.account,
        DeviceIndex: one.attachment.deviceIndex,
        Status: one.attachment.state,
        AttachTime: one.attachment.attachedAt,
        DeleteOnTermination: one.attachment.deleteOnTermination,
      },
      Association: fullAssociation(primary),
      PrivateIpAddresses: one.privateIps.map((ip, index) => ({
        PrivateIpAddress: ip,
        PrivateDnsName: name(ip),
        Primary: index === 0,
        Association: fullAssociation(ip),
      })),
      TagSet: [...tags(one.id)],
    }
  }
}

/** An interface as a part of its instance. */
export const instanceInterfaceView = (tx: Tx): ((one: NetworkInterface) => InstanceNetworkInterface) => {
  const partsOf = parts(tx)
  return one => {
    const { shared, primary, association, name } = partsOf(one)
    return {
      ...shared,
      Status: statusOf(one),
      Attachment: one.attachment && {
        AttachmentId: one.attachment.id,
        DeviceIndex: one.attachment.deviceIndex,
        Status: one.attachment.state,
        AttachTime: one.attachment.attachedAt,
        DeleteOnTermination: one.attachment.deleteOnTermination,
      },
      Association: association(primary),
      PrivateIpAddresses: one.privateIps.map((ip, index) => ({
        PrivateIpAddress: ip,
        PrivateDnsName: name(ip),
        Primary: index === 0,
        Association: association(ip),
      })),
    }
  }
}
