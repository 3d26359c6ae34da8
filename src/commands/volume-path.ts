// SPDX-License-Identifier: BSD-2-Clause
import { positional } from '../cli/options'
import { local } from '../cli/suites'

export default local.command({
  summary: 'Show which file holds the bytes of a volume of the cloud in the data folder',
  description:
    'While a running instance has the volume, that is its device in the folder of the instance, else a file of its ' +
    'own: a raw disk, which may be read, mounted and written.',
  options: { volume: positional('VOLUME', { help: 'ID of the volume (required)' }) },
  call: async (context, { volume }) => {
    const { volumePathOf } = await import('../serve/volume-path')
    const { malleeHome } = await context.settings()
    return { volume, path: await volumePathOf(malleeHome, volume, context) }
  },
  rows: ({ path }) => [path],
})
