// SPDX-License-Identifier: BSD-2-Clause
import { bundlePlaceOptions, unbundlingKey } from '../../cli/bundle/options'
import { UsageError } from '../../cli/errors'
import { option } from '../../cli/options'
import { local } from '../../cli/suites'

export default local.command({
  summary: 'Download and unbundle an image from the cloud',
  common: ['progress', 'region', 'service-url', 'credentials'],
  urlService: 's3',
  options: {
    destination: option('-d --destination', {
      metavar: '(FILE | DIR)',
      default: '.',
      help: 'where to place the image, or - for standard output (default: the current directory)',
    }),
    ...unbundlingKey,
    ...bundlePlaceOptions,
  },
  rules: async ({ destination }, context) => {
    const { jsonFault } = await import('../../install/given')
    const fault = jsonFault(context.json, destination)
    if (fault !== undefined) throw new UsageError(fault)
  },
  call: async (context, args) => {
    const { downloadAndUnbundle, parsePlace } = await import('../../bundle/transfer')
    const { composedPath, manifestSource } = await import('../../install/given')
    const { storeOf } = await import('../../install/stores')
    const { wholeMeter } = await import('../../install/transfers')
    const { unbundlingKeyOf } = await import('../../install/unbundling')
    const store = await storeOf(context)
    const path = await downloadAndUnbundle({
      store,
      place: parsePlace(args.bucket),
      source: manifestSource(args, context.path),
      destination: args.destination === '-' ? context.io.stdout : context.path(args.destination),
      privateKey: await unbundlingKeyOf(context, args.privatekey),
      onProgress: wholeMeter(context, 'Downloading'),
      signal: context.signal,
    })
    if (path === undefined) return { image: undefined }
    const isFile = path === context.path(args.destination)
    const name = path.slice(path.lastIndexOf('/') + 1)
    return { image: isFile ? args.destination : composedPath(args.destination, name) }
  },
  rows: ({ image }) => (image === undefined ? [] : [`Wrote ${image}`]),
})
