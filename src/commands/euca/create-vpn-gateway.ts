// SPDX-License-Identifier: BSD-2-Clause
import { option } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { vpnGatewayAvailable } from '../../install/network-goals'
import { vpnGatewayRows } from '../../rows/vpn'

export default ec2.command({
  summary: 'Create a virtual private gateway',
  options: {
    type: option('-t --type', {
      metavar: 'ipsec.1',
      choices: ['ipsec.1'],
      required: true,
      help: 'type of VPN connections that the gateway is for (required)',
    }),
  },
  call: (ec2, { type }) => ec2.createVpnGateway({ Type: type }),
  rows: ({ VpnGateway }) => vpnGatewayRows(VpnGateway && [VpnGateway]),
  wait: { until: vpnGatewayAvailable, of: ({ VpnGateway }) => [VpnGateway?.VpnGatewayId] },
})
