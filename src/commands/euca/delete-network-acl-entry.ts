// SPDX-License-Identifier: BSD-2-Clause
import { flag, option, positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'

export default ec2.command({
  summary: 'Delete an entry of a network access control list',
  options: {
    acl: positional('NACL', { help: 'ID of the network ACL to delete the entry from (required)' }),
    ruleNumber: option('-n --rule-number', {
      metavar: 'RULENUMBER',
      type: 'int',
      required: true,
      help: 'number of the entry to delete (required)',
    }),
    egress: flag('--egress', { help: 'delete an entry for outgoing traffic (default: incoming)' }),
  },
  call: (ec2, { acl, ruleNumber, egress }) =>
    ec2.deleteNetworkAclEntry({ NetworkAclId: acl, RuleNumber: ruleNumber, Egress: egress }),
})
