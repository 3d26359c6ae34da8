// SPDX-License-Identifier: BSD-2-Clause
import { positional } from '../cli/options'
import { local } from '../cli/suites'

export default local.command({
  summary: 'List what the embedded cloud knows, for the completion of a shell',
  description: 'The scripts of mallee completion call this. It says nothing when there is nothing to say.',
  options: {
    list: positional('LIST', { help: 'what to list, such as instances (required)' }),
  },
  call: async (context, { list }) => {
    const { knownNames } = await import('../install/known-names')
    return { names: await knownNames(context, list) }
  },
  rows: ({ names }) => names,
})
