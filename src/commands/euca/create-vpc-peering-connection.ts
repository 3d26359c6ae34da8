// SPDX-License-Identifier: BSD-2-Clause
import { option } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { peeringOffered } from '../../install/network-goals'
import { peeringRows } from '../../rows/peering-connections'

export default ec2.command({
  summary: 'Ask for a connection between two VPCs',
  description: 'The owner of the other VPC must accept it, with euca-accept-vpc-peering-connection.',
  options: {
    vpc: option('-c --vpc', { metavar: 'VPC', required: true, help: 'ID of your VPC (required)' }),
    peerVpc: option('-p --peer-vpc', {
      metavar: 'VPC',
      required: true,
      help: 'ID of the VPC to connect it with (required)',
    }),
    peerOwner: option('-o --peer-owner-id', {
      metavar: 'ACCOUNT',
      help: 'ID of the account that owns the other VPC (default: your own)',
    }),
  },
  call: (ec2, { vpc, peerVpc, peerOwner }) =>
    ec2.createVpcPeeringConnection({ VpcId: vpc, PeerVpcId: peerVpc, PeerOwnerId: peerOwner }),
  rows: ({ VpcPeeringConnection }) => peeringRows(VpcPeeringConnection && [VpcPeeringConnection]),
  wait: {
    until: peeringOffered,
    of: ({ VpcPeeringConnection }) => [VpcPeeringConnection?.VpcPeeringConnectionId],
  },
})
