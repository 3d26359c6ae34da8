// SPDX-License-Identifier: BSD-2-Clause
import { option } from '../../cli/options'
import { ec2 } from '../../cli/suites'

export default ec2.command({
  summary: 'Delete a static route of a VPN connection',
  options: {
    connection: option('--vpn-connection', {
      metavar: 'VPNCONN',
      required: true,
      help: 'ID of the VPN connection to delete the route from (required)',
    }),
    cidr: option('--cidr', {
      metavar: 'CIDR',
      required: true,
      help: 'block of addresses that the route leads to (required)',
    }),
  },
  call: (ec2, { connection, cidr }) =>
    ec2.deleteVpnConnectionRoute({ VpnConnectionId: connection, DestinationCidrBlock: cidr }),
})
