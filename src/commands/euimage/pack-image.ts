// SPDX-License-Identifier: BSD-2-Clause
import { positional } from '../../cli/options'
import { local } from '../../cli/suites'

export default local.command({
  summary: 'Pack an image for simple installation in a cloud',
  description: 'The pack, NAME-VERSION-RELEASE.ARCH.euimage, is written to the current directory.',
  common: ['progress'],
  options: {
    image: positional('IMAGE_FILE', { help: 'the image to pack (required)' }),
    metadata: positional('MD_FILE', { help: 'metadata of the image, as YAML (required)' }),
  },
  call: async (context, { image, metadata }) => {
    const { basename } = await import('node:path')
    const { packImage } = await import('../../packs/pack-image')
    const { wholeMeter } = await import('../../install/transfers')
    const file = await packImage(context.path(image), context.path(metadata), context.path('.'), {
      onProgress: wholeMeter(context, 'Compressing'),
      signal: context.signal,
    })
    return { file: basename(file) }
  },
  rows: ({ file }) => [`Wrote ${file}`],
})
