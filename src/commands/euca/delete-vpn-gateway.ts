// SPDX-License-Identifier: BSD-2-Clause
import { positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { vpnGatewayDeleted } from '../../install/network-goals'

export default ec2.command({
  summary: 'Delete a virtual private gateway',
  options: {
    gateway: positional('VGATEWAY', { help: 'ID of the virtual private gateway to delete (required)' }),
  },
  call: (ec2, { gateway }) => ec2.deleteVpnGateway({ VpnGatewayId: gateway }),
  wait: { until: vpnGatewayDeleted, of: (_, { gateway }) => [gateway] },
})
