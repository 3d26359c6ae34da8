// SPDX-License-Identifier: BSD-2-Clause
import { user } from '../../cli/euare/names'
import { flag } from '../../cli/options'
import { euare } from '../../cli/suites'
import { text } from '../../rows/cell'
import { plain } from '../../rows/plain'

export default euare.command({
  summary: 'Tell whether a user has a password',
  options: {
    ...user,
    verbose: flag('--verbose', { help: 'also show when it was made, and whether it must be changed' }),
  },
  call: (iam, { user }) => iam.getLoginProfile({ UserName: user }),
  rows: ({ LoginProfile }, { verbose }) => {
    const created = text(LoginProfile?.CreateDate)
    const mustChange = text(LoginProfile?.PasswordResetRequired)
    return [
      `Login Profile Exists for User ${plain(LoginProfile?.UserName)}`,
      ...(verbose && created ? [`Creation date: ${created}`] : []),
      ...(verbose && mustChange ? [`Must change password: ${mustChange}`] : []),
    ]
  },
})
