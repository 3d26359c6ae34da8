// SPDX-License-Identifier: BSD-2-Clause
import { positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'

export default ec2.command({
  summary: 'Delete a set of DHCP options',
  options: { dhcpOptions: positional('DHCPOPTS', { help: 'ID of the DHCP options to delete (required)' }) },
  call: (ec2, { dhcpOptions }) => ec2.deleteDhcpOptions({ DhcpOptionsId: dhcpOptions }),
})
