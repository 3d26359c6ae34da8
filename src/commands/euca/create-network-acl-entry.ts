// SPDX-License-Identifier: BSD-2-Clause
import { aclEntryOf, aclEntryOptions } from '../../cli/ec2/acl-entry'
import { ec2 } from '../../cli/suites'
import { aclEntryRow } from '../../rows/network-acls'

export default ec2.command({
  summary: 'Add an entry to a network access control list',
  options: aclEntryOptions('add the entry to'),
  rules: args => void aclEntryOf(args),
  call: (ec2, args) => ec2.createNetworkAclEntry(aclEntryOf(args)),
  rows: (_, args) => [aclEntryRow(aclEntryOf(args))],
})
