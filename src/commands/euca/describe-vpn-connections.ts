// SPDX-License-Identifier: BSD-2-Clause
import { someOf } from '../../cli/ec2/given'
import { vpnConfigurationOptions } from '../../cli/ec2/vpn-configuration'
import { anyText } from '../../cli/filters'
import { positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { configurationShow } from '../../install/vpn-configuration'
import { vpnConnectionRows } from '../../rows/vpn'

export default ec2.command({
  summary: 'Show information about VPN connections',
  options: {
    connection: positional('VPNCONN', { nargs: '*', help: 'limit results to specific VPN connections' }),
    ...vpnConfigurationOptions('none'),
  },
  filters: anyText(
    'bgp-asn',
    'customer-gateway-configuration',
    'customer-gateway-id',
    'state',
    'option.static-routes-only',
    'route.destination-cidr-block',
    'tag-key',
    'tag-value',
    'tag:',
    'type',
    'vpn-connection-id',
    'vpn-gateway-id',
  ),
  call: async (ec2, { connection, filters, ...shownAs }, context) => {
    const show = await configurationShow(context, shownAs, 'none')
    const result = await ec2.describeVpnConnections({
      VpnConnectionIds: someOf(connection),
      Filters: someOf(filters),
    })
    return { ...result, Shown: await show(result.VpnConnections ?? []) }
  },
  rows: ({ VpnConnections, Shown }) => vpnConnectionRows(VpnConnections, Shown),
})
