// SPDX-License-Identifier: BSD-2-Clause

import { routeTarget } from '../../cli/ec2/route-target'
import { option, positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'

export default ec2.command({
  summary: 'Add a route to a VPC route table',
  options: {
    routeTable: positional('RTABLE', { help: 'ID of the route table to add the route to (required)' }),
    cidr: option('-r --cidr', {
      metavar: 'CIDR',
      required: true,
      help: 'block of addresses that the route is for (required)',
    }),
    target: routeTarget,
  },
  call: (ec2, { routeTable, cidr, gateway, instance, networkInterface, peering }) =>
    ec2.createRoute({
      RouteTableId: routeTable,
      DestinationCidrBlock: cidr,
      ...(gateway?.startsWith('nat-') ? { NatGatewayId: gateway } : { GatewayId: gateway }),
      InstanceId: instance,
      NetworkInterfaceId: networkInterface,
      VpcPeeringConnectionId: peering,
    }),
  rows: (_, { cidr, gateway, instance, networkInterface, peering }) => [
    ['ROUTE', gateway ?? instance ?? networkInterface ?? peering, cidr],
  ],
})
