// SPDX-License-Identifier: BSD-2-Clause
import { aclEntryOf, aclEntryOptions } from '../../cli/ec2/acl-entry'
import { ec2 } from '../../cli/suites'
import { aclEntryRow } from '../../rows/network-acls'

export default ec2.command({
  summary: 'Replace an entry of a network access control list',
  options: aclEntryOptions('replace the entry of'),
  rules: args => void aclEntryOf(args),
  call: (ec2, args) => ec2.replaceNetworkAclEntry(aclEntryOf(args)),
  rows: (_, args) => [aclEntryRow(aclEntryOf(args))],
})
