// SPDX-License-Identifier: BSD-2-Clause
import type { DescribeNetworkInterfaceAttributeResult } from '@aws-sdk/client-ec2'
import { type Row, text } from './cell'

type Attributes = DescribeNetworkInterfaceAttributeResult

// The original looks the attachment's ID up by a name that no service uses, so that scripts find the field empty.
const attachmentRows = ({ Attachment: attachment }: Attributes): Row[] =>
  attachment && Object.keys(attachment).length > 0
    ? [
        [
          'ATTACHMENT',
          undefined,
          attachment.DeviceIndex,
          attachment.Status,
          text(attachment.AttachTime),
          text(attachment.DeleteOnTermination),
        ],
      ]
    : []

const rows = {
  description: ({ Description }: Attributes): Row[] => [['DESCRIPTION', Description?.Value]],
  sourceDestCheck: ({ SourceDestCheck }: Attributes): Row[] => [
    ['SOURCEDESTCHECK', text(SourceDestCheck?.Value)],
  ],
  groupSet: ({ Groups }: Attributes): Row[] =>
    (Groups ?? []).map(({ GroupId, GroupName }) => ['GROUP', GroupId, GroupName]),
  attachment: attachmentRows,
}

export const interfaceAttributeRows = (attributes: Attributes, attribute: keyof typeof rows): Row[] => [
  ['NETWORKINTERFACE', attributes.NetworkInterfaceId, attribute],
  ...rows[attribute](attributes),
]
