// SPDX-License-Identifier: BSD-2-Clause
import { Leave } from '../../cli/errors'
import { user } from '../../cli/euare/names'
import { password, passwordRule } from '../../cli/euare/passwords'
import { euare } from '../../cli/suites'

export default euare.command({
  summary: "Change a user's password",
  options: { ...user, ...password },
  rules: passwordRule,
  call: async (iam, { user, password }, context) => {
    const { leftStatus, newPassword } = await import('../../install/prompt')
    const Password = password ?? (await newPassword(context))
    if (Password === undefined) throw new Leave('', '', leftStatus)
    return iam.updateLoginProfile({ UserName: user, Password })
  },
})
