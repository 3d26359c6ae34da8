// SPDX-License-Identifier: BSD-2-Clause
import { user } from '../../cli/euare/names'
import { euare } from '../../cli/suites'

export default euare.command({
  summary: "Take a user's password away",
  options: { ...user },
  call: (iam, { user }) => iam.deleteLoginProfile({ UserName: user }),
})
