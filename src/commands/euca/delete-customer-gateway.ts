// SPDX-License-Identifier: BSD-2-Clause
import { positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { customerGatewayDeleted } from '../../install/network-goals'

export default ec2.command({
  summary: 'Delete a customer gateway',
  options: { gateway: positional('CGATEWAY', { help: 'ID of the customer gateway to delete (required)' }) },
  call: (ec2, { gateway }) => ec2.deleteCustomerGateway({ CustomerGatewayId: gateway }),
  wait: { until: customerGatewayDeleted, of: (_, { gateway }) => [gateway] },
})
