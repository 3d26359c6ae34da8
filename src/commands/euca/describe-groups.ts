// SPDX-License-Identifier: BSD-2-Clause

import { someOf } from '../../cli/ec2/given'
import { groupReferences } from '../../cli/ec2/group-reference'
import { anyText } from '../../cli/filters'
import { positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { securityGroupRows } from '../../rows/security-groups'

export default ec2.command({
  summary: 'Show information about security groups',
  description:
    'Note that filters match on values inside of a group rather than a combination of them within one rule: two filters may be met by two rules.',
  options: { group: positional('GROUP', { nargs: '*', help: 'limit results to specific security groups' }) },
  filters: anyText(
    'description',
    'group-id',
    'group-name',
    'ip-permission.cidr',
    'ip-permission.from-port',
    'ip-permission.group-name',
    'ip-permission.group-id',
    'ip-permission.protocol',
    'ip-permission.to-port',
    'ip-permission.user-id',
    'owner-id',
    'tag-key',
    'tag-value',
    'tag:',
    'vpc-id',
  ),
  call: (ec2, { group, filters }) =>
    ec2.describeSecurityGroups({ ...groupReferences(group), Filters: someOf(filters) }),
  rows: ({ SecurityGroups }) => securityGroupRows(SecurityGroups),
})
