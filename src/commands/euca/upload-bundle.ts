// SPDX-License-Identifier: BSD-2-Clause
import { uploadOptions } from '../../cli/bundle/options'
import { flag, option } from '../../cli/options'
import { local } from '../../cli/suites'

export default local.command({
  summary: 'Upload a bundle prepared by euca-bundle-image to the cloud',
  common: ['progress', 'region', 'service-url', 'credentials'],
  urlService: 's3',
  options: {
    manifest: option('-m --manifest', {
      metavar: 'FILE',
      required: true,
      help: 'manifest of the bundle to upload (required)',
    }),
    directory: option('-d --directory', {
      metavar: 'DIR',
      help: "directory that holds the bundle's parts (default: the manifest's)",
    }),
    part: option('--part', { metavar: 'INT', type: 'int', default: 0, hidden: true }),
    skipmanifest: flag('--skipmanifest', { help: 'do not upload the manifest' }),
    ...uploadOptions,
  },
  call: async (context, args) => {
    const { upload } = await import('../../install/upload')
    return { uploaded: await upload(context, args) }
  },
  rows: ({ uploaded }) => (uploaded === undefined ? [] : [`Uploaded ${uploaded}`]),
})
