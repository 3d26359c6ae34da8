// SPDX-License-Identifier: BSD-2-Clause
import { option, positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { vpnGatewayAttached } from '../../install/network-goals'
import { vpnAttachmentRow } from '../../rows/vpn'

export default ec2.command({
  summary: 'Attach a virtual private gateway to a VPC',
  options: {
    gateway: positional('VGATEWAY', { help: 'ID of the virtual private gateway to attach (required)' }),
    vpc: option('-c --vpc', {
      metavar: 'VPC',
      required: true,
      help: 'ID of the VPC to attach the gateway to (required)',
    }),
  },
  call: (ec2, { gateway, vpc }) => ec2.attachVpnGateway({ VpnGatewayId: gateway, VpcId: vpc }),
  rows: ({ VpcAttachment }) => [vpnAttachmentRow(VpcAttachment)],
  wait: { until: vpnGatewayAttached, of: (_, { gateway }) => [gateway] },
})
