// SPDX-License-Identifier: BSD-2-Clause
import { sessionVariables } from '../../cli/euare/assumed-role'
import { evalReminder, shellOf, shellOptions } from '../../cli/euare/shell-code'
import { local } from '../../cli/suites'

export default local.command({
  summary: 'Leave a role: print shell commands that take its credentials away',
  description: 'The shell has to evaluate what is printed: eval `euare-releaserole`.',
  options: { ...shellOptions },
  call: async (context, asked) => {
    const { env } = context.io
    const left = sessionVariables(shellOf(asked, env), { isEmbedded: Boolean(env.MALLEE_SESSION) })
    await context.print(...left, ...evalReminder(context.words))
  },
})
