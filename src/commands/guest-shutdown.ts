// SPDX-License-Identifier: BSD-2-Clause
import { positional } from '../cli/options'
import { local } from '../cli/suites'

export default local.command({
  summary: 'Switch off the guest of a running instance of the cloud in the data folder, from within',
  description:
    'Stands in for `shutdown -h now` typed in the guest, as guests are simulated. Whether the instance stops or is ' +
    'terminated is what its instance-initiated-shutdown-behavior says.',
  options: { instance: positional('INSTANCE', { help: 'ID of the instance (required)' }) },
  call: async (context, { instance }) => {
    const { shutDownGuest } = await import('../serve/guest-shutdown')
    const { malleeHome } = await context.settings()
    return { instance, state: await shutDownGuest(malleeHome, instance, context) }
  },
  rows: ({ instance, state }) => [['INSTANCE', instance, state]],
})
