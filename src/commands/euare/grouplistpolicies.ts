// SPDX-License-Identifier: BSD-2-Clause
import { group } from '../../cli/euare/names'
import { listedPolicies, listOptions } from '../../cli/euare/policy-documents'
import { euare } from '../../cli/suites'
import { documentLines } from '../../rows/policies'

export default euare.command({
  summary: 'List the policies of a group',
  options: { ...group, ...listOptions },
  call: (iam, args, context) =>
    listedPolicies(args, context, {
      list: page => iam.listGroupPolicies({ GroupName: args.group, ...page }),
      read: PolicyName => iam.getGroupPolicy({ GroupName: args.group, PolicyName }),
      lines: document => documentLines(document, args),
    }),
})
