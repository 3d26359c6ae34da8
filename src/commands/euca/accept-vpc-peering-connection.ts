// SPDX-License-Identifier: BSD-2-Clause
import { positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { peeringActive } from '../../install/network-goals'
import { peeringRows } from '../../rows/peering-connections'

export default ec2.command({
  summary: 'Accept a request for a connection between two VPCs',
  options: {
    connection: positional('PEERCON', { help: 'ID of the VPC peering connection to accept (required)' }),
  },
  call: (ec2, { connection }) => ec2.acceptVpcPeeringConnection({ VpcPeeringConnectionId: connection }),
  rows: ({ VpcPeeringConnection }) => peeringRows(VpcPeeringConnection && [VpcPeeringConnection]),
  wait: { until: peeringActive, of: (_, { connection }) => [connection] },
})
