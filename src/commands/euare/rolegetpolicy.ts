// SPDX-License-Identifier: BSD-2-Clause
import { role } from '../../cli/euare/names'
import { policyName, prettyPrint } from '../../cli/euare/policy-documents'
import { euare } from '../../cli/suites'
import { documentLines } from '../../rows/policies'

export default euare.command({
  summary: 'Show a policy of a role',
  options: { ...role, ...policyName, ...prettyPrint },
  call: (iam, { role, policyName }) => iam.getRolePolicy({ RoleName: role, PolicyName: policyName }),
  rows: ({ PolicyDocument }, args) => documentLines(PolicyDocument, args),
})
