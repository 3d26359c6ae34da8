// SPDX-License-Identifier: BSD-2-Clause
import { accountAlias } from '../../cli/euare/names'
import { euare } from '../../cli/suites'

export default euare.command({
  summary: "Take your account's alias away",
  options: { ...accountAlias },
  call: (iam, { alias }) => iam.deleteAccountAlias({ AccountAlias: alias }),
})
