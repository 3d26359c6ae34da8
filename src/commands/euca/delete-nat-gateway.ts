// SPDX-License-Identifier: BSD-2-Clause
import { positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { natGatewayDeleted } from '../../install/network-goals'
import { plain } from '../../rows/plain'

export default ec2.command({
  summary: 'Delete a VPC NAT gateway',
  options: { gateway: positional('NGATEWAY', { help: 'ID of the NAT gateway to delete (required)' }) },
  call: (ec2, { gateway }) => ec2.deleteNatGateway({ NatGatewayId: gateway }),
  rows: ({ NatGatewayId }) => [plain(NatGatewayId ?? '')],
  wait: { until: natGatewayDeleted, of: (_, { gateway }) => [gateway] },
})
