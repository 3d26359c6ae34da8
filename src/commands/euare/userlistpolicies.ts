// SPDX-License-Identifier: BSD-2-Clause
import { user } from '../../cli/euare/names'
import { listedPolicies, listOptions } from '../../cli/euare/policy-documents'
import { euare } from '../../cli/suites'
import { documentLines } from '../../rows/policies'

export default euare.command({
  summary: 'List the policies of a user',
  options: { ...user, ...listOptions },
  call: (iam, args, context) =>
    listedPolicies(args, context, {
      list: page => iam.listUserPolicies({ UserName: args.user, ...page }),
      read: PolicyName => iam.getUserPolicy({ UserName: args.user, PolicyName }),
      lines: document => documentLines(document, args),
    }),
  // By now all pages have been read.
  rows: () => ['IsTruncated: false'],
})
