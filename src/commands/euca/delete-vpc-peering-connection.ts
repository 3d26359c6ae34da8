// SPDX-License-Identifier: BSD-2-Clause
import { positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { peeringDeleted } from '../../install/network-goals'

export default ec2.command({
  summary: 'Delete a connection between two VPCs',
  options: {
    connection: positional('PEERCON', { help: 'ID of the VPC peering connection to delete (required)' }),
  },
  call: (ec2, { connection }) => ec2.deleteVpcPeeringConnection({ VpcPeeringConnectionId: connection }),
  wait: { until: peeringDeleted, of: (_, { connection }) => [connection] },
})
