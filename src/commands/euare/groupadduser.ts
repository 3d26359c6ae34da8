// SPDX-License-Identifier: BSD-2-Clause
import { group } from '../../cli/euare/names'
import { option } from '../../cli/options'
import { euare } from '../../cli/suites'

export default euare.command({
  summary: 'Add a user to a group',
  options: {
    ...group,
    userName: option('-u --user-name', {
      metavar: 'USERNAME',
      required: true,
      help: 'user to add (required)',
    }),
  },
  call: (iam, { group, userName }) => iam.addUserToGroup({ GroupName: group, UserName: userName }),
})
