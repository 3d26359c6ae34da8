// SPDX-License-Identifier: BSD-2-Clause
import { role } from '../../cli/euare/names'
import { policyName } from '../../cli/euare/policy-documents'
import { euare } from '../../cli/suites'

export default euare.command({
  summary: 'Delete a policy of a role',
  options: { ...role, ...policyName },
  call: (iam, { role, policyName }) => iam.deleteRolePolicy({ RoleName: role, PolicyName: policyName }),
})
