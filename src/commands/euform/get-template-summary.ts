// SPDX-License-Identifier: BSD-2-Clause
import { templateMembers, templateOf } from '../../cli/euform/options'
import { exclusive, positional } from '../../cli/options'
import { stacks } from '../../cli/suites'
import { templateSummaryRows } from '../../rows/templates'

export default stacks.command({
  summary:
    'Describe a template or that of a stack: its parameters, types of resources, and what it needs to be allowed',
  options: {
    source: exclusive(
      { required: true },
      {
        stack: positional('STACK', {
          nargs: '?',
          help: 'name or ID of the stack whose template to describe',
        }),
        ...templateMembers,
      },
    ),
  },
  call: async (cloudformation, args, context) =>
    cloudformation.getTemplateSummary({ StackName: args.stack, ...(await templateOf(args, context)) }),
  rows: templateSummaryRows,
})
