// SPDX-License-Identifier: BSD-2-Clause
import { Leave, UsageError } from '../cli/errors'
import { flag } from '../cli/options'
import { local } from '../cli/suites'

export default local.command({
  summary: 'Delete the cloud in the data folder with everything in it',
  options: {
    yes: flag('-y --yes', { help: 'do not ask; needed where there is no terminal' }),
  },
  rules: ({ yes }, context) => {
    if (!yes && !(context.io.stdin.isTTY && context.io.stdout.isTTY)) {
      throw new UsageError('there is no terminal to ask on; say --yes')
    }
  },
  call: async (context, { yes }) => {
    const { reset } = await import('../serve/reset')
    const { malleeHome } = await context.settings()
    if (!yes) {
      const { confirm, leftStatus } = await import('../install/prompt')
      const answer = await confirm(context, `Delete the cloud in ${malleeHome}?`)
      if (answer === undefined) throw new Leave('', '', leftStatus)
      if (!answer) return { deleted: undefined }
    }
    return { deleted: reset(malleeHome) ? malleeHome : undefined }
  },
  rows: ({ deleted }) =>
    deleted === undefined ? ['Nothing was deleted'] : [`Deleted the cloud in ${deleted}`],
})
