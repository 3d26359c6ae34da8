// SPDX-License-Identifier: BSD-2-Clause
// Conditions of a statement: all must hold. Of the values that a condition lists one is enough; a negated operator wants
// none of them. What is absent from the request matches nothing, so that a negated operator holds.
import type { Context } from './contracts'
import { type Operator, operatorNamed, truthOf } from './operators'
import { problem } from './problem'
import { type Resolved, valuesOf, variablesOf } from './templates'

export interface Condition {
  /** The key and the variables in the values, as they are written. */
  readonly keys: readonly string[]
  /** `undefined`: a variable has no value, and then the statement matches nothing. */
  holds(context: Context): boolean | undefined
  /** Whether it can be told before a resource is looked at: the key is there, or is one that every request has or lacks. */
  isKnown(context: Context): boolean
}

interface Name {
  readonly set: 'all' | 'any' | undefined
  readonly base: string
  readonly isOptional: boolean
}

const nameOf = (written: string): Name => {
  const [, set, base = '', suffix] = /^(?:(ForAllValues|ForAnyValue):)?(.*?)(IfExists)?$/s.exec(written) ?? []
  return {
    set: set === undefined ? undefined : set === 'ForAllValues' ? 'all' : 'any',
    base,
    isOptional: suffix !== undefined,
  }
}

const unsupported = (written: string): never => problem(`Condition type '${written}' is not supported`)

/** What is absent, as each operator has it. `ForAnyValue` wants a value, whatever else is said. */
const whenAbsent = ({ set, isOptional }: Name, { isNegated }: Operator): boolean => {
  if (set === 'any') return false
  return set === 'all' || isOptional || isNegated
}

const known =
  (key: string) =>
  (context: Context): boolean =>
    valuesOf(context, key) !== undefined || (key.startsWith('aws:') && !key.startsWith('aws:resource'))

const nullCondition = (key: string, values: readonly string[]): Condition => {
  const wanted = new Set(values.map(value => truthOf(value, key)))
  const slot = key.toLowerCase()
  return {
    keys: [key],
    holds: context => wanted.has(valuesOf(context, slot) === undefined),
    isKnown: known(slot),
  }
}

const isTag = (slot: string): boolean =>
  /^\w+:(resource|request|principal|existingobject|requestobject)tag\//.test(slot)

export interface ConditionRules {
  readonly hasVariables: boolean
  readonly effect: 'Allow' | 'Deny' | 'Limit'
}

/** Read the values under one key of one operator. Throws `PolicyProblem`. */
export const conditionOf = (
  written: string,
  key: string,
  values: readonly string[],
  { hasVariables, effect }: ConditionRules,
): Condition => {
  if (written === 'Null') return nullCondition(key, values)
  const name = nameOf(written)
  const operator = operatorNamed(name.base) ?? unsupported(written)
  const slot = key.toLowerCase()
  const read = values.map(value => operator.read(value, slot, hasVariables))
  const variables = read.flatMap(({ template = [] }) => variablesOf(template))
  const absent = whenAbsent(name, operator)
  return {
    keys: [key, ...variables],
    isKnown: known(slot),
    holds: context => {
      const actual = valuesOf(context, slot)
      if (actual === undefined) return absent
      const tests = read.map((resolved: Resolved) => resolved(context))
      if (tests.includes(undefined)) return undefined
      const hits = (value: string): boolean =>
        tests.some(test => test?.(value) === true) !== operator.isNegated
      // Two tags whose keys differ in case are one key here: neither may hide the other. What allows wants both to be
      // right, and to be denied one that is wrong is enough.
      const isAmbiguous = name.set === undefined && actual.length > 1 && isTag(slot)
      const isAll = isAmbiguous
        ? effect === 'Allow'
        : name.set === 'all' || (name.set === undefined && operator.isNegated)
      return isAll ? actual.every(hits) : actual.some(hits)
    },
  }
}
