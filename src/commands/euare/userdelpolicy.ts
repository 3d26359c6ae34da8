// SPDX-License-Identifier: BSD-2-Clause
import { user } from '../../cli/euare/names'
import { policyName } from '../../cli/euare/policy-documents'
import { euare } from '../../cli/suites'

export default euare.command({
  summary: 'Remove a policy from a user',
  options: { ...user, ...policyName },
  call: (iam, { user, policyName }) => iam.deleteUserPolicy({ UserName: user, PolicyName: policyName }),
})
