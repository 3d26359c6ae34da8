// SPDX-License-Identifier: BSD-2-Clause
import { positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'

export default ec2.command({
  summary: 'Delete a VPC route table',
  options: { routeTable: positional('RTABLE', { help: 'ID of the route table to delete (required)' }) },
  call: (ec2, { routeTable }) => ec2.deleteRouteTable({ RouteTableId: routeTable }),
})
