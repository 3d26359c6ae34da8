// SPDX-License-Identifier: BSD-2-Clause
import { theStack } from '../../cli/euform/options'
import { stacks } from '../../cli/suites'
import { stackResourceRows } from '../../rows/stacks'

export default stacks.command({
  summary: 'List all resources of a stack',
  options: { ...theStack('to describe') },
  call: (cloudformation, { stack }) => cloudformation.listStackResources({ StackName: stack }),
  rows: ({ StackResourceSummaries }) => stackResourceRows(StackResourceSummaries),
})
