// SPDX-License-Identifier: BSD-2-Clause
// Filters of Describe requests. A service says which names it has as a table from name to value; the rest is here:
// several filters must all match, several values of one filter are alternatives, and values may hold wildcards.
import { refuse } from './errors'
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

interface Step {
  readonly kind: 'one' | 'any' | 'literal'
  readonly character: string
}

const stepsOf = (pattern: string): Step[] => {
  const steps: Step[] = []
  const characters = [...pattern]
  for (let index = 0; index < characters.length; index += 1) {
    const character = characters[index] ?? ''
    const next = characters[index + 1]
    if (character === '\\' && next !== undefined) {
      steps.push({ kind: 'literal', character: next })
      index += 1
    } else if (character === '*') {
      if (steps.at(-1)?.kind !== 'any') steps.push({ kind: 'any', character })
    } else {
      steps.push({ kind: character === '?' ? 'one' : 'literal', character })
    }
  }
  return steps
}

/**
 * A test for one filter value: `*` is any text, `?` any one character, and a backslash takes the meaning from what
 * follows it. Upper and lower case differ.
 */
export const wildcard = (pattern: string): ((text: string) => boolean) => {
  if (!/[*?\\]/.test(pattern)) return text => text === pattern
  const steps = stepsOf(pattern)
  // Patterns come from strangers. A regular expression of many stars can take exponential time; going back to the last
  // star only, which is enough, takes pattern length times text length at most.
  return text => {
    const characters = [...text]
    let step = 0
    let at = 0
    let star = -1
    let starAt = 0
    while (at < characters.length) {
      const wanted = steps[step]
      if (wanted?.kind === 'any') {
        star = step
        starAt = at
        step += 1
      } else if (wanted && (wanted.kind === 'one' || wanted.character === characters[at])) {
        step += 1
        at += 1
      } else if (star >= 0) {
        starAt += 1
        at = starAt
        step = star + 1
      } else {
        return false
      }
    }
    return steps.slice(step).every(rest => rest.kind === 'any')
  }
}

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
