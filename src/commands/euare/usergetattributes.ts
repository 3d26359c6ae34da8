// SPDX-License-Identifier: BSD-2-Clause
import { userOrSelf } from '../../cli/euare/names'
import { constant } from '../../cli/options'
import { euare } from '../../cli/suites'
import { userLines } from '../../rows/users'

export default euare.command({
  summary: "Show a user's ARN and ID",
  options: {
    ...userOrSelf,
    showExtra: constant('--show-extra', 'true', {
      help:
        '[Eucalyptus only] also show when the user was created, whether the user is enabled and registered, and when ' +
        'the password expires',
    }),
  },
  call: (iam, { user, showExtra }) => iam.getUser({ UserName: user, ...(showExtra && { ShowExtra: true }) }),
  rows: ({ User }, { showExtra }) => userLines(User, { showExtra: showExtra !== undefined }),
})
