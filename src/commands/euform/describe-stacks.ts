// SPDX-License-Identifier: BSD-2-Clause
import { flag, positional } from '../../cli/options'
import { stacks } from '../../cli/suites'
import { stackRows } from '../../rows/stacks'

export default stacks.command({
  summary: 'Describe stacks, with their parameters and outputs',
  description: 'The name "verbose" shows those of all accounts to a cloud administrator.',
  options: {
    stack: positional('STACK', { nargs: '?', help: 'limit results to this stack' }),
    showLong: flag('--show-long', { help: 'show the IDs of stacks and the topics that they notify, too' }),
  },
  call: (cloudformation, { stack }) => cloudformation.describeStacks({ StackName: stack }),
  rows: ({ Stacks }, { showLong }) => stackRows(Stacks, showLong),
})
