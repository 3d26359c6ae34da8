// SPDX-License-Identifier: BSD-2-Clause
import { accountAlias } from '../../cli/euare/names'
import { euare } from '../../cli/suites'

export default euare.command({
  summary: 'Give your account an alias',
  options: { ...accountAlias },
  call: (iam, { alias }) => iam.createAccountAlias({ AccountAlias: alias }),
})
