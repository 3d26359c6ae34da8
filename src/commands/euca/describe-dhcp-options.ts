// SPDX-License-Identifier: BSD-2-Clause
import { someOf } from '../../cli/ec2/given'
import { anyText } from '../../cli/filters'
import { positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { dhcpOptionsRows } from '../../rows/networks'

export default ec2.command({
  summary: 'Display information about sets of VPC DHCP options',
  options: {
    dhcpOptions: positional('DHCPOPTS', {
      nargs: '*',
      help: 'limit results to specific sets of DHCP options',
    }),
  },
  filters: anyText('dhcp-options-id', 'key', 'tag-key', 'tag-value', 'tag:', 'value'),
  call: (ec2, { dhcpOptions, filters }) =>
    ec2.describeDhcpOptions({ DhcpOptionsIds: someOf(dhcpOptions), Filters: someOf(filters) }),
  rows: ({ DhcpOptions }) => dhcpOptionsRows(DhcpOptions),
})
