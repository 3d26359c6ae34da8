// SPDX-License-Identifier: BSD-2-Clause
import { shells } from '../cli/completion/scripts'
import { positional } from '../cli/options'
import { local } from '../cli/suites'

export default local.command({
  summary: 'Print a script that completes the words of all tools in a shell',
  description:
    "It completes tools, options, what an option may be, files, and IDs and names that the embedded cloud knows. Load it by 'source <(mallee completion bash)', or in fish by 'mallee completion fish | source'.",
  options: {
    shell: positional('SHELL', { choices: shells, help: 'bash, zsh or fish (required)' }),
  },
  call: async (_, { shell }) => {
    const [{ completionScript }, { specs }] = await Promise.all([
      import('../cli/completion/scripts'),
      import('../cli/completion/specs'),
    ])
    return { script: completionScript(shell, await specs()) }
  },
  rows: ({ script }) => [script.replace(/\n$/, '')],
})
