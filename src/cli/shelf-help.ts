// SPDX-License-Identifier: BSD-2-Clause
// `mallee help`: the shelf of tools, shown by oclif from oclif.manifest.json. Loaded only then.
import type { Io } from './context'
import { write } from './write'

/** Prints the list of suites, or of the tools of one, on standard output; false when there is no such suite. */
export const showHelp = async (io: Io, words: readonly string[]): Promise<boolean> => {
  // oclif has the process die of any error on standard output; ours reports it.
  const own = io.stdout.listeners('error')
  const { Config, Help } = await import('@oclif/core')
  for (const listener of io.stdout.listeners('error')) {
    if (!own.includes(listener)) io.stdout.off('error', listener as () => void)
  }
  const config = new Config({ root: io.packageRoot, pjson: undefined })
  await config.load()
  const text: string[] = []
  class ShelfHelp extends Help {
    protected override log(...lines: string[]): void {
      text.push(...lines)
    }
  }
  const [topic] = words
  if (topic !== undefined && !config.findTopic(topic)) return false
  const width = { stripAnsi: io.stdout.isTTY !== true, maxWidth: Number(io.env.COLUMNS) || 80 }
  await new ShelfHelp(config, width).showHelp([...words])
  await write(io.stdout, `${text.join('\n')}\n`)
  return true
}
