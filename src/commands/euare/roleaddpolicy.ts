// SPDX-License-Identifier: BSD-2-Clause
import { role } from '../../cli/euare/names'
import { statedDocument, statementOptions } from '../../cli/euare/policy-documents'
import { append } from '../../cli/options'
import { euare } from '../../cli/suites'

export default euare.command({
  summary: 'Write a policy into a role, made of what it is to say',
  options: {
    ...role,
    ...statementOptions,
    // Elsewhere this is -r, which is the role's here.
    resource: append('-c --resource', {
      required: true,
      help: 'resource the policy is about; may be used more than once (required)',
    }),
  },
  call: async (iam, args, context) => {
    const document = statedDocument(args, context)
    await iam.putRolePolicy({ RoleName: args.role, PolicyName: args.policyName, PolicyDocument: document })
    return { PolicyDocument: document }
  },
  rows: ({ PolicyDocument }, { output }) => (output ? [PolicyDocument] : []),
})
