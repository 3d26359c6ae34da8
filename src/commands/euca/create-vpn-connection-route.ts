// SPDX-License-Identifier: BSD-2-Clause
import { option } from '../../cli/options'
import { ec2 } from '../../cli/suites'

export default ec2.command({
  summary: 'Add a static route to a VPN connection',
  options: {
    connection: option('--vpn-connection', {
      metavar: 'VPNCONN',
      required: true,
      help: 'ID of the VPN connection to add the route to (required)',
    }),
    cidr: option('--cidr', {
      metavar: 'CIDR',
      required: true,
      help: 'block of addresses that the route leads to (required)',
    }),
  },
  call: (ec2, { connection, cidr }) =>
    ec2.createVpnConnectionRoute({ VpnConnectionId: connection, DestinationCidrBlock: cidr }),
})
