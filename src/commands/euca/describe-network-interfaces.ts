// SPDX-License-Identifier: BSD-2-Clause
import { someOf } from '../../cli/ec2/given'
import { anyText } from '../../cli/filters'
import { positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { networkInterfaceRows } from '../../rows/network-interfaces'

export default ec2.command({
  summary: 'Display information about VPC network interfaces',
  options: {
    networkInterface: positional('INTERFACE', {
      nargs: '*',
      help: 'limit results to specific network interfaces',
    }),
  },
  filters: anyText(
    'addresses.private-ip-addresses',
    'addresses.primary',
    'addresses.association.public-ip',
    'addresses.association.owner-id',
    'association.association-id',
    'association.allocation-id',
    'association.ip-owner-id',
    'association.public-ip',
    'association.public-dns-name',
    'attachment.attachment-id',
    'attachment.instance-id',
    'attachment.instance-owner-id',
    'attachment.device-index',
    'attachment.status',
    'attachment.attach.time',
    'attachment.delete-on-termination',
    'availability-zone',
    'description',
    'group-id',
    'group-name',
    'mac-address',
    'network-interface-id',
    'owner-id',
    'private-ip-address',
    'private-dns-name',
    'requester-id',
    'requester-managed',
    'source-dest-check',
    'status',
    'subnet-id',
    'tag-key',
    'tag-value',
    'tag:',
    'vpc-id',
  ),
  call: (ec2, { networkInterface, filters }) =>
    ec2.describeNetworkInterfaces({
      NetworkInterfaceIds: someOf(networkInterface),
      Filters: someOf(filters),
    }),
  rows: ({ NetworkInterfaces }) => (NetworkInterfaces ?? []).flatMap(networkInterfaceRows),
})
