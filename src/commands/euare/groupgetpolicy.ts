// SPDX-License-Identifier: BSD-2-Clause
import { group } from '../../cli/euare/names'
import { policyName, prettyPrint } from '../../cli/euare/policy-documents'
import { euare } from '../../cli/suites'
import { documentLines } from '../../rows/policies'

export default euare.command({
  summary: 'Show what a policy of a group says',
  options: { ...group, ...policyName, ...prettyPrint },
  call: (iam, { group, policyName }) => iam.getGroupPolicy({ GroupName: group, PolicyName: policyName }),
  rows: ({ PolicyDocument }, args) => documentLines(PolicyDocument, args),
})
