// SPDX-License-Identifier: BSD-2-Clause
import { account } from '../../cli/euare/names'
import { listedPolicies, listOptions } from '../../cli/euare/policy-documents'
import { accounts } from '../../cli/suites'
import { documentLines } from '../../rows/policies'

export default accounts.command({
  summary: '[Eucalyptus only] List the policies of an account',
  options: { ...account, ...listOptions },
  call: (iam, args, context) =>
    listedPolicies(args, context, {
      list: page => iam.listAccountPolicies({ AccountName: args.account, ...page }),
      read: PolicyName => iam.getAccountPolicy({ AccountName: args.account, PolicyName }),
      lines: document => documentLines(document, args),
    }),
})
