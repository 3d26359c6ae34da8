// SPDX-License-Identifier: BSD-2-Clause
import { group } from '../../cli/euare/names'
import { policyName } from '../../cli/euare/policy-documents'
import { euare } from '../../cli/suites'

export default euare.command({
  summary: 'Remove a policy from a group',
  options: { ...group, ...policyName },
  call: (iam, { group, policyName }) => iam.deleteGroupPolicy({ GroupName: group, PolicyName: policyName }),
})
