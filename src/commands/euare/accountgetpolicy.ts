// SPDX-License-Identifier: BSD-2-Clause
import { account } from '../../cli/euare/names'
import { policyName, prettyPrint } from '../../cli/euare/policy-documents'
import { accounts } from '../../cli/suites'
import { documentLines } from '../../rows/policies'

export default accounts.command({
  summary: '[Eucalyptus only] Show what a policy of an account says',
  options: { ...account, ...policyName, ...prettyPrint },
  call: (iam, { account, policyName }) =>
    iam.getAccountPolicy({ AccountName: account, PolicyName: policyName }),
  rows: ({ PolicyDocument }, args) => documentLines(PolicyDocument, args),
})
