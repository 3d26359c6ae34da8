// SPDX-License-Identifier: BSD-2-Clause
import { stacks } from '../../cli/suites'
import { stackSummaryRows } from '../../rows/stacks'

export default stacks.command({
  summary: 'List stacks, those too that have been deleted',
  options: {},
  call: cloudformation => cloudformation.listStacks({}),
  rows: ({ StackSummaries }) => stackSummaryRows(StackSummaries),
})
