// SPDX-License-Identifier: BSD-2-Clause
import { bundleOptions, maxPendingParts, uploadOptions } from '../../cli/bundle/options'
import { UsageError } from '../../cli/errors'
import { flag } from '../../cli/options'
import { local } from '../../cli/suites'

export default local.command({
  summary: 'Prepare an image for use in the cloud and upload it to the cloud',
  description: 'Parts are uploaded while the next ones are made, so that little space is needed for them.',
  common: ['progress', 'region', 'service-url', 'credentials'],
  urlService: 's3',
  options: {
    preserveBundle: flag('--preserve-bundle', { help: 'keep the bundle on this machine, too' }),
    maxPendingParts,
    ...bundleOptions,
    ...uploadOptions,
  },
  rules: async args => {
    const { bundleArgsFault } = await import('../../install/bundling')
    const fault = bundleArgsFault(args)
    if (fault !== undefined) throw new UsageError(fault)
  },
  call: async (context, args) => {
    const { bundleToStore } = await import('../../install/upload')
    return { uploaded: await bundleToStore(context, await context.settings(), args) }
  },
  rows: ({ uploaded }) => [`Uploaded ${uploaded}`],
})
