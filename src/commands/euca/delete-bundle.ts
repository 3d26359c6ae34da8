// SPDX-License-Identifier: BSD-2-Clause
import { bundlePlaceOptions } from '../../cli/bundle/options'
import { flag } from '../../cli/options'
import { local } from '../../cli/suites'

export default local.command({
  summary: 'Delete a previously-uploaded bundle',
  common: ['region', 'service-url', 'credentials'],
  urlService: 's3',
  options: {
    clear: flag('--clear', { help: "attempt to delete the bundle's bucket, too" }),
    ...bundlePlaceOptions,
  },
  call: async (context, args) => {
    const { deleteBundle, parsePlace } = await import('../../bundle/transfer')
    const { manifestSource } = await import('../../install/given')
    const { storeOf } = await import('../../install/stores')
    await deleteBundle({
      store: await storeOf(context),
      place: parsePlace(args.bucket),
      source: manifestSource(args, context.path),
      clear: args.clear,
      signal: context.signal,
    })
    return {}
  },
})
