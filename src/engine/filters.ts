// SPDX-License-Identifier: BSD-2-Clause
// Filters of Describe requests. A service says which names it has as a table from name to value; the rest is here:
// several filters must all match, several values of one filter are alternatives, and values may hold wildcards.
import { refuse } from './errors'
import { anyText, globOf, oneCharacter, type Part } from './glob'
import { readTimestamp } from './wire/values'

export interface Filter {
  readonly Name?: string | undefined
  readonly Values?: readonly string[] | undefined
}

type Scalar = string | number | boolean | Date | undefined
/** What a record has under a filter's name: nothing, one value, or several of which any may match. */
export type FilterValue = Scalar | readonly Scalar[]

/**
 * From filter name to value. A name that ends in `:` stands for all names that begin with it (`tag:` for `tag:Name`,
 * `tag:colour`, …); its function is given the rest of the name as `rest`.
 */
export type FilterTable<R> = Readonly<Record<string, (record: R, rest: string) => FilterValue>>

/** Filters of what this cloud's records never have: their names are known, and they match nothing. */
export const withoutMatch = <R>(names: readonly string[]): FilterTable<R> =>
  Object.fromEntries(names.map(name => [name, () => undefined]))

// AWS' limit for one call, over all filters.
const maximumValues = 200

/** What a filter value is compared with: times as EC2 writes them, with milliseconds, in UTC. */
const textOf = (value: Scalar): string | undefined => {
  if (value instanceof Date) return value.toISOString()
  return value === undefined ? undefined : String(value)
}

const valuesOf = (value: FilterValue): readonly Scalar[] => (Array.isArray(value) ? value : [value as Scalar])

/** The wildcards of a filter's value, in which a backslash takes the meaning from what follows it. */
const partsOf = (pattern: string): Part[] => {
  const parts: Part[] = []
  const characters = [...pattern]
  for (let index = 0; index < characters.length; index += 1) {
    const character = characters[index] ?? ''
    const next = characters[index + 1]
    if (character === '\\' && next !== undefined) {
      parts.push(next)
      index += 1
    } else if (character === '*') parts.push(anyText)
    else parts.push(character === '?' ? oneCharacter : character)
  }
  return parts
}

/**
 * A test for one filter value: `*` is any text, `?` any one character, and a backslash takes the meaning from what
 * follows it. Upper and lower case differ.
 */
export const wildcard = (pattern: string): ((text: string) => boolean) =>
  /[*?\\]/.test(pattern) ? globOf(partsOf(pattern)) : text => text === pattern

/**
 * A test of what a record has for one filter value. A time is also found by the same instant written otherwise, with
 * another zone or without milliseconds: SDKs read times into types of their own, and programs write those back.
 */
const alternative = (wanted: string): ((value: Scalar) => boolean) => {
  const matches = wildcard(wanted)
  const instant = readTimestamp(wanted)?.getTime()
  return value => {
    const text = textOf(value)
    if (text === undefined) return false
    return matches(text) || (value instanceof Date && value.getTime() === instant)
  }
}

const valueUnder = <R>(table: FilterTable<R>, name: string): ((record: R) => FilterValue) => {
  const prefix = name.slice(0, name.indexOf(':') + 1)
  // Own members only: `constructor` is no filter.
  const known = [name, prefix].find(key => key !== '' && Object.hasOwn(table, key))
  const value = known === undefined ? undefined : table[known]
  const rest = known === prefix ? name.slice(prefix.length) : ''
  if (!value || (known === prefix && rest === '')) {
    return refuse('InvalidParameterValue', `The filter '${name}' is invalid`)
  }
  return record => value(record, rest)
}

/**
 * A test of records for a request's filters. Refuses unknown names, filters without values, and more than 200 values,
 * before any record is looked at.
 */
export const matchFilters = <R>(
  filters: readonly Filter[] | undefined,
  table: FilterTable<R>,
): ((record: R) => boolean) => {
  if (!filters?.length) return () => true
  const count = filters.reduce((sum, filter) => sum + (filter.Values?.length ?? 0), 0)
  if (count > maximumValues) {
    refuse(
      'FilterLimitExceeded',
      `The maximum number of filter values specified on a single call is ${maximumValues}`,
    )
  }
  const tests = filters.map(({ Name, Values }) => {
    const value = valueUnder(table, Name ?? 'null')
    if (!Values?.length) return refuse('InvalidParameterValue', `The filter '${Name}' has no values`)
    const alternatives = Values.map(alternative)
    return (record: R) => {
      const values = valuesOf(value(record))
      return alternatives.some(matches => values.some(matches))
    }
  })
  return record => tests.every(test => test(record))
}
