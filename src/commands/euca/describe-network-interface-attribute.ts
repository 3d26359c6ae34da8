// SPDX-License-Identifier: BSD-2-Clause
import { oneOf, positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { interfaceAttributeRows } from '../../rows/interface-attributes'

export default ec2.command({
  summary: 'Show an attribute of a VPC network interface',
  options: {
    networkInterface: positional('INTERFACE', {
      help: 'ID of the network interface to show an attribute of (required)',
    }),
    attribute: oneOf(
      { required: true },
      {
        description: { flags: '-d --description', help: 'show the description of the interface' },
        sourceDestCheck: {
          flags: '--source-dest-check',
          help: 'show whether traffic that is neither from nor to the interface is dropped',
        },
        groupSet: { flags: '--group-set', help: 'show the security groups of the interface' },
        attachment: { flags: '-a --attachment', help: 'show what the interface is attached to' },
      },
    ),
  },
  call: (ec2, { networkInterface, attribute }) =>
    ec2.describeNetworkInterfaceAttribute({ NetworkInterfaceId: networkInterface, Attribute: attribute }),
  rows: (attributes, { attribute }) => interfaceAttributeRows(attributes, attribute),
})
