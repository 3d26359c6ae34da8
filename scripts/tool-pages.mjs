// SPDX-License-Identifier: BSD-2-Clause
// Writes docs/tools/: a page for every tool, made from its declaration, and their list.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { declarations, root } from './declarations.mjs'

const require = createRequire(import.meta.url)
const { flatten, reader, valueName } = require('../src/cli/reader.ts')
const { commonOptions } = require('../src/cli/common-options.ts')

const escaped = text => text.replace(/\|/g, '\\|')
const filled = ({ help = '', default: value }) => escaped(help.replaceAll('%(default)s', String(value)))

const spelling = ([key, { flags, metavar, choices, kind }]) => {
  if (kind === 'positional') return metavar ?? key
  const value =
    kind === 'flag' || kind === 'constant'
      ? ''
      : ` ${metavar ?? (choices ? `{${choices.join(',')}}` : valueName(key))}`
  return flags.map(flag => `${flag}${value}`).join(', ')
}

const table = entries =>
  entries.length === 0
    ? ''
    : `| | |\n|---|---|\n${entries.map(entry => `| \`${escaped(spelling(entry))}\` | ${filled(entry[1])} |\n`).join('')}\n`

const ruleText = (name, { type, choices, prefix }) => {
  const meaning = choices ? `one of ${choices.join(', ')}` : type === 'int' ? 'a whole number' : ''
  return `- \`${prefix ? `${name}KEY` : name}\`${meaning && `: ${meaning}`}\n`
}

const pageOf = ({ prog, command }) => {
  const common = command.ignoresWords ? {} : commonOptions(command.common, command.filters, command.options)
  const { usage } = reader(
    prog,
    command.summary,
    { ...command.options, ...common },
    { columns: 80, dashH: command.dashH !== false },
  )
  const visible = options => flatten(options).filter(([, { hidden }]) => !hidden)
  const filters = Object.entries(command.filters ?? {})
  return [
    `# ${prog}\n\n${command.summary}.${command.description ? ` ${command.description}` : ''}\n\n`,
    `\`\`\`\n${usage()}\`\`\`\n\n`,
    table(visible(command.options)),
    command.ignoresWords ? '' : `## Options of many tools\n\n${table(visible(common))}`,
    filters.length === 0
      ? ''
      : `## Filters\n\n${filters.map(([name, rule]) => ruleText(name, rule)).join('')}\n`,
  ]
    .join('')
    .replace(/\n+$/, '\n')
}

const index = all =>
  `# Tools\n\nMade from the declarations in \`src/commands\`.\n\n${all
    .map(({ prog, command }) => `- [${prog}](${prog.replace(' ', '-')}.md): ${command.summary}\n`)
    .join('')}`

/** Name and text of every page. */
export const toolPages = async () => {
  const all = await declarations()
  const pages = all.map(declaration => [`${declaration.prog.replace(' ', '-')}.md`, pageOf(declaration)])
  return new Map([['README.md', index(all)], ...pages])
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = join(root, 'docs/tools')
  const pages = await toolPages()
  mkdirSync(folder, { recursive: true })
  for (const name of readdirSync(folder)) if (!pages.has(name)) rmSync(join(folder, name))
  for (const [name, text] of pages) writeFileSync(join(folder, name), text)
}
