// SPDX-License-Identifier: BSD-2-Clause
import { group } from '../../cli/euare/names'
import { append } from '../../cli/options'
import { euare } from '../../cli/suites'

const { group: groupName, groupHabit } = group

export default euare.command({
  summary: 'Remove users from a group',
  options: {
    group: groupName,
    users: append('-u --user-name', {
      metavar: 'USER',
      required: true,
      help: 'user to remove; may be used more than once (required)',
    }),
    groupHabit,
  },
  call: async (iam, { group, users }) => {
    for (const user of users) await iam.removeUserFromGroup({ GroupName: group, UserName: user })
  },
})
