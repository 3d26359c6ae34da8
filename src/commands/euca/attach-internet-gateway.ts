// SPDX-License-Identifier: BSD-2-Clause
import { option, positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { gatewayAttached } from '../../install/network-goals'

export default ec2.command({
  summary: 'Attach an Internet gateway to a VPC',
  options: {
    gateway: positional('IGATEWAY', { help: 'ID of the Internet gateway to attach (required)' }),
    vpc: option('-c --vpc', {
      metavar: 'VPC',
      required: true,
      help: 'ID of the VPC to attach the Internet gateway to (required)',
    }),
  },
  call: (ec2, { gateway, vpc }) => ec2.attachInternetGateway({ InternetGatewayId: gateway, VpcId: vpc }),
  wait: { until: gatewayAttached, of: (_, { gateway }) => [gateway] },
})
