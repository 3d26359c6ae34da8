// SPDX-License-Identifier: BSD-2-Clause
// `mallee help`: the shelf of tools, shown by oclif from oclif.manifest.json. Loaded only then.
import type { Config } from '@oclif/core'
import type { Io } from './context'
import { write } from './write'

const more = [
  'MORE',
  '  mallee help euca               the tools of a suite',
  '  mallee help route table        the tools that are about route tables',
  '  mallee help euca-create-route  one tool, like euca-create-route --help',
]

/** A line for every tool in whose name or summary all of these words are. */
const toolsAbout = ({ commands }: Config, words: readonly string[]): string[] => {
  const found = commands
    .map(({ id, summary = '' }) => ({
      tool: id.includes(':') ? id.replace(':', '-') : `mallee ${id}`,
      summary,
    }))
    .filter(({ tool, summary }) => {
      const text = `${tool} ${summary}`.toLowerCase()
      return words.every(word => text.includes(word.toLowerCase()))
    })
  const width = Math.max(...found.map(({ tool }) => tool.length))
  return found
    .map(({ tool, summary }) => `${tool.padEnd(width)}  ${summary}`)
    .sort((a, b) => (a < b ? -1 : 1))
}

/**
 * Prints the list of suites, or of the tools of one, on standard output; with `searched`, otherwise those that the words
 * are about. False when there is nothing to print.
 */
export const showHelp = async (io: Io, words: readonly string[], searched: boolean): Promise<boolean> => {
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
  if (topic !== undefined && (words.length > 1 || !config.findTopic(topic))) {
    text.push(...(searched ? toolsAbout(config, words) : []))
    if (text.length === 0) return false
    await write(io.stdout, `${text.join('\n')}\n`)
    return true
  }
  const columns = Number(io.env.COLUMNS) || (io.stdout as { columns?: number }).columns || 80
  const width = { stripAnsi: io.stdout.isTTY !== true, maxWidth: columns }
  await new ShelfHelp(config, width).showHelp([...words])
  if (topic === undefined) text.push(...more)
  await write(io.stdout, `${text.join('\n')}\n`)
  return true
}
