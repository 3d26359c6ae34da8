// SPDX-License-Identifier: BSD-2-Clause

import { instanceProfile } from '../../cli/euare/names'
import { option } from '../../cli/options'
import { euare } from '../../cli/suites'

const { profile, profileHabit } = instanceProfile

export default euare.command({
  summary: 'Remove a role from an instance profile',
  options: {
    profile,
    role: option('-r --role-name', { metavar: 'ROLE', required: true, help: 'role to remove (required)' }),
    profileHabit,
  },
  call: (iam, { profile, role }) =>
    iam.removeRoleFromInstanceProfile({ InstanceProfileName: profile, RoleName: role }),
})
