// SPDX-License-Identifier: BSD-2-Clause
import { option, positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { vpnGatewayDetached } from '../../install/network-goals'

export default ec2.command({
  summary: 'Detach a virtual private gateway from a VPC',
  options: {
    gateway: positional('VGATEWAY', { help: 'ID of the virtual private gateway to detach (required)' }),
    vpc: option('-c --vpc', {
      metavar: 'VPC',
      required: true,
      help: 'ID of the VPC to detach the gateway from (required)',
    }),
  },
  call: (ec2, { gateway, vpc }) => ec2.detachVpnGateway({ VpnGatewayId: gateway, VpcId: vpc }),
  wait: { until: vpnGatewayDetached, of: (_, { gateway }) => [gateway] },
})
