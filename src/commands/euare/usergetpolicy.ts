// SPDX-License-Identifier: BSD-2-Clause
import { user } from '../../cli/euare/names'
import { policyName, prettyPrint } from '../../cli/euare/policy-documents'
import { euare } from '../../cli/suites'
import { documentLines } from '../../rows/policies'

export default euare.command({
  summary: 'Show what a policy of a user says',
  options: { ...user, ...policyName, ...prettyPrint },
  call: (iam, { user, policyName }) => iam.getUserPolicy({ UserName: user, PolicyName: policyName }),
  rows: ({ PolicyDocument }, args) => documentLines(PolicyDocument, args),
})
