// SPDX-License-Identifier: BSD-2-Clause
import { option, positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'

export default ec2.command({
  summary: 'Delete a route from a VPC route table',
  options: {
    routeTable: positional('RTABLE', { help: 'ID of the route table to delete the route from (required)' }),
    cidr: option('-r --cidr', {
      metavar: 'DESTINATIONCIDRBLOCK',
      required: true,
      help: 'block of addresses that the route is for (required)',
    }),
  },
  call: (ec2, { routeTable, cidr }) =>
    ec2.deleteRoute({ RouteTableId: routeTable, DestinationCidrBlock: cidr }),
})
