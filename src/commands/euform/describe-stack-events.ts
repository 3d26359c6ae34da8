// SPDX-License-Identifier: BSD-2-Clause
import { theStack } from '../../cli/euform/options'
import { stacks } from '../../cli/suites'
import { stackEventRows } from '../../rows/stacks'

export default stacks.command({
  summary: 'Describe what happened to a stack, the newest first',
  options: { ...theStack('to describe') },
  call: (cloudformation, { stack }) => cloudformation.describeStackEvents({ StackName: stack }),
  rows: ({ StackEvents }) => stackEventRows(StackEvents),
})
