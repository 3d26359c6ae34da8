// SPDX-License-Identifier: BSD-2-Clause
import { catalogAddress } from '../../cli/eustore-options'
import { flag } from '../../cli/options'
import { eustore } from '../../cli/suites'
import { catalogRows } from '../../rows/catalog'

export default eustore.command({
  summary: 'List the images that are available from the image store',
  common: ['tabify'],
  options: {
    verbose: flag('-v --verbose', { help: 'show more about each image' }),
    ...catalogAddress,
  },
  call: async (context, { catalogUrl }) => {
    const { openCatalog } = await import('../../install/catalog')
    const { images } = await openCatalog(context, catalogUrl)
    return { images: images.map(image => ({ ...image.entry, ...image, entry: undefined, place: undefined })) }
  },
  rows: ({ images }, { verbose }) => catalogRows(images, verbose),
})
