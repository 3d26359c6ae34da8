// SPDX-License-Identifier: BSD-2-Clause
import { someOf } from '../../cli/ec2/given'
import { anyText } from '../../cli/filters'
import { positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { customerGatewayRows } from '../../rows/vpn'

export default ec2.command({
  summary: 'Show information about customer gateways',
  options: {
    gateway: positional('CGATEWAY', { nargs: '*', help: 'limit results to specific customer gateways' }),
  },
  filters: anyText(
    'bgp-asn',
    'customer-gateway-id',
    'ip-address',
    'state',
    'tag-key',
    'tag-value',
    'tag:',
    'type',
  ),
  call: (ec2, { gateway, filters }) =>
    ec2.describeCustomerGateways({ CustomerGatewayIds: someOf(gateway), Filters: someOf(filters) }),
  rows: ({ CustomerGateways }) => customerGatewayRows(CustomerGateways),
})
