// SPDX-License-Identifier: BSD-2-Clause
import type { InstanceNetworkInterface, NetworkInterface } from '@aws-sdk/client-ec2'
import { type Row, text } from './cell'
import { tagRows } from './tags'

type Interface = InstanceNetworkInterface &
  Pick<NetworkInterface, 'TagSet'> & { Attachment?: { InstanceId?: string } }

const attachmentRows = ({ Attachment: attachment }: Interface): Row[] =>
  attachment && Object.keys(attachment).length > 0
    ? [
        [
          'ATTACHMENT',
          attachment.InstanceId,
          attachment.AttachmentId,
          attachment.DeviceIndex,
          attachment.Status,
          text(attachment.AttachTime),
          text(attachment.DeleteOnTermination),
        ],
      ]
    : []

const associationRows = ({ Association: association, PrivateIpAddresses = [] }: Interface): Row[] => {
  if (!association || Object.keys(association).length === 0) return []
  const address = PrivateIpAddresses.find(({ Association }) => Association?.PublicIp === association.PublicIp)
  return [['ASSOCIATION', association.PublicIp, association.IpOwnerId, address?.PrivateIpAddress]]
}

/** The block of lines of one network interface, as an instance or a reply of its own has it. */
export const networkInterfaceRows = (nic: Interface): Row[] => [
  [
    'NETWORKINTERFACE',
    nic.NetworkInterfaceId,
    nic.SubnetId,
    nic.VpcId,
    nic.OwnerId,
    nic.Status,
    nic.PrivateIpAddress,
    nic.PrivateDnsName,
    text(nic.SourceDestCheck),
  ],
  ...attachmentRows(nic),
  ...associationRows(nic),
  ...(nic.Groups ?? []).map(({ GroupId, GroupName }): Row => ['GROUP', GroupId, GroupName]),
  ...(nic.PrivateIpAddresses ?? []).map(
    ({ PrivateIpAddress, PrivateDnsName, Primary }): Row => [
      'PRIVATEIPADDRESS',
      PrivateIpAddress,
      PrivateDnsName,
      Primary ? 'primary' : '',
    ],
  ),
  ...tagRows(nic.NetworkInterfaceId, nic.TagSet),
]
