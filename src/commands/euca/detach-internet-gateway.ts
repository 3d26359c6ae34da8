// SPDX-License-Identifier: BSD-2-Clause
import { option, positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { gatewayDetached } from '../../install/network-goals'

export default ec2.command({
  summary: 'Detach an Internet gateway from a VPC',
  options: {
    gateway: positional('IGATEWAY', { help: 'ID of the Internet gateway to detach (required)' }),
    vpc: option('-c --vpc', {
      metavar: 'VPC',
      required: true,
      help: 'ID of the VPC to detach the Internet gateway from (required)',
    }),
  },
  call: (ec2, { gateway, vpc }) => ec2.detachInternetGateway({ InternetGatewayId: gateway, VpcId: vpc }),
  wait: { until: gatewayDetached, of: (_, { gateway }) => [gateway] },
})
