// SPDX-License-Identifier: BSD-2-Clause
import { role } from '../../cli/euare/names'
import { listedPolicies, listOptions } from '../../cli/euare/policy-documents'
import { euare } from '../../cli/suites'
import { documentLines } from '../../rows/policies'

export default euare.command({
  summary: 'List the policies of a role',
  options: { ...role, ...listOptions },
  call: (iam, args, context) =>
    listedPolicies(args, context, {
      list: page => iam.listRolePolicies({ RoleName: args.role, ...page }),
      read: PolicyName => iam.getRolePolicy({ RoleName: args.role, PolicyName }),
      lines: document => documentLines(document, args),
    }),
  // By now all pages have been read.
  rows: () => ['IsTruncated: false'],
})
