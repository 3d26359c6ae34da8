// SPDX-License-Identifier: BSD-2-Clause
// `--filter NAME=VALUE`, checked against the command's own table before anything is sent.
import { int } from './argument-types'

export interface FilterRule {
  /** Default: any text. */
  readonly type?: 'int'
  readonly choices?: readonly string[]
  /** The name is a pattern: it stands for `PREFIX` followed by any text, as `tag:` does for `tag:KEY`. */
  readonly prefix?: true
}

/** A command's filters, by name. */
export type FilterTable = Readonly<Record<string, FilterRule>>

/** A filter as the services take it. */
export interface Filter {
  readonly Name: string
  readonly Values: string[]
}

/** Makes a table of filters that take any text; `tag:` stands for a tag's value, `tag:KEY`. */
export const anyText = (...names: readonly string[]): FilterTable =>
  Object.fromEntries(names.map(name => [name, name.endsWith(':') ? { prefix: true } : {}]))

const ruleFor = (table: FilterTable, name: string): FilterRule | undefined => {
  if (Object.hasOwn(table, name)) return table[name]?.prefix ? undefined : table[name]
  return Object.entries(table).find(
    ([key, rule]) => rule.prefix && name.startsWith(key) && name.length > key.length,
  )?.[1]
}

const isInt = (value: string): boolean => {
  try {
    int(value)
    return true
  } catch {
    return false
  }
}

/** The type of `--filter` for a command with this table. */
export const filterType =
  (table: FilterTable) =>
  (text: string): { readonly name: string; readonly value: string } => {
    const at = text.indexOf('=')
    const name = at === -1 ? text : text.slice(0, at)
    const rule = at === -1 ? undefined : ruleFor(table, name)
    if (!rule) throw new TypeError(`"${text}" matches no available filters`)
    const value = text.slice(at + 1)
    if (rule.type === 'int' && !isInt(value)) {
      throw new TypeError(`${name} filter value '${value}' must have type int`)
    }
    if (rule.choices && !rule.choices.includes(value)) {
      throw new TypeError(`${name} filter value '${value}' must match one of ${rule.choices.join(', ')}`)
    }
    return { name, value }
  }

/** Equal names become one filter with several values, in order of first appearance. */
export const mergeFilters = (
  given: readonly { readonly name: string; readonly value: string }[],
): Filter[] => {
  const merged = new Map<string, string[]>()
  for (const { name, value } of given) merged.set(name, [...(merged.get(name) ?? []), value])
  return [...merged].map(([Name, Values]) => ({ Name, Values }))
}
