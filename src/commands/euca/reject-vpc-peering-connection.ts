// SPDX-License-Identifier: BSD-2-Clause
import { positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'

export default ec2.command({
  summary: 'Reject a request for a connection between two VPCs',
  options: {
    connection: positional('PEERCON', { help: 'ID of the VPC peering connection to reject (required)' }),
  },
  call: (ec2, { connection }) => ec2.rejectVpcPeeringConnection({ VpcPeeringConnectionId: connection }),
})
