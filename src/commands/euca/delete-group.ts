// SPDX-License-Identifier: BSD-2-Clause
import { positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { text } from '../../rows/cell'

export default ec2.command({
  summary: 'Delete a security group',
  options: { group: positional('GROUP', { help: 'name or ID of the security group to delete (required)' }) },
  call: (ec2, { group }) =>
    ec2.deleteSecurityGroup(group.startsWith('sg-') ? { GroupId: group } : { GroupName: group }),
  rows: ({ Return }) => [['RETURN', text(Return)]],
})
