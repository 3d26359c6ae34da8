// SPDX-License-Identifier: BSD-2-Clause
import { UsageError } from '../cli/errors'
import { flag, positional } from '../cli/options'
import { local } from '../cli/suites'
import { packageVersion } from '../cli/version'

export default local.command({
  summary: 'Save the cloud in the data folder, records and bytes, as an archive',
  description:
    'The archive is the cloud as it is at this moment, whoever goes on using it meanwhile; `mallee load` makes a cloud of ' +
    'it again, also on another machine. All of its secrets are in it, keys and passwords too: it is readable by its owner ' +
    'alone, and should stay so.',
  common: ['progress'],
  options: {
    force: flag('--force', { help: 'replace a file that is there already' }),
    file: positional('FILE', { help: 'file to write, or - for standard output (required)' }),
  },
  rules: async ({ file }, context) => {
    if (file !== '-') return
    const { jsonFault } = await import('../install/given')
    const fault = jsonFault(context.json, file)
    if (fault !== undefined) throw new UsageError(fault)
    if (context.io.stdout.isTTY)
      throw new UsageError('argument FILE: an archive is not written to a terminal')
  },
  call: async (context, { force, file }) => {
    const { save } = await import('../serve/save')
    const { wholeMeter } = await import('../install/transfers')
    const { malleeHome } = await context.settings()
    const { files, bytes } = await save({
      home: malleeHome,
      clock: context,
      to: file === '-' ? context.io.stdout : context.path(file),
      force,
      version: packageVersion,
      onProgress: wholeMeter(context, 'Saving'),
      signal: context.signal,
    })
    return { home: malleeHome, file, files, bytes }
  },
  rows: ({ home, file }) => (file === '-' ? [] : [`Saved the cloud in ${home} as ${file}`]),
})
