// SPDX-License-Identifier: BSD-2-Clause
// The tools take the options that the original took: commands.json is the part of its reference that is implemented.
import assert from 'node:assert/strict'
import type { Command } from '../../src/cli/command'
import { idOf } from '../../src/cli/find'
import { type Argument, type Options, option } from '../../src/cli/options'
import { flatten, valueName } from '../../src/cli/reader'
import { loadCommand } from '../../src/cli/shelf'
import reference from './commands.json'

interface ReferenceOption {
  readonly flags?: readonly string[]
  readonly positional?: string
  readonly action: string
  readonly nargs: number | string
  readonly const?: string
  readonly choices?: readonly string[]
  readonly required?: boolean
  readonly hidden?: boolean
  readonly metavar?: string
  readonly dest?: string
  readonly sent_as?: string | null
  readonly type?: unknown
}

interface ReferenceCommand {
  readonly name: string
  readonly common: readonly string[]
  readonly exclusive_groups?: readonly { readonly required: boolean; readonly id: number | string }[]
  readonly options?: readonly (ReferenceOption & { readonly exclusive_group?: number | string })[]
  readonly positionals?: readonly (ReferenceOption & { readonly exclusive_group?: number | string })[]
  readonly filters?: readonly {
    readonly name: string
    readonly type: string
    readonly choices?: readonly string[]
  }[]
}

const commands = reference.commands as unknown as readonly ReferenceCommand[]

/** What both sides are brought to before they are compared. */
interface Form {
  readonly flags: string
  readonly takes: string
  readonly nargs: string
  readonly choices: string
  readonly required: boolean
  readonly hidden: boolean
  readonly metavar: string
  readonly number: string
}

const takes: Readonly<Record<string, string>> = {
  option: 'store',
  positional: 'store',
  append: 'append',
  flag: 'flag',
}

const declaredForm = (key: string, argument: Argument): Form => {
  const { kind, flags, nargs, choices, required = false, hidden = false, metavar, type, value } = argument
  const isBare = kind === 'flag' || kind === 'constant'
  return {
    flags: flags.join(' '),
    takes: kind === 'constant' ? `const ${value}` : (takes[kind] ?? kind),
    nargs: isBare ? '0' : (nargs ?? '1'),
    choices: choices?.join(' ') ?? '',
    required: kind === 'positional' ? nargs !== '?' && nargs !== '*' : required,
    hidden,
    metavar: isBare || hidden ? '' : (metavar ?? (choices ? '' : valueName(key))),
    number: typeof type === 'function' ? 'checked' : (type ?? ''),
  }
}

const referenceForm = (given: ReferenceOption): Form => {
  const { flags = [], action, nargs, choices, metavar, dest, sent_as, type } = given
  const isBare = nargs === 0
  // As Python's argparse has it, where nothing else is said.
  const spelling = flags.at(-1)?.replace(/^-+/, '').replaceAll('-', '_') ?? ''
  const name = metavar ?? (choices ? '' : (dest ?? sent_as ?? spelling).toUpperCase())
  return {
    flags: flags.join(' '),
    takes: action === 'const' ? `const ${given.const}` : action,
    nargs: String(nargs),
    choices: choices?.join(' ') ?? '',
    required: given.required === true,
    hidden: given.hidden === true,
    metavar: isBare || given.hidden ? '' : name,
    number: type === 'int' || type === 'float' ? type : '',
  }
}

/** Exclusive groups as sorted texts, such as `required: --a --b`. */
const declaredGroups = (options: Options): string[] =>
  Object.values(options)
    .filter(entry => entry.kind === 'exclusive' || (entry.kind === 'one-of' && entry.excludes))
    .map(group => {
      const members = flatten({ group }).map(([, { flags }]) => flags.at(-1) ?? '')
      return `${group.required ? 'required' : 'optional'}: ${members.sort().join(' ')}`
    })
    .sort()

const referenceGroups = ({
  positionals = [],
  options: named = [],
  exclusive_groups = [],
}: ReferenceCommand): string[] => {
  const options = [...positionals, ...named]
  const ids = [...new Set(options.flatMap(({ exclusive_group }) => exclusive_group ?? []))]
  return ids
    .map(id => {
      const members = options
        .filter(option => option.exclusive_group === id)
        .map(({ flags }) => flags?.at(-1) ?? '')
      const required = exclusive_groups.find(group => group.id === id)?.required === true
      return `${required ? 'required' : 'optional'}: ${members.sort().join(' ')}`
    })
    .sort()
}

// On a terminal the images are offered to choose from, so that neither option is required by the parser; without a
// terminal the command's own rule demands one in the parser's words.
const chosenOnTerminal = 'required: --image-name --tarball'

// Where the original showed the name of its own variable, which says less than the option does.
const clearerNames: Readonly<Record<string, string>> = { '-p --prefix': 'PREFIX' }

/** A type of our own may be stricter than the original's. */
const comparable = (wanted: Form, declared: Form | undefined): Form => ({
  ...wanted,
  metavar: wanted.metavar === 'MANIFEST' ? (clearerNames[wanted.flags] ?? wanted.metavar) : wanted.metavar,
  number: declared?.number === 'checked' ? 'checked' : wanted.number,
})

const load = async (name: string): Promise<Command> => {
  const command = await loadCommand(idOf(name))
  assert.ok(command, `${name} is missing`)
  return command
}

/** No original had it. */
const waiting = 'wait'

const shared = ['credentials', 'progress', 'region', 'service-url', 'table', 'tabify']

describe('The surface', () => {
  for (const expected of commands) {
    const { name, common, options = [], positionals = [], filters } = expected
    it(`${name} takes what the original took, in its order`, async () => {
      const declared = flatten((await load(name)).options)
      const isPositional = ([, { kind }]: [string, Argument]) => kind === 'positional'
      const assertSame = (entries: [string, Argument][], wanted: readonly ReferenceOption[]) => {
        const forms = entries.map(([key, argument]) => declaredForm(key, argument))
        assert.deepEqual(
          forms,
          wanted.map((given, i) => comparable(referenceForm(given), forms[i])),
        )
      }
      assertSame(declared.filter(isPositional), positionals)
      assertSame(
        declared.filter(entry => !isPositional(entry)),
        options,
      )
      const groups = referenceGroups(expected).map(group =>
        group === chosenOnTerminal ? group.replace('required', 'optional') : group,
      )
      assert.deepEqual(declaredGroups((await load(name)).options), groups.sort())
    })

    it(`${name} shares the groups of options that the original shared`, async () => {
      const command = await load(name)
      assert.deepEqual(
        command.common.filter(group => group !== waiting).sort(),
        common.filter(group => shared.includes(group)).sort(),
      )
      assert.equal(command.dashH === false, common.includes('base-without-h'))
      assert.equal(command.filters !== undefined, common.includes('filter'))
    })

    if (filters && filters.length > 0) {
      it(`${name} offers the filters that the original offered`, async () => {
        const offered = Object.entries((await load(name)).filters ?? {}).map(
          ([key, { type, choices, prefix }]) => ({
            name: prefix ? `${key}KEY` : key,
            type: type ?? 'str',
            choices: choices?.join(' ') ?? '',
          }),
        )
        const wanted = filters.map(({ name, type, choices = [] }) => ({
          name,
          type,
          choices: choices.join(' '),
        }))
        const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1)
        assert.deepEqual(offered.sort(byName), wanted.sort(byName))
      })
    }
  }

  it('notices an option that is declared otherwise', () => {
    const form = declaredForm('name', option('-n --name', { required: true }))
    assert.notDeepEqual(
      form,
      referenceForm({ flags: ['-n', '--name'], action: 'store', nargs: 1, dest: 'name' }),
    )
  })
})
