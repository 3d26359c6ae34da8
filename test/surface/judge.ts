// SPDX-License-Identifier: BSD-2-Clause
// Holds a declaration against what the original took, and names what is different, a line each. Both sides are brought to
// one form first: words for every property of an option, with what Python's argparse takes where nothing is said.
import type { Command } from '../../src/cli/command'
import { commonOptions } from '../../src/cli/common-options'
import type { FilterTable } from '../../src/cli/filters'
import type { Argument, Options } from '../../src/cli/options'
import { flatten, valueName } from '../../src/cli/reader'
import {
  type ReferenceCommand,
  type ReferenceFilter,
  type ReferenceOption,
  referenceGroups,
} from './reference'
import { misread, typeName } from './type-samples'

/** Options that every tool of a kind has and no original had. */
const ours = ['--json', '--format', '--wait', '--wait-timeout']

type Form = Readonly<
  Record<
    'spelling' | 'takes' | 'values' | 'metavar' | 'choices' | 'default' | 'required' | 'hidden' | 'type',
    string
  >
>

// An empty list is what an option that may be repeated has when it is not given: no default to speak of.
const defaultText = (value: unknown): string =>
  value === undefined || (Array.isArray(value) && value.length === 0) ? '' : JSON.stringify(value)

const declaredForm = (key: string, argument: Argument): Form => {
  const { kind, flags, nargs, choices, required = false, hidden = false, metavar, value } = argument
  const isBare = kind === 'flag' || kind === 'constant'
  const takes = { option: 'store', positional: 'store', append: 'append', flag: 'flag', constant: 'const' }
  const isNeeded = kind === 'positional' ? nargs !== '?' && nargs !== '*' : required
  return {
    spelling: kind === 'positional' ? 'positional' : flags.join(' '),
    takes: kind === 'constant' ? `const ${value}` : takes[kind],
    values: isBare ? '0' : (nargs ?? '1'),
    metavar: isBare || hidden ? '' : (metavar ?? (choices ? '' : valueName(key))),
    choices: choices?.join(' ') ?? '',
    default: defaultText(argument.default),
    required: isNeeded ? 'yes' : 'no',
    hidden: hidden ? 'yes' : 'no',
    type: isBare ? '' : argument.type === 'int' || argument.type === 'float' ? argument.type : '',
  }
}

const empty = '(empty)'
const unset = '(unset)'

const referenceForm = (given: ReferenceOption): Form => {
  const { flags = [], action, nargs, choices, metavar, dest, sent_as, type } = given
  const spelling = flags.at(-1)?.replace(/^-+/, '').replaceAll('-', '_') ?? ''
  const name = metavar ?? (choices ? '' : (dest ?? sent_as ?? spelling).toUpperCase())
  const constant = given.const === empty ? '' : given.const
  // What stores false is a flag with a default the other way round, which only its own program sees.
  const isFalse = action === 'flag-false'
  return {
    spelling: given.flags ? flags.join(' ') : 'positional',
    takes: action === 'const' ? `const ${constant}` : isFalse ? 'flag' : action,
    values: String(nargs),
    metavar: nargs === 0 || given.hidden ? '' : name,
    choices: choices?.join(' ') ?? '',
    default: nargs === 0 || given.default === unset ? '' : defaultText(given.default),
    required: given.required === true ? 'yes' : 'no',
    hidden: given.hidden === true ? 'yes' : 'no',
    type: type === 'int' || type === 'float' ? type : '',
  }
}

const nameOf = ({ flags, positional, metavar }: ReferenceOption): string =>
  flags?.join('/') ?? metavar ?? positional ?? '?'

const compareOption = (wanted: ReferenceOption, key: string, declared: Argument): string[] => {
  const [theirs, mine] = [referenceForm(wanted), declaredForm(key, declared)]
  const properties = Object.keys(theirs) as (keyof Form)[]
  const different = properties
    // A type of our own, whose samples are tried below, may be stricter than a plain number.
    .filter(property => property !== 'type' || typeof declared.type !== 'function')
    .filter(property => theirs[property] !== mine[property])
    .map(property => `${nameOf(wanted)}: ${property} is "${mine[property]}", not "${theirs[property]}"`)
  if (different.length > 0) return different
  return misread(typeName(wanted), declared).map(text => `${nameOf(wanted)}: ${text}`)
}

const compareList = (
  wanted: readonly ReferenceOption[],
  declared: readonly (readonly [string, Argument])[],
): string[] => {
  const spelled = ([key, { flags, metavar }]: readonly [string, Argument]) =>
    flags.join('/') || (metavar ?? key)
  const found: string[] = []
  for (let at = 0; at < Math.max(wanted.length, declared.length); at++) {
    const [theirs, mine] = [wanted[at], declared[at]]
    if (!mine && theirs) return [...found, `${nameOf(theirs)} is missing`]
    if (mine && !theirs) return [...found, `${spelled(mine)} is none of the original's`]
    if (!mine || !theirs) continue
    if (theirs.flags && theirs.flags.join('/') !== spelled(mine))
      return [...found, `${spelled(mine)} stands where ${nameOf(theirs)} should`]
    found.push(...compareOption(theirs, mine[0], mine[1]))
  }
  return found
}

/** Options that exclude each other, as sorted texts such as `required: --a --b`. */
const declaredGroups = (options: Options): string[] =>
  Object.values(options)
    .filter(entry => entry.kind === 'exclusive' || (entry.kind === 'one-of' && entry.excludes))
    .map(group => {
      const members = flatten({ group }).map(([, { flags }]) => flags.at(-1) ?? 'VALUE')
      return `${group.required ? 'required' : 'optional'}: ${members.sort().join(' ')}`
    })
    .sort()

const groupsOf = (
  options: readonly ReferenceOption[],
  groups: ReferenceCommand['exclusive_groups'] = [],
): string[] => {
  const ids = [...new Set(options.flatMap(({ exclusive_group }) => exclusive_group ?? []))]
  return ids
    .map(id => {
      const members = options
        .filter(option => option.exclusive_group === id)
        .map(({ flags }) => flags?.at(-1) ?? 'VALUE')
      const required = groups.find(group => group.id === id)?.required === true
      return `${required ? 'required' : 'optional'}: ${members.sort().join(' ')}`
    })
    .sort()
}

const compareGroups = (wanted: readonly string[], declared: readonly string[]): string[] => [
  ...wanted.filter(group => !declared.includes(group)).map(group => `no exclusive group ${group}`),
  ...declared
    .filter(group => !wanted.includes(group))
    .map(group => `exclusive group ${group} is none of theirs`),
]

/** Two of the original's filters have their description where their type should be: any text, as those beside them. */
const filterType = (type: string): string => (type.startsWith('"') ? 'str' : type)

const filterForms = (filters: readonly ReferenceFilter[]): Map<string, string> =>
  new Map(
    filters.map(({ name, type, choices = [] }) => [name, `${filterType(type)} ${choices.join(' ')}`.trim()]),
  )

const declaredFilters = (table: FilterTable): ReferenceFilter[] =>
  Object.entries(table).map(([key, { type, choices, prefix }]) => ({
    name: prefix ? `${key}KEY` : key,
    type: type ?? 'str',
    ...(choices && { choices }),
  }))

const compareFilters = (wanted: readonly ReferenceFilter[], table: FilterTable): string[] => {
  const [theirs, mine] = [filterForms(wanted), filterForms(declaredFilters(table))]
  return [...new Set([...theirs.keys(), ...mine.keys()])].flatMap(name => {
    const [expected, actual] = [theirs.get(name), mine.get(name)]
    if (expected === actual) return []
    if (actual === undefined) return [`filter ${name} is missing`]
    if (expected === undefined) return [`filter ${name} is none of the original's`]
    return [`filter ${name} takes "${actual}", not "${expected}"`]
  })
}

/** The options of shared groups, which have no order that anybody relies on; --version and -h are the reader's own. */
const compareCommon = ({ common, filters }: ReferenceCommand, command: Command): string[] => {
  const wanted = common
    .flatMap(group => referenceGroups[group] ?? [])
    .filter(({ action }) => action !== 'version' && action !== 'help')
  const shared = commonOptions(command.common, command.filters, command.options)
  const declared = flatten(shared).filter(([, { flags }]) => !flags.some(name => ours.includes(name)))
  const byName = (a: string, b: string) => (a < b ? -1 : 1)
  const found = compareList(
    wanted.toSorted((a, b) => byName(nameOf(a), nameOf(b))),
    declared.toSorted(([, a], [, b]) => byName(a.flags.join('/'), b.flags.join('/'))),
  )
  const dashH = common.includes('base-without-h') ? [false, undefined] : [undefined, true]
  if (!dashH.includes(command.dashH)) found.push('-h means something else')
  return [
    ...found,
    ...compareGroups(groupsOf(wanted), declaredGroups(shared)),
    ...compareFilters(filters ?? [], command.filters ?? {}),
  ]
}

/** What is different in a declaration, the most telling first; nothing when it takes what the original took. */
export const differences = (wanted: ReferenceCommand, command: Command): string[] => {
  const declared = flatten(command.options)
  const isPositional = ([, { kind }]: readonly [string, Argument]) => kind === 'positional'
  const own = [
    ...compareList(wanted.positionals, declared.filter(isPositional)),
    ...compareList(
      wanted.options,
      declared.filter(entry => !isPositional(entry)),
    ),
    ...compareGroups(
      groupsOf([...wanted.positionals, ...wanted.options], wanted.exclusive_groups),
      declaredGroups(command.options),
    ),
  ]
  const common = command.ignoresWords ? [] : compareCommon(wanted, command)
  return [...own, ...common].map(text => `${wanted.name}: ${text}`)
}
