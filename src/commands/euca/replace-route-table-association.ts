// SPDX-License-Identifier: BSD-2-Clause
import { option, positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'

export default ec2.command({
  summary: 'Have a VPC subnet use another route table',
  description: 'The association of a main route table is that of all subnets without one of their own.',
  options: {
    association: positional('RTBASSOC', { help: 'ID of the association to replace (required)' }),
    routeTable: option('-r', {
      metavar: 'RTABLE',
      required: true,
      help: 'ID of the route table to use from now on (required)',
    }),
  },
  call: (ec2, { association, routeTable }) =>
    ec2.replaceRouteTableAssociation({ AssociationId: association, RouteTableId: routeTable }),
  rows: ({ NewAssociationId }, { routeTable }) => [['ASSOCIATION', NewAssociationId, routeTable]],
})
