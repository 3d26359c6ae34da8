// SPDX-License-Identifier: BSD-2-Clause
import { role } from '../../cli/euare/names'
import { documentOptions, givenDocument, policyName } from '../../cli/euare/policy-documents'
import { euare } from '../../cli/suites'

export default euare.command({
  summary: 'Write a policy into a role',
  options: { ...role, ...policyName, ...documentOptions },
  call: async (iam, args, context) =>
    iam.putRolePolicy({
      RoleName: args.role,
      PolicyName: args.policyName,
      PolicyDocument: await givenDocument(args, context),
    }),
})
