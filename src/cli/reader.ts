// SPDX-License-Identifier: BSD-2-Clause
// Reads the words of a command line by a command's declaration. The `argparse` package is a port of a recent Python's;
// the tools' usage, help and errors are those of Python 2's. This module holds the difference:
// wording of errors, `[X [X ...]]`, `-o VALUE, --option VALUE`, and where usage lines may break.

import type { Action, ActionsContainer, ArgumentOptions, HelpFormatterOptions } from 'argparse'
import { ArgumentParser, ArgumentTypeError, HelpFormatter, SUPPRESS } from 'argparse'
import { float, int } from './argument-types'
import { Leave, UsageError } from './errors'
import type { Argument, Options, TextType } from './options'
import { versionLines } from './version'

// The parts of argparse that its type declarations leave out, as far as they are overridden here.
interface Formatter {
  _format_args(action: Action, fallback: string): string
  _format_action_invocation(action: Action): string
  _get_actions_usage_parts(actions: Action[], groups: unknown[]): [string[], number]
  _get_default_metavar_for_optional(action: Action): string
  _get_default_metavar_for_positional(action: Action): string
  _metavar_formatter(action: Action, fallback: string): (count: number) => string[]
}
const BaseFormatter = HelpFormatter as unknown as new (options: HelpFormatterOptions) => Formatter

// Where Python 2 lets a usage line break: an exclusive group stays whole, a required option and its value do not.
const usagePart = /\(.*?\)+|\[.*?\]+|\S+/g
const breakable = (parts: string[]): string[] => {
  const text = parts.join(' ')
  const found = text.match(usagePart) ?? []
  return found.join(' ') === text ? found : parts
}

// Keys of options that every tool of a kind has and no original had: usage texts stay as they were, and so do the
// abbreviations that scripts use, such as `--fo` of `--force`.
const ours = new Set(['json', 'outputFormat', 'wait', 'waitTimeout'])

class PythonFormatter extends BaseFormatter {
  override _format_args(action: Action, fallback: string): string {
    if (action.nargs !== '*') return super._format_args(action, fallback)
    const [name] = this._metavar_formatter(action, fallback)(1)
    return `[${name} [${name} ...]]`
  }
  override _format_action_invocation(action: Action): string {
    if (action.option_strings.length === 0 || action.nargs === 0)
      return super._format_action_invocation(action)
    const value = this._format_args(action, this._get_default_metavar_for_optional(action))
    return action.option_strings.map(flag => `${flag} ${value}`).join(', ')
  }
  override _get_actions_usage_parts(actions: Action[], groups: unknown[]): [string[], number] {
    const [parts, start] = super._get_actions_usage_parts(
      actions.filter(action => !ours.has(action.dest)),
      groups,
    )
    const optional = breakable(parts.slice(0, start))
    return [[...optional, ...breakable(parts.slice(start))], optional.length]
  }
  override _get_default_metavar_for_optional(action: Action): string {
    return valueName(action.dest)
  }
  override _get_default_metavar_for_positional(action: Action): string {
    return action.dest
  }
}

/** What usage calls the value of an option that does not say so itself: `IMAGE_SIZE` of `imageSize`. */
export const valueName = (key: string): string => key.replace(/[A-Z]/g, '_$&').toUpperCase()

const nameOf = (action: Action): string =>
  action.option_strings.length > 0 ? action.option_strings.join('/') : String(action.metavar ?? action.dest)

const missing = 'the following arguments are required: '

// Another part that the type declarations leave out.
const inherited = (
  ArgumentParser.prototype as unknown as { _get_option_tuples(word: string): [Action, ...unknown[]][] }
)._get_option_tuples

class Parser extends ArgumentParser {
  /** Python 2 looks for missing positionals first, and then names one missing option only. */
  #translate(message: string): string {
    if (!message.startsWith(missing)) return message
    const names = message.slice(missing.length)
    const required = (this as unknown as { _actions: Action[] })._actions.filter(action => action.required)
    const isNamed = (action: Action) => `, ${names}, `.includes(`, ${nameOf(action)}, `)
    if (required.some(action => action.option_strings.length === 0 && isNamed(action)))
      return 'too few arguments'
    const first = required.find(isNamed)
    return first ? `argument ${nameOf(first)} is required` : message
  }
  override error(message: string): never {
    throw new UsageError(this.#translate(message))
  }
  /** Groups that usage shows as required and reading does not demand. */
  readonly asked: { required: boolean }[] = []
  demandAsked(required: boolean): void {
    for (const group of this.asked) group.required = required
  }
  /** What an abbreviation may stand for. Our options are meant where none of the original's is. */
  _get_option_tuples(word: string): [Action, ...unknown[]][] {
    const tuples = inherited.call(this, word)
    const theirs = tuples.filter(([action]) => !ours.has(action.dest))
    return theirs.length > 0 ? theirs : tuples
  }
  override print_help(): never {
    this.demandAsked(true)
    throw new Leave(this.format_help(), '')
  }
  /** What argparse prints by itself is the version; the original printed it on standard error. */
  _print_message(): never {
    throw new Leave('', versionLines())
  }
}

const convert = (type: TextType) => (text: unknown) => {
  try {
    return type(String(text))
  } catch (error) {
    if (error instanceof TypeError) throw new ArgumentTypeError(error.message)
    throw error
  }
}

const actions = {
  positional: undefined,
  option: undefined,
  append: 'append',
  flag: 'store_true',
  constant: 'store_const',
}

const settingsOf = (dest: string, argument: Argument): ArgumentOptions => {
  const { kind, type, choices, nargs, metavar, required, help = '', hidden, value } = argument
  const valued = kind === 'positional' || kind === 'option' || kind === 'append'
  return {
    ...(argument.flags.length > 0 && { dest }),
    ...(actions[kind] && { action: actions[kind] }),
    ...(type !== undefined && { type: convert(type === 'int' ? int : type === 'float' ? float : type) }),
    ...(choices && { choices }),
    ...(nargs && { nargs }),
    ...(valued && metavar !== undefined && { metavar }),
    ...(required && { required }),
    ...(value !== undefined && { const: value }),
    default:
      argument.default ?? (kind === 'append' || nargs === '*' ? [] : kind === 'flag' ? false : undefined),
    // `%(default)s` is filled in; any other percent sign stands for itself.
    help: hidden ? SUPPRESS : help.replace(/%(?!\(default\)s)/g, '%%'),
  }
}

const addFlags = (container: ActionsContainer, flags: readonly string[], settings: ArgumentOptions): void => {
  const [first = '', ...rest] = flags
  container.add_argument(first, ...rest, settings)
}

const addAll = (parser: Parser, container: ActionsContainer, options: Options): void => {
  for (const [key, entry] of Object.entries(options)) {
    if (entry.kind === 'exclusive') {
      const group = parser.add_mutually_exclusive_group({ required: entry.required })
      addAll(parser, group, entry.members)
      // argparse looks at the property, which its declarations do not know.
      if (entry.asked) parser.asked.push(group as unknown as { required: boolean })
    } else if (entry.kind === 'one-of') {
      const group = entry.excludes
        ? parser.add_mutually_exclusive_group({ required: entry.required })
        : container
      for (const member of Object.values(entry.members))
        addFlags(group, member.flags, settingsOf(key, member))
    } else if (entry.kind === 'positional') {
      container.add_argument(key, settingsOf(key, entry))
    } else {
      addFlags(container, entry.flags, settingsOf(key, entry))
    }
  }
}

/** Every argument of a declaration with the key it is stored under, groups flattened. */
export const flatten = (options: Options): [string, Argument][] =>
  Object.entries(options).flatMap(([key, entry]): [string, Argument][] => {
    if (entry.kind === 'exclusive') return flatten(entry.members)
    if (entry.kind === 'one-of') return Object.values(entry.members).map(member => [key, member])
    return [[key, entry]]
  })

/** Words such as `-t -1:-1` joined into one, since a parser would take the second for an option. */
const joinDashValues = (words: readonly string[], options: Options): string[] => {
  const patterns = new Map<string, RegExp>()
  for (const [, { flags, dashValues }] of flatten(options)) {
    if (dashValues) for (const name of flags) patterns.set(name, dashValues)
  }
  const joined: string[] = []
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? ''
    if (word === '--') return [...joined, ...words.slice(i)]
    const next = words[i + 1]
    if (next !== undefined && patterns.get(word)?.test(next)) {
      joined.push(`${word}=${next}`)
      i++
    } else joined.push(word)
  }
  return joined
}

export interface Reader {
  /** The arguments, by key. Throws UsageError or Leave. */
  read(words: readonly string[]): Record<string, unknown>
  /** One or more lines, the first beginning `usage: PROG`. */
  usage(): string
  help(): string
}

/**
 * A reader for a command's options.
 * `columns` is the width to wrap usage and help to; `dashH` tells whether `-h` asks for help.
 */
export const reader = (
  prog: string,
  description: string,
  options: Options,
  { columns, dashH }: { readonly columns: number; readonly dashH: boolean },
): Reader => {
  class Wrapping extends PythonFormatter {
    constructor(settings: HelpFormatterOptions) {
      super({ ...settings, width: columns - 2 })
    }
  }
  const parser = new Parser({
    prog,
    description,
    add_help: false,
    color: false,
    formatter_class: Wrapping as unknown as typeof HelpFormatter,
  })
  const inner = parser as unknown as { _optionals: { title: string }; _negative_number_matcher: RegExp }
  inner._optionals.title = 'optional arguments'
  inner._negative_number_matcher = /^-\d+$|^-\d*\.\d+$/ // Later Pythons take `-1:-1` for a number as well.
  addAll(parser, parser, options)
  addFlags(parser, ['--version'], { action: 'version', help: "show the program's version and exit" })
  addFlags(parser, dashH ? ['-h', '--help'] : ['--help'], {
    action: 'help',
    help: 'show this help message and exit',
  })
  const read = (words: readonly string[]): Record<string, unknown> => {
    parser.demandAsked(false)
    try {
      return { ...parser.parse_args<Record<string, unknown>>(joinDashValues(words, options)) }
    } finally {
      parser.demandAsked(true)
    }
  }
  return {
    read,
    usage: () => parser.format_usage(),
    help: () => parser.format_help(),
  }
}
