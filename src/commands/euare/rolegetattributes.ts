// SPDX-License-Identifier: BSD-2-Clause
import { role } from '../../cli/euare/names'
import { euare } from '../../cli/suites'
import { roleLines } from '../../rows/roles'

export default euare.command({
  summary: "Show a role's ARN, ID and trust policy",
  options: { ...role },
  call: (iam, { role }) => iam.getRole({ RoleName: role }),
  rows: ({ Role }) => roleLines(Role),
})
