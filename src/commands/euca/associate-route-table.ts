// SPDX-License-Identifier: BSD-2-Clause
import { option, positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'

export default ec2.command({
  summary: 'Associate a VPC route table with a subnet',
  options: {
    routeTable: positional('RTABLE', { help: 'ID of the route table to associate (required)' }),
    subnet: option('-s --subnet', {
      metavar: 'SUBNET',
      required: true,
      help: 'ID of the subnet to associate the route table with (required)',
    }),
  },
  call: (ec2, { routeTable, subnet }) =>
    ec2.associateRouteTable({ RouteTableId: routeTable, SubnetId: subnet }),
  rows: ({ AssociationId }, { routeTable, subnet }) => [['ASSOCIATION', AssociationId, routeTable, subnet]],
})
