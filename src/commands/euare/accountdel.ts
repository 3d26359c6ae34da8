// SPDX-License-Identifier: BSD-2-Clause
import { account } from '../../cli/euare/names'
import { constant } from '../../cli/options'
import { accounts } from '../../cli/suites'

export default accounts.command({
  summary: '[Eucalyptus only] Delete an account',
  options: {
    ...account,
    recursive: constant('-r --recursive', 'true', {
      help: 'delete everything that belongs to the account as well',
    }),
  },
  call: (iam, { account, recursive }) =>
    iam.deleteAccount({ AccountName: account, ...(recursive && { Recursive: true }) }),
})
