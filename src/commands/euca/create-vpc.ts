// SPDX-License-Identifier: BSD-2-Clause
import { option, positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { vpcAvailable } from '../../install/network-goals'
import { vpcRows } from '../../rows/networks'

export default ec2.command({
  summary: 'Create a virtual private cloud',
  options: {
    cidr: positional('CIDR', { help: 'block of addresses of the new VPC (required)' }),
    tenancy: option('--tenancy', {
      choices: ['default', 'dedicated'],
      help: 'whether instances of the VPC may share hosts with those of others',
    }),
  },
  call: (ec2, { cidr, tenancy }) => ec2.createVpc({ CidrBlock: cidr, InstanceTenancy: tenancy }),
  rows: ({ Vpc }) => vpcRows(Vpc && [Vpc]),
  wait: { until: vpcAvailable, of: ({ Vpc }) => [Vpc?.VpcId] },
})
