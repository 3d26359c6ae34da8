// SPDX-License-Identifier: BSD-2-Clause
import { sessionVariables } from '../../cli/euare/assumed-role'
import { evalReminder, shellOf, shellOptions } from '../../cli/euare/shell-code'
import { local } from '../../cli/suites'

export default local.command({
  summary: 'Leave a role: print shell commands that take its credentials away',
  description: 'The shell has to evaluate what is printed: eval `euare-releaserole`.',
  options: { ...shellOptions },
  call: async (context, asked) => {
    await context.print(...sessionVariables(shellOf(asked, context.io.env)), ...evalReminder(context.words))
  },
})
