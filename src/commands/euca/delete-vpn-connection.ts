// SPDX-License-Identifier: BSD-2-Clause
import { positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { vpnConnectionDeleted } from '../../install/network-goals'

export default ec2.command({
  summary: 'Delete a VPN connection',
  options: {
    connection: positional('VPNCONN', { help: 'ID of the VPN connection to delete (required)' }),
  },
  call: (ec2, { connection }) => ec2.deleteVpnConnection({ VpnConnectionId: connection }),
  wait: { until: vpnConnectionDeleted, of: (_, { connection }) => [connection] },
})
