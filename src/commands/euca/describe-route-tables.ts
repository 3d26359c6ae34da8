// SPDX-License-Identifier: BSD-2-Clause
import { someOf } from '../../cli/ec2/given'
import { anyText } from '../../cli/filters'
import { positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { routeTableRows } from '../../rows/networks-routing'

export default ec2.command({
  summary: 'Display information about VPC route tables',
  options: {
    routeTable: positional('RTABLE', { nargs: '*', help: 'limit results to specific route tables' }),
  },
  filters: {
    ...anyText(
      'association.route-table-association-id',
      'association.route-table-id',
      'association.subnet-id',
      'route-table-id',
      'route.destination-cidr-block',
      'route.gateway-id',
      'route.instance-id',
      'route.nat-gateway-id',
      'route.vpc-peering-connection-id',
      'route.origin',
      'route.state',
      'tag-key',
      'tag-value',
      'tag:',
      'vpc-id',
    ),
    'association.main': { choices: ['true', 'false'] },
  },
  call: (ec2, { routeTable, filters }) =>
    ec2.describeRouteTables({ RouteTableIds: someOf(routeTable), Filters: someOf(filters) }),
  rows: ({ RouteTables }) => routeTableRows(RouteTables),
})
