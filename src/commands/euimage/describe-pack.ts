// SPDX-License-Identifier: BSD-2-Clause
import { positional } from '../../cli/options'
import { local } from '../../cli/suites'
import { packRows } from '../../rows/packs'

export default local.command({
  summary: 'Show information about an image pack',
  common: ['tabify'],
  options: { pack: positional('FILE', { help: 'the pack to describe (required)' }) },
  call: async (context, { pack }) => {
    const { readPack } = await import('../../packs/read-pack')
    const { facts } = await readPack(context.path(pack))
    return facts
  },
  rows: packRows,
})
