// SPDX-License-Identifier: BSD-2-Clause
import { unbundlingKeyFile } from '../../cli/bundle/options'
import { option } from '../../cli/options'
import { local } from '../../cli/suites'

export default local.command({
  summary: 'Recreate an image from its bundle',
  description: 'Parts, size and digest are checked; an image appears only when all of it is right.',
  common: ['progress', 'region'],
  options: {
    manifest: option('-m --manifest', {
      metavar: 'FILE',
      required: true,
      help: "the bundle's manifest (required)",
    }),
    source: option('-s --source', {
      metavar: 'DIR',
      default: '.',
      help: "directory that holds the bundle's parts (default: the current one)",
    }),
    destination: option('-d --destination', {
      metavar: 'DIR',
      default: '.',
      help: 'where to place the image (default: the current directory)',
    }),
    ...unbundlingKeyFile,
  },
  call: async (context, { manifest: file, source, destination, privatekey }) => {
    const { unbundleDirectory } = await import('../../bundle/unbundle')
    const { readManifestFile } = await import('../../bundle/transfer')
    const { composedPath } = await import('../../install/given')
    const { wholeMeter } = await import('../../install/transfers')
    const { unbundlingKeyOf } = await import('../../install/unbundling')
    const { manifest } = await readManifestFile(context.path(file))
    const privateKey = await unbundlingKeyOf(context, privatekey)
    const meter = wholeMeter(context, 'Unbundling image')
    await unbundleDirectory({
      manifest,
      privateKey,
      source: context.path(source),
      destination: context.path(destination),
      onProgress: bytes => meter(bytes, manifest.size),
      signal: context.signal,
    })
    return { image: composedPath(destination, manifest.name) }
  },
  rows: ({ image }) => [`Wrote ${image}`],
})
