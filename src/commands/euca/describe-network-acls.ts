// SPDX-License-Identifier: BSD-2-Clause
import { someOf } from '../../cli/ec2/given'
import { anyText } from '../../cli/filters'
import { positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { networkAclRows } from '../../rows/network-acls'

export default ec2.command({
  summary: 'Show information about network access control lists',
  options: { acl: positional('NACL', { nargs: '*', help: 'limit results to specific network ACLs' }) },
  filters: {
    ...anyText(
      'association.association-id',
      'association.network-acl-id',
      'association.subnet-id',
      'entry.cidr',
      'entry.protocol',
      'network-acl-id',
      'tag-key',
      'tag-value',
      'tag:',
      'vpc-id',
    ),
    default: { choices: ['true', 'false'] },
    'entry.egress': { choices: ['true', 'false'] },
    'entry.icmp.code': { type: 'int' },
    'entry.icmp.type': { type: 'int' },
    'entry.port-range.from': { type: 'int' },
    'entry.port-range.to': { type: 'int' },
    'entry.rule-action': { choices: ['allow', 'deny'] },
    'entry.rule-number': { type: 'int' },
  },
  call: (ec2, { acl, filters }) =>
    ec2.describeNetworkAcls({ NetworkAclIds: someOf(acl), Filters: someOf(filters) }),
  rows: ({ NetworkAcls }) => networkAclRows(NetworkAcls),
})
