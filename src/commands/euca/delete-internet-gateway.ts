// SPDX-License-Identifier: BSD-2-Clause
import { positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'

export default ec2.command({
  summary: 'Delete a VPC Internet gateway',
  options: { gateway: positional('IGATEWAY', { help: 'ID of the Internet gateway to delete (required)' }) },
  call: (ec2, { gateway }) => ec2.deleteInternetGateway({ InternetGatewayId: gateway }),
})
