// SPDX-License-Identifier: BSD-2-Clause
import { account } from '../../cli/euare/names'
import { documentOptions, givenDocument, policyName } from '../../cli/euare/policy-documents'
import { accounts } from '../../cli/suites'

export default accounts.command({
  summary: '[Eucalyptus only] Give an account a policy that is written already, or replace one',
  options: { ...account, ...policyName, ...documentOptions },
  call: async (iam, args, context) => {
    const PolicyDocument = await givenDocument(args, context)
    return iam.putAccountPolicy({ AccountName: args.account, PolicyName: args.policyName, PolicyDocument })
  },
})
