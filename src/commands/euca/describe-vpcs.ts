// SPDX-License-Identifier: BSD-2-Clause
import { someOf } from '../../cli/ec2/given'
import { anyText } from '../../cli/filters'
import { positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { vpcRows } from '../../rows/networks'

export default ec2.command({
  summary: 'Display information about VPCs',
  options: { vpc: positional('VPC', { nargs: '*', help: 'limit results to specific VPCs' }) },
  filters: anyText('cidr', 'dhcp-options-id', 'isDefault', 'state', 'tag-key', 'tag-value', 'tag:', 'vpc-id'),
  call: (ec2, { vpc, filters }) => ec2.describeVpcs({ VpcIds: someOf(vpc), Filters: someOf(filters) }),
  rows: ({ Vpcs }) => vpcRows(Vpcs),
})
