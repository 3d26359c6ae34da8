// SPDX-License-Identifier: BSD-2-Clause
import { option, positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'

export default ec2.command({
  summary: 'Associate a set of DHCP options with a VPC',
  options: {
    dhcpOptions: positional('DHCPOPTS', {
      help: 'ID of the DHCP options to associate, or "default" (required)',
    }),
    vpc: option('-c --vpc', {
      metavar: 'VPC',
      required: true,
      help: 'ID of the VPC to associate the options with (required)',
    }),
  },
  call: (ec2, { dhcpOptions, vpc }) => ec2.associateDhcpOptions({ DhcpOptionsId: dhcpOptions, VpcId: vpc }),
  rows: (_, { dhcpOptions, vpc }) => [['DHCPOPTIONS', dhcpOptions, vpc]],
})
