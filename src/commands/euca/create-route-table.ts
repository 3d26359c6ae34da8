// SPDX-License-Identifier: BSD-2-Clause
import { positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { routeTableRows } from '../../rows/networks-routing'

export default ec2.command({
  summary: 'Create a new VPC route table',
  options: { vpc: positional('VPC', { help: 'ID of the VPC to create the route table in (required)' }) },
  call: (ec2, { vpc }) => ec2.createRouteTable({ VpcId: vpc }),
  rows: ({ RouteTable }) => routeTableRows(RouteTable && [RouteTable]),
})
