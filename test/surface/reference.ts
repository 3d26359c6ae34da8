// SPDX-License-Identifier: BSD-2-Clause
// What the original tools took, as commands.json has it: every one of them, one a line.
import reference from './commands.json'

export interface ReferenceOption {
  readonly flags?: readonly string[]
  readonly positional?: string
  readonly action: 'store' | 'append' | 'flag' | 'flag-false' | 'const' | 'version' | 'help'
  readonly nargs: number | string
  readonly const?: string | number
  readonly choices?: readonly string[]
  readonly default?: unknown
  readonly required?: boolean
  readonly hidden?: boolean
  readonly metavar?: string
  readonly dest?: string
  readonly sent_as?: string | null
  readonly type?: string | { readonly delimiter: string; readonly list: string } | null
  readonly exclusive_group?: number | string
}

export interface ReferenceFilter {
  readonly name: string
  readonly type: string
  readonly choices?: readonly string[]
}

export interface ReferenceCommand {
  readonly name: string
  /** What it asks of the services, such as `ec2:DescribeImages`. */
  readonly actions: readonly string[]
  readonly common: readonly string[]
  readonly exclusive_groups?: readonly { readonly required: boolean; readonly id: number | string }[]
  readonly options: readonly ReferenceOption[]
  readonly positionals: readonly ReferenceOption[]
  readonly filters: readonly ReferenceFilter[] | null
  /** It prints something when all goes well. */
  readonly prints: boolean
}

// The JSON's own type is a union of all its entries, which says less.
const { common, commands } = reference as unknown as {
  readonly common: Readonly<Record<string, readonly ReferenceOption[]>>
  readonly commands: readonly ReferenceCommand[]
}

/** Groups of options that many tools share. */
export const referenceGroups = common

export const referenceCommands = commands
