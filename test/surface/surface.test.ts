// SPDX-License-Identifier: BSD-2-Clause
// Every tool takes what the original took: options and their order, metavars, choices, defaults, exclusions, filters.
import assert from 'node:assert/strict'
import type { Command } from '../../src/cli/command'
import { idOf, progOf } from '../../src/cli/find'
import { exclusive, flag, option, positional } from '../../src/cli/options'
import { commandIds, loadCommand } from '../../src/cli/shelf'
import { local } from '../../src/cli/suites'
import { differences } from './judge'
import { type ReferenceCommand, referenceCommands } from './reference'
import { stillMissing } from './still-missing'
import { isTried, typeName } from './type-samples'

/** Tools of ours beside the original's. */
const extra = [
  'euca-add-group',
  'euca-add-keypair',
  'euca-bundle-upload',
  'euca-check-bucket',
  'euca-convert-image',
]

const load = async (name: string): Promise<Command> => {
  const command = await loadCommand(idOf(name))
  assert.ok(command, `${name} is missing`)
  return command
}

const present = referenceCommands.filter(({ name }) => !stillMissing.includes(name))

describe('The surface', () => {
  for (const expected of present) {
    it(`${expected.name} takes what the original took`, async () => {
      const [first] = differences(expected, await load(expected.name))
      assert.equal(first, undefined, first)
    })
  }

  it('is that of all 326 tools, without a difference', async () => {
    assert.equal(referenceCommands.length, 326)
    const judged = await Promise.all(
      present.map(async expected => differences(expected, await load(expected.name))),
    )
    assert.deepEqual(judged.flat(), [])
    assert.equal(judged.length, 326 - stillMissing.length)
  })

  it('lacks the tools that are known to be missing, and no more', () => {
    const tools = new Set(commandIds().map(progOf))
    const missing = referenceCommands.map(({ name }) => name).filter(name => !tools.has(name))
    assert.deepEqual(missing, [...stillMissing].sort())
  })

  it('has no tool that the original had not, but for those that are named', () => {
    const known = new Set([...referenceCommands.map(({ name }) => name), ...extra])
    const tools = commandIds().map(progOf)
    assert.deepEqual(
      tools.filter(tool => !tool.startsWith('mallee ') && !known.has(tool)),
      [],
    )
  })

  it('knows what every type of value takes', () => {
    const types = referenceCommands.flatMap(({ options, positionals }) =>
      [...options, ...positionals].map(typeName),
    )
    assert.deepEqual(
      types.filter(type => !isTried(type)),
      [],
    )
  })
})

describe('The judge of the surface', () => {
  const wanted: ReferenceCommand = {
    name: 'euca-try',
    actions: [],
    common: ['base'],
    exclusive_groups: [{ id: 1, required: true }],
    positionals: [{ positional: 'Id', metavar: 'ID', action: 'store', nargs: 1, required: true }],
    options: [
      { flags: ['-n', '--name'], action: 'store', nargs: 1, default: 'x', dest: 'name', exclusive_group: 1 },
      { flags: ['--all'], action: 'flag', nargs: 0, exclusive_group: 1 },
      { flags: ['--size'], action: 'store', nargs: 1, metavar: 'BYTES', type: 'filesize' },
    ],
    filters: null,
    prints: true,
  }
  const kilobytes = (text: string) => Number(text.replace('k', '000'))
  const bytes = (text: string) => {
    if (text === '10x') throw new TypeError('no')
    return 10240
  }
  const id = { id: positional('ID', {}) }
  const size = { size: option('--size', { metavar: 'BYTES', type: bytes }) }
  const name = option('-n --name', { default: 'x' })
  const all = flag('--all', {})
  const which = { which: exclusive({ required: true }, { name, all }) }
  const judge = (options: Command['options'], rest: Partial<Command> = {}) =>
    differences(wanted, { ...local.command({ summary: 'Try', options, call: () => {} }), ...rest })

  it('finds nothing where nothing is different', () => {
    assert.deepEqual(judge({ ...id, ...which, ...size }), [])
  })

  it('names every kind of difference', () => {
    const cases: readonly (readonly [Command['options'], string])[] = [
      [{ ...which, ...size }, 'ID is missing'],
      [{ id: positional('ID', { nargs: '?' }), ...which, ...size }, 'ID: values is "?", not "1"'],
      [{ ...id, ...size, ...which }, '--size stands where -n/--name should'],
      [{ ...id, ...which }, '--size is missing'],
      [{ ...id, ...which, ...size, more: flag('--more', {}) }, "--more is none of the original's"],
      [
        { ...id, which: exclusive({ required: false }, { name, all }), ...size },
        'no exclusive group required: --all --name',
      ],
      [
        { ...id, which: exclusive({ required: true }, { name: option('-n --name', {}), all }), ...size },
        '-n/--name: default is "", not ""x""',
      ],
      [
        { ...id, ...which, size: option('--size', { type: bytes }) },
        '--size: metavar is "SIZE", not "BYTES"',
      ],
      [
        { ...id, ...which, size: option('--size', { metavar: 'BYTES' }) },
        '--size: its values are not read as filesize',
      ],
      [
        { ...id, ...which, size: option('--size', { metavar: 'BYTES', type: kilobytes }) },
        '--size: reads "10k" as 10000, not as 10240',
      ],
      [
        { ...id, ...which, size: option('--size', { metavar: 'BYTES', type: () => 10240 }) },
        '--size: takes "10x", which is no filesize',
      ],
      [
        { ...id, ...which, size: option('--size', { metavar: 'BYTES', type: bytes, required: true }) },
        '--size: required is "yes", not "no"',
      ],
    ]
    for (const [options, text] of cases) assert.equal(judge(options)[0], `euca-try: ${text}`)
  })

  it('looks into shared groups, filters and -h', () => {
    const options = { ...id, ...which, ...size }
    const texts = (rest: Partial<Command>) => judge(options, rest)
    assert.deepEqual(texts({ common: ['region'] }), ["euca-try: --region is none of the original's"])
    assert.deepEqual(texts({ dashH: false }), ['euca-try: -h means something else'])
    assert.deepEqual(texts({ filters: { state: {} } }), [
      "euca-try: --filter is none of the original's",
      "euca-try: filter state is none of the original's",
    ])
  })
})
