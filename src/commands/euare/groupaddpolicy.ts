// SPDX-License-Identifier: BSD-2-Clause
import { group } from '../../cli/euare/names'
import { statedDocument, statementOptions } from '../../cli/euare/policy-documents'
import { euare } from '../../cli/suites'

export default euare.command({
  summary: 'Give a group a policy made of the options, or replace one',
  options: { ...group, ...statementOptions },
  call: async (iam, args, context) => {
    const PolicyDocument = statedDocument(args, context)
    await iam.putGroupPolicy({ GroupName: args.group, PolicyName: args.policyName, PolicyDocument })
    return { PolicyDocument }
  },
  rows: ({ PolicyDocument }, { output }) => (output ? [PolicyDocument] : []),
})
