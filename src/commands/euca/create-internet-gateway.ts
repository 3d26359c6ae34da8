// SPDX-License-Identifier: BSD-2-Clause
import { ec2 } from '../../cli/suites'
import { internetGatewayRows } from '../../rows/networks-routing'

export default ec2.command({
  summary: 'Create a new VPC Internet gateway',
  options: {},
  call: ec2 => ec2.createInternetGateway({}),
  rows: ({ InternetGateway }) => internetGatewayRows(InternetGateway && [InternetGateway]),
})
