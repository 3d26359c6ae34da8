// SPDX-License-Identifier: BSD-2-Clause
// docs/parity.md: of every tool of the original, how much of it there is, and where that is seen.
import type { Command } from '../../src/cli/command'
import { places } from '../../src/engine/services'
import { differences } from './judge'
import type { Play } from './plays'
import type { ReferenceCommand } from './reference'

export interface Judged {
  readonly tool: ReferenceCommand
  /** Absent: there is no such tool yet. */
  readonly command?: Command
  readonly plays: readonly Play[]
}

/** Names of what this cloud can do, such as `ec2:DescribeImages`. */
export const engineOperations = async (): Promise<Set<string>> => {
  const named = await Promise.all(
    places.map(async ({ name, load }) => {
      const { operations } = await load()
      return Object.keys(operations).map(operation => `${name}:${operation}`)
    }),
  )
  return new Set(named.flat())
}

/** The reference's names of services, and this cloud's where they are others. */
const serviceNames: Readonly<Record<string, string>> = {
  monitoring: 'cloudwatch',
}

/** Requests that are no operation of a service by that name: objects by their method, catalogs, certificates, metadata. */
const isPlainRequest = (action: string): boolean => /^(s3|eustore|tls|metadata):/.test(action)

export const operationOf = (action: string): string => {
  const [service = '', ...rest] = action.split(':')
  return `${serviceNames[service] ?? service}:${rest.join(':')}`
}

/** Operations that a tool asks for and this cloud has not. */
export const missingOperations = (tool: ReferenceCommand, known: ReadonlySet<string>): string[] =>
  tool.actions.filter(action => !isPlainRequest(action) && !known.has(operationOf(action)))

export const success = ({ plays }: Judged): Play | undefined =>
  plays.find(({ status, prints }) => status === 0 && prints) ?? plays.find(({ status }) => status === 0)
export const refusal = ({ plays }: Judged): Play | undefined => plays.find(({ status }) => status !== 0)

const outputOf = (judged: Judged): string => {
  if (!success(judged)) return 'no'
  if (!judged.tool.prints) return 'prints nothing'
  return success(judged)?.prints ? 'yes' : 'no'
}

const optionsOf = ({ tool, command }: Judged): string => {
  const { options, positionals, filters } = tool
  const all = options.length + positionals.length + (filters?.length ?? 0)
  if (!command) return `0 of ${all}`
  return `${Math.max(0, all - differences(tool, command).length)} of ${all}`
}

const fileOf = (play: Play | undefined): string => (play ? `\`${play.file}\`` : 'none')

const rowOf = (judged: Judged, known: ReadonlySet<string>): string => {
  const missing = missingOperations(judged.tool, known)
  const operations = judged.tool.actions
    .map(action => (missing.includes(action) ? `${operationOf(action)} (missing)` : operationOf(action)))
    .join(', ')
  const scenarios = judged.command ? [fileOf(success(judged)), fileOf(refusal(judged))] : ['no tool yet', '']
  return `| ${judged.tool.name} | ${optionsOf(judged)} | ${outputOf(judged)} | ${operations.replaceAll('|', '\\|')} | ${scenarios.join(' | ')} |`
}

const introduction = `# Parity

Every tool of euca2ools 3.4.1 and eustore, and where the tests see that it is the same here. Written by the test run
(\`UPDATE=1 npx mocha test/surface/parity.test.ts\`), which fails when it is not fresh.

- *options*: of its options, arguments by place and filters, those that are declared as the original's: spelling, order, value,
  choices, default, exclusions, help.
- *output*: a scenario holds what it prints, byte for byte; *prints nothing* is what the original prints as well.
- *operations*: what it asks of which service, and whether this cloud has it. Requests that are no operation, such as those of a
  catalog, are told in words.
- *succeeds*, *is refused*: a scenario in \`test/scenarios\` that plays it so.
`

/** The page. */
export const parityPage = (all: readonly Judged[], known: ReadonlySet<string>): string => {
  const present = all.filter(({ command }) => command)
  const same = present.filter(({ tool, command }) => command && differences(tool, command).length === 0)
  return [
    introduction,
    `${present.length} of ${all.length} tools, ${same.length} of them without a difference.\n`,
    '| tool | options | output | operations | succeeds in | is refused in |',
    '|---|---|---|---|---|---|',
    ...all.map(judged => rowOf(judged, known)),
    '',
  ].join('\n')
}
