// SPDX-License-Identifier: BSD-2-Clause
import { user } from '../../cli/euare/names'
import { documentOptions, givenDocument, policyName } from '../../cli/euare/policy-documents'
import { euare } from '../../cli/suites'

export default euare.command({
  summary: 'Give a user a policy that is written already, or replace one',
  options: { ...user, ...policyName, ...documentOptions },
  call: async (iam, args, context) => {
    const PolicyDocument = await givenDocument(args, context)
    return iam.putUserPolicy({ UserName: args.user, PolicyName: args.policyName, PolicyDocument })
  },
})
