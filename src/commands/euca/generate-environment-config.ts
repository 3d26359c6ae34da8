// SPDX-License-Identifier: BSD-2-Clause
import { flag, option } from '../../cli/options'
import { local } from '../../cli/suites'

export default local.command({
  summary: 'Generate environment variables from the current configuration',
  common: ['region'],
  options: {
    simple: flag('--simple', { help: 'output variables in a form that is easier for programs to read' }),
    accessKeyId: option('-I --access-key-id', { metavar: 'KEY_ID', help: 'access key ID' }),
    secretKey: option('-S --secret-key', { metavar: 'KEY', help: 'secret key' }),
    securityToken: option('--security-token', {
      metavar: 'TOKEN',
      help: 'security token of temporary credentials',
    }),
  },
  call: async (context, { simple }) => {
    const { environmentLines } = await import('../../config')
    return environmentLines(await context.settings(), { simple })
  },
  rows: lines => lines,
})
