// SPDX-License-Identifier: BSD-2-Clause
import { someOf } from '../../cli/ec2/given'
import { anyText } from '../../cli/filters'
import { positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { peeringRows } from '../../rows/peering-connections'

export default ec2.command({
  summary: 'Show information about connections between VPCs',
  options: {
    connection: positional('PEERCONN', {
      nargs: '*',
      help: 'limit results to specific VPC peering connections',
    }),
  },
  filters: anyText(
    'accepter-vpc-info.cidr-block',
    'accepter-vpc-info.owner-id',
    'accepter-vpc-info.vpc-id',
    'expiration-time',
    'requester-vpc-info.cidr-block',
    'requester-vpc-info.owner-id',
    'requester-vpc-info.vpc-id',
    'status-code',
    'tag-key',
    'tag-value',
    'tag:',
    'vpc-peering-connection-id',
  ),
  call: (ec2, { connection, filters }) =>
    ec2.describeVpcPeeringConnections({
      VpcPeeringConnectionIds: someOf(connection),
      Filters: someOf(filters),
    }),
  rows: ({ VpcPeeringConnections }) => peeringRows(VpcPeeringConnections),
})
