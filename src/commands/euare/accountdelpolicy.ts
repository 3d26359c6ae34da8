// SPDX-License-Identifier: BSD-2-Clause
import { account } from '../../cli/euare/names'
import { policyName } from '../../cli/euare/policy-documents'
import { accounts } from '../../cli/suites'

export default accounts.command({
  summary: '[Eucalyptus only] Remove a policy from an account',
  options: { ...account, ...policyName },
  call: (iam, { account, policyName }) =>
    iam.deleteAccountPolicy({ AccountName: account, PolicyName: policyName }),
})
