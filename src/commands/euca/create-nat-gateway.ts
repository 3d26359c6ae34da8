// SPDX-License-Identifier: BSD-2-Clause
import { option } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { natGatewayAvailable } from '../../install/network-goals'
import { natGatewayRows } from '../../rows/networks-routing'

export default ec2.command({
  summary: 'Create a new VPC NAT gateway',
  options: {
    subnet: option('-s --subnet-id', {
      metavar: 'SUBNET',
      required: true,
      help: 'ID of the subnet to create the NAT gateway in (required)',
    }),
    allocation: option('-a --allocation-id', {
      metavar: 'ALLOC',
      required: true,
      help: 'allocation ID of the elastic address to give the NAT gateway (required)',
    }),
    clientToken: option('--client-token', {
      metavar: 'TOKEN',
      help: 'token that makes the request one that may be sent again',
    }),
  },
  call: (ec2, { subnet, allocation, clientToken }) =>
    ec2.createNatGateway({ SubnetId: subnet, AllocationId: allocation, ClientToken: clientToken }),
  rows: ({ NatGateway }) => natGatewayRows(NatGateway && [NatGateway]),
  wait: { until: natGatewayAvailable, of: ({ NatGateway }) => [NatGateway?.NatGatewayId] },
})
