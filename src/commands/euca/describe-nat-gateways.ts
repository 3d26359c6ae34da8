// SPDX-License-Identifier: BSD-2-Clause
import { someOf } from '../../cli/ec2/given'
import { anyText } from '../../cli/filters'
import { positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { natGatewayRows } from '../../rows/networks-routing'

export default ec2.command({
  summary: 'Display information about VPC NAT gateways',
  options: {
    gateway: positional('NGATEWAY', { nargs: '*', help: 'limit results to specific NAT gateways' }),
  },
  filters: anyText('nat-gateway-id', 'state', 'subnet-id', 'vpc-id', 'tag:'),
  call: (ec2, { gateway, filters }) =>
    ec2.describeNatGateways({ NatGatewayIds: someOf(gateway), Filter: someOf(filters) }),
  rows: ({ NatGateways }) => natGatewayRows(NatGateways),
})
