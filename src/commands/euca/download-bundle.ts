// SPDX-License-Identifier: BSD-2-Clause
import { bundlePlaceOptions } from '../../cli/bundle/options'
import { UsageError } from '../../cli/errors'
import { option } from '../../cli/options'
import { local } from '../../cli/suites'

export default local.command({
  summary: 'Download a bundle from the cloud',
  description: 'Every part is checked against the manifest.',
  common: ['progress', 'region', 'service-url', 'credentials'],
  urlService: 's3',
  options: {
    directory: option('-d --directory', {
      metavar: 'DIR',
      default: '.',
      help: 'where to place the files, or - for the parts on standard output (default: the current directory)',
    }),
    ...bundlePlaceOptions,
  },
  rules: async ({ directory }, context) => {
    const { jsonFault } = await import('../../install/given')
    const fault = jsonFault(context.json, directory)
    if (fault !== undefined) throw new UsageError(fault)
  },
  call: async (context, args) => {
    const { downloadBundle, parsePlace } = await import('../../bundle/transfer')
    const { composedPath, manifestSource } = await import('../../install/given')
    const { storeOf } = await import('../../install/stores')
    const { wholeMeter } = await import('../../install/transfers')
    const { directory } = args
    const meter = wholeMeter(context, 'Downloading')
    const path = await downloadBundle({
      store: await storeOf(context),
      place: parsePlace(args.bucket),
      source: manifestSource(args, context.path),
      destination: directory === '-' ? context.io.stdout : context.path(directory),
      onProgress: ({ bytes, totalBytes }) => meter(bytes, totalBytes),
      signal: context.signal,
    })
    return { manifest: path && composedPath(directory, path.slice(path.lastIndexOf('/') + 1)) }
  },
  rows: ({ manifest }) => (manifest === undefined ? [] : [`Wrote manifest ${manifest}`]),
})
