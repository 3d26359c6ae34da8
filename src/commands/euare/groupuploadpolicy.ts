// SPDX-License-Identifier: BSD-2-Clause
import { group } from '../../cli/euare/names'
import { documentOptions, givenDocument, policyName } from '../../cli/euare/policy-documents'
import { euare } from '../../cli/suites'

export default euare.command({
  summary: 'Give a group a policy that is written already, or replace one',
  options: { ...group, ...policyName, ...documentOptions },
  call: async (iam, args, context) => {
    const PolicyDocument = await givenDocument(args, context)
    return iam.putGroupPolicy({ GroupName: args.group, PolicyName: args.policyName, PolicyDocument })
  },
})
