// SPDX-License-Identifier: BSD-2-Clause
import { dhcpOption } from '../../cli/ec2/dhcp-option'
import { positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { dhcpOptionsRows } from '../../rows/networks'

export default ec2.command({
  summary: 'Create a new set of VPC DHCP options',
  options: {
    option: positional('KEY=VALUE,[VALUE,...]', {
      nargs: '+',
      type: dhcpOption,
      help: 'options of the new set: domain-name-servers, domain-name, ntp-servers, netbios-name-servers, netbios-node-type (at least 1 required)',
    }),
  },
  call: (ec2, { option }) => ec2.createDhcpOptions({ DhcpConfigurations: [...option] }),
  rows: ({ DhcpOptions }) => dhcpOptionsRows(DhcpOptions && [DhcpOptions]),
})
