// SPDX-License-Identifier: BSD-2-Clause
// Writes oclif.manifest.json, by which `mallee help` knows every tool without loading one.
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { declarations, root } from './declarations.mjs'

const require = createRequire(import.meta.url)
const { flatten } = require('../src/cli/reader.ts')
const { commonOptions } = require('../src/cli/common-options.ts')

const kebab = key => key.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)

const flagOf = (key, { kind, flags, help, hidden, required, choices }) => {
  const long = flags.find(flag => flag.startsWith('--'))
  const short = flags.find(flag => /^-[^-]$/.test(flag))
  const name = long?.slice(2) ?? kebab(key)
  const isBoolean = kind === 'flag' || kind === 'constant'
  return [
    name,
    {
      name,
      ...(short && { char: short.slice(1) }),
      ...(help && { description: help }),
      ...(hidden && { hidden }),
      ...(required && { required }),
      ...(choices && { options: choices }),
      type: isBoolean ? 'boolean' : 'option',
      ...(isBoolean ? { allowNo: false } : { hasDynamicHelp: false, multiple: kind === 'append' }),
    },
  ]
}

const argOf = (key, { metavar, help, nargs }) => [
  kebab(key),
  {
    name: metavar ?? kebab(key),
    ...(help && { description: help }),
    required: nargs !== '?' && nargs !== '*',
  },
]

const entryOf = ({ id, command }) => {
  const options = flatten({
    ...command.options,
    ...commonOptions(command.common, command.filters, command.options),
  })
  const isPositional = ([, { kind }]) => kind === 'positional'
  return {
    aliases: [],
    args: Object.fromEntries(options.filter(isPositional).map(([key, argument]) => argOf(key, argument))),
    flags: Object.fromEntries(
      options.filter(option => !isPositional(option)).map(([key, argument]) => flagOf(key, argument)),
    ),
    ...(command.description && { description: command.description }),
    hasDynamicHelp: false,
    hiddenAliases: [],
    id: id.replace('/', ':'),
    pluginAlias: 'mallee',
    pluginName: 'mallee',
    pluginType: 'core',
    strict: false,
    summary: command.summary,
  }
}

/** The text of oclif.manifest.json. */
export const manifest = async () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const commands = (await declarations()).map(declaration => [
    declaration.id.replace('/', ':'),
    entryOf(declaration),
  ])
  return `${JSON.stringify({ commands: Object.fromEntries(commands), version }, null, 2)}\n`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(join(root, 'oclif.manifest.json'), await manifest())
}
