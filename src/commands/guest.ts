// SPDX-License-Identifier: BSD-2-Clause
import { option } from '../cli/options'
import { local } from '../cli/suites'

export default local.command({
  summary: 'Stand for an instance of a cloud that is served',
  description:
    'A server starts this by itself for each running instance whose user data it can carry out, and for each whose ports ' +
    'were forwarded. It ends with the server.',
  options: {
    service: option('--service', { metavar: 'NAME', help: 'be a service in the guest', hidden: true }),
  },
  call: async (_context, { service }) => {
    const { runPart } = await import('../serve/guest')
    await runPart(service)
  },
})
