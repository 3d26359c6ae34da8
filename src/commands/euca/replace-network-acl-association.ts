// SPDX-License-Identifier: BSD-2-Clause
import { option, positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'

export default ec2.command({
  summary: 'Give a subnet another network access control list',
  options: {
    association: positional('ACLASSOC', {
      help: 'ID of the association between the subnet and the network ACL that it has (required)',
    }),
    acl: option('-a --network-acl', {
      metavar: 'ACL',
      required: true,
      help: 'ID of the network ACL to associate with the subnet (required)',
    }),
  },
  call: (ec2, { association, acl }) =>
    ec2.replaceNetworkAclAssociation({ AssociationId: association, NetworkAclId: acl }),
  rows: ({ NewAssociationId }, { acl }) => [['ASSOCIATION', NewAssociationId, acl]],
})
