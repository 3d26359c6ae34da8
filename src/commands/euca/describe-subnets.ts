// SPDX-License-Identifier: BSD-2-Clause
import { someOf } from '../../cli/ec2/given'
import { anyText } from '../../cli/filters'
import { positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { subnetRows } from '../../rows/networks'

export default ec2.command({
  summary: 'Display information about VPC subnets',
  options: { subnet: positional('SUBNET', { nargs: '*', help: 'limit results to specific subnets' }) },
  filters: {
    ...anyText(
      'availability-zone',
      'available-ip-address-count',
      'cidr-block',
      'cidr',
      'cidrBlock',
      'state',
      'subnet-id',
      'tag-key',
      'tag-value',
      'tag:',
      'vpc-id',
    ),
    'default-for-az': { choices: ['true', 'false'] },
  },
  call: (ec2, { subnet, filters }) =>
    ec2.describeSubnets({ SubnetIds: someOf(subnet), Filters: someOf(filters) }),
  rows: ({ Subnets }) => subnetRows(Subnets),
})
