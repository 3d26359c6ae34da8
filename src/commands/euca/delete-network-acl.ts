// SPDX-License-Identifier: BSD-2-Clause
import { positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'

export default ec2.command({
  summary: 'Delete a network access control list',
  options: { acl: positional('ACL', { help: 'ID of the network ACL to delete (required)' }) },
  call: (ec2, { acl }) => ec2.deleteNetworkAcl({ NetworkAclId: acl }),
})
