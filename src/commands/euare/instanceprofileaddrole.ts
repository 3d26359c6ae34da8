// SPDX-License-Identifier: BSD-2-Clause

import { instanceProfile } from '../../cli/euare/names'
import { option } from '../../cli/options'
import { euare } from '../../cli/suites'

const { profile, profileHabit } = instanceProfile

export default euare.command({
  summary: 'Add a role to an instance profile',
  options: {
    profile,
    role: option('-r --role-name', { metavar: 'ROLENAME', required: true, help: 'role to add (required)' }),
    profileHabit,
  },
  call: (iam, { profile, role }) =>
    iam.addRoleToInstanceProfile({ InstanceProfileName: profile, RoleName: role }),
})
