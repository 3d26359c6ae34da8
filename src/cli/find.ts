// SPDX-License-Identifier: BSD-2-Clause
// From the words of a command line to a command. The name is the path: `euca-describe-images`, and `mallee euca
// describe-images`, are src/commands/euca/describe-images.ts; `mallee serve` is src/commands/serve.ts.
import { basename } from 'node:path'
import type { Command } from './command'
import type { Io } from './context'
import { commandIds, loadCommand } from './shelf'
import { versionLines } from './version'

export interface Found {
  readonly command: Command
  /** Name for usage and errors. */
  readonly prog: string
  /** Path below src/commands. */
  readonly id: string
  /** The words after the command. */
  readonly words: readonly string[]
}

/** `euca-describe-images` → `euca/describe-images`. */
export const idOf = (tool: string): string => tool.replace('-', '/')

/** `euca/describe-images` → `euca-describe-images`, `serve` → `mallee serve`. */
export const progOf = (id: string): string => (id.includes('/') ? id.replace('/', '-') : `mallee ${id}`)

const unknown = async (io: Io, prog: string, name: string): Promise<number> => {
  const { closestTools, question } = await import('./closest')
  // `euca describe-images` is as good as `euca-describe-images`, and `serve` as `mallee serve`.
  const tools = commandIds().map(id => id.replace('/', '-'))
  const hint = question(closestTools(name.replace(' ', '-'), tools))
  io.stderr.write(`${prog}: error: no such command: ${name}\n${hint === undefined ? '' : `hint: ${hint}\n`}`)
  return 2
}

/** `serve`, `euca describe-images`, or a tool's whole name, which is as good as its two words. */
const findByWords = async (words: readonly string[]): Promise<Found | undefined> => {
  const [first = '', second = ''] = words
  const candidates = [
    [first, 1],
    [`${first}/${second}`, 2],
    [idOf(first), 1],
  ] as const
  for (const [id, used] of candidates) {
    const command = await loadCommand(id)
    if (command) return { command, prog: progOf(id), id, words: words.slice(used) }
  }
  return undefined
}

/** With `searched`, what is no tool and no suite is looked for in what the tools are called and do. */
const help = async (io: Io, words: readonly string[], searched: boolean): Promise<Found | number> => {
  const found = await findByWords(words)
  if (found) return { ...found, words: ['--help'] }
  const { showHelp } = await import('./shelf-help')
  return (await showHelp(io, words, searched)) ? 0 : unknown(io, 'mallee', words.join(' '))
}

const dispatchMallee = async (io: Io, words: readonly string[]): Promise<Found | number> => {
  const [first, second] = words
  if (first === undefined || first === 'help' || first === '--help' || first === '-h')
    return help(io, words.slice(1), true)
  if (first === '--version') {
    io.stderr.write(versionLines())
    return 0
  }
  const found = await findByWords(words)
  if (found) return found
  // A suite's name alone asks what is in it.
  if (second === undefined || second === '--help' || second === '-h') return help(io, [first], false)
  return unknown(io, 'mallee', `${first} ${second}`)
}

/** The command for a command line, or the status with which it already ended. */
export const dispatch = async (argv: readonly string[], io: Io): Promise<Found | number> => {
  const prog = basename(argv[0] ?? 'mallee').replace(/\.(js|cmd|exe)$/, '')
  const words = argv.slice(1)
  if (!prog.includes('-')) return dispatchMallee(io, words)
  const id = idOf(prog)
  const command = await loadCommand(id)
  return command ? { command, prog, id, words } : unknown(io, 'mallee', prog)
}
