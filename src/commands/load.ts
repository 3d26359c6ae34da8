// SPDX-License-Identifier: BSD-2-Clause
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import type { Context } from '../cli/context'
import { UsageError } from '../cli/errors'
import { flag, positional } from '../cli/options'
import { local } from '../cli/suites'

/** A file is opened before anything else is looked at. */
const sourceOf = async ({ io, path }: Context, file: string): Promise<Readable> => {
  if (file === '-') return io.stdin
  const { readNamed } = await import('../bundle/files')
  const stream = readNamed(path(file))
  await once(stream, 'open')
  return stream
}

export default local.command({
  summary: 'Make the cloud in an archive of `mallee save` the one in the data folder',
  description:
    'The archive is checked as a whole before anything is put in place. What had fallen due since the cloud was saved is ' +
    'done when it is used next.',
  common: ['progress'],
  options: {
    replace: flag('--replace', {
      help: 'delete the cloud that is in the data folder, with everything in it',
    }),
    file: positional('FILE', { help: 'file to read, or - for standard input (required)' }),
  },
  rules: ({ file }, { io }) => {
    if (file === '-' && io.stdin.isTTY)
      throw new UsageError('argument FILE: an archive is not read from a terminal')
  },
  call: async (context, { replace, file }) => {
    const { load } = await import('../serve/load')
    const { wholeMeter } = await import('../install/transfers')
    const { malleeHome } = await context.settings()
    const from = await sourceOf(context, file)
    const { savedAt, mallee, files } = await load({
      home: malleeHome,
      clock: context,
      from,
      name: file === '-' ? 'standard input' : file,
      replaces: replace,
      onProgress: wholeMeter(context, 'Loading'),
      signal: context.signal,
    })
    return { home: malleeHome, savedAt, mallee, files }
  },
  rows: ({ home }) => [`Loaded the cloud into ${home}`],
})
