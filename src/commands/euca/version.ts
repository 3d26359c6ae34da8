// SPDX-License-Identifier: BSD-2-Clause
import { local } from '../../cli/suites'
import { versionLines } from '../../cli/version'

export default local.command({
  summary: 'Show the version of this toolkit',
  ignoresWords: true,
  options: {},
  call: async context => {
    const text = versionLines()
    if (!context.json) await context.warn(text.trimEnd())
    return { version: text.trim().split('\n') }
  },
})
