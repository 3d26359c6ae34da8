// SPDX-License-Identifier: BSD-2-Clause
import { option } from '../../cli/options'
import { ec2 } from '../../cli/suites'

export default ec2.command({
  summary: 'Have a route table no longer take over the routes of a virtual private gateway',
  options: {
    table: option('--route-table', {
      metavar: 'RTABLE',
      required: true,
      help: 'ID of the route table (required)',
    }),
    gateway: option('--vgw', {
      metavar: 'VGATEWAY',
      required: true,
      help: 'ID of the virtual private gateway whose routes to no longer take over (required)',
    }),
  },
  call: (ec2, { table, gateway }) =>
    ec2.disableVgwRoutePropagation({ RouteTableId: table, GatewayId: gateway }),
})
