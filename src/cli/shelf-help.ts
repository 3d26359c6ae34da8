// SPDX-License-Identifier: BSD-2-Clause
// `mallee help`: the shelf of tools, shown by oclif from oclif.manifest.json. Loaded only then.
import type { Io } from './context'
import { idOf } from './find'
import { write } from './write'

/** Prints the list of tools, or of a suite's, on standard output. */
export const showHelp = async (io: Io, words: readonly string[]): Promise<void> => {
  const { Config, Help } = await import('@oclif/core')
  const config = new Config({ root: io.packageRoot, pjson: undefined })
  await config.load()
  const text: string[] = []
  class ShelfHelp extends Help {
    protected override log(...lines: string[]): void {
      text.push(...lines)
    }
  }
  const asked = words.map(word =>
    word.includes('-') && !word.startsWith('-') ? idOf(word).replace('/', ' ') : word,
  )
  await new ShelfHelp(config, {
    stripAnsi: io.stdout.isTTY !== true,
    maxWidth: Number(io.env.COLUMNS) || 80,
  }).showHelp([...asked])
  await write(io.stdout, `${text.join('\n')}\n`)
}
