// SPDX-License-Identifier: BSD-2-Clause
import { someOf } from '../../cli/ec2/given'
import { anyText } from '../../cli/filters'
import { positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { internetGatewayRows } from '../../rows/networks-routing'

export default ec2.command({
  summary: 'Display information about VPC Internet gateways',
  options: {
    gateway: positional('IGATEWAY', { nargs: '*', help: 'limit results to specific Internet gateways' }),
  },
  filters: anyText(
    'attachment.state',
    'attachment.vpc-id',
    'internet-gateway-id',
    'tag-key',
    'tag-value',
    'tag:',
  ),
  call: (ec2, { gateway, filters }) =>
    ec2.describeInternetGateways({ InternetGatewayIds: someOf(gateway), Filters: someOf(filters) }),
  rows: ({ InternetGateways }) => internetGatewayRows(InternetGateways),
})
