// SPDX-License-Identifier: BSD-2-Clause
import { someOf } from '../../cli/ec2/given'
import { anyText } from '../../cli/filters'
import { positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { vpnGatewayRows } from '../../rows/vpn'

export default ec2.command({
  summary: 'Show information about virtual private gateways',
  options: {
    gateway: positional('VGATEWAY', {
      nargs: '*',
      help: 'limit results to specific virtual private gateways',
    }),
  },
  filters: anyText(
    'attachment.state',
    'attachment.vpc-id',
    'availability-zone',
    'tag-key',
    'tag-value',
    'tag:',
    'type',
    'vpn-gateway-id',
  ),
  call: (ec2, { gateway, filters }) =>
    ec2.describeVpnGateways({ VpnGatewayIds: someOf(gateway), Filters: someOf(filters) }),
  rows: ({ VpnGateways }) => vpnGatewayRows(VpnGateways),
})
