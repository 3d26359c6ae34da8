// SPDX-License-Identifier: BSD-2-Clause
// Network interfaces as EC2 shows them, by themselves and as a part of their instances.
import type {
  InstanceNetworkInterface,
  InstanceNetworkInterfaceAssociation,
  NetworkInterfaceAssociation,
  NetworkInterface as NetworkInterfaceView,
} from '@aws-sdk/client-ec2'
import type { Tx } from '../../operation'
import { tagIndex } from '../../tags'
import { dnsName } from '../dns-names'
import { namedVpcs } from '../instance-network-views'
import type { Address } from '../schema/network'
import type { NetworkInterface, NetworkInterfaceAttachment } from '../schema/vpc'
import { groupNames } from '../security-group-records'
import { addressesOn, publicOf } from './interface-addresses'
import { kinds } from './kinds'

/** Whose addresses are that the cloud gave, in AWS' words: programs tell them from elastic ones by it. */
const cloudsOwn = 'amazon'

export const ownerOfAddress = ({ kind, account }: Address): string =>
  kind === 'automatic' ? cloudsOwn : account

/** Something is attached to what it belongs to from its start. */
export const statusOf = ({ attachment, requester }: NetworkInterface): 'in-use' | 'available' =>
  (attachment && attachment.state !== 'detached') || requester !== undefined ? 'in-use' : 'available'

/** What it is for. */
export const typeOf = ({ requester }: NetworkInterface): 'interface' | 'natGateway' =>
  requester?.startsWith(`${kinds.natGateway.prefix}-`) ? 'natGateway' : 'interface'

/** What a VPC lets its interfaces be called, if anything: a look-up to be taken once. */
export const namesIn = (tx: Tx) => {
  const hasNames = namedVpcs(tx)
  return (vpcId: string, ip: string, domain: 'internal' | 'localhost'): string | undefined =>
    hasNames(vpcId) ? dnsName(ip, domain) : undefined
}

/** The name that an interface's private address has, if any. */
export const privateName = (tx: Tx, { vpcId, privateIps: [ip = ''] }: NetworkInterface): string | undefined =>
  namesIn(tx)(vpcId, ip, 'internal')

/** Makes what both views have, and the public addresses. Take it once for a list. */
const parts = (tx: Tx) => {
  const nameOf = namesIn(tx)
  const groupName = groupNames(tx)
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
        Groups: one.groupIds.map(id => ({ GroupId: id, GroupName: groupName(id) })),
        InterfaceType: typeOf(one),
      },
    }
  }
}

const attachmentView = (attachment: NetworkInterfaceAttachment) => ({
  AttachmentId: attachment.id,
  DeviceIndex: attachment.deviceIndex,
  Status: attachment.state,
  AttachTime: attachment.attachedAt,
  DeleteOnTermination: attachment.deleteOnTermination,
})

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
        ...attachmentView(one.attachment),
        InstanceId: one.attachment.instanceId,
        InstanceOwnerId: one.account,
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
      Attachment: one.attachment && attachmentView(one.attachment),
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
