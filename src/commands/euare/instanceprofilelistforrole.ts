// SPDX-License-Identifier: BSD-2-Clause
import { role } from '../../cli/euare/names'
import { everyPage } from '../../cli/euare/pages'
import { euare } from '../../cli/suites'
import { arnLines } from '../../rows/plain'

export default euare.command({
  summary: 'List the instance profiles that a role is in',
  options: { ...role },
  call: (iam, { role }, context) =>
    everyPage(
      context,
      page => iam.listInstanceProfilesForRole({ RoleName: role, ...page }),
      'InstanceProfiles',
      ({ InstanceProfiles }) => arnLines(InstanceProfiles),
    ),
})
