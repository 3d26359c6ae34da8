// SPDX-License-Identifier: BSD-2-Clause
// The values of a stack's parameters.
import { invalid } from '../refusals'
import type { StackParameter, Template } from './contracts'
import { listed } from './faults'
import { checkValue } from './parameters'
import { Patterns } from './patterns'

export interface GivenParameter {
  readonly key: string
  readonly value?: string | undefined
  readonly usePrevious?: boolean | undefined
}

/** The values of all parameters, checked against their constraints. Of `previous`, those that are to stay are taken. */
export const settleParameters = (
  template: Template,
  given: readonly GivenParameter[],
  previous: readonly StackParameter[] = [],
): readonly StackParameter[] => {
  const values = new Map(given.map(parameter => [parameter.key, givenValue(parameter, previous)]))
  const patterns = new Patterns()
  const settled = [...template.parameters.values()].map(declaration => {
    const { name, noEcho } = declaration
    const own = values.get(name)
    if (own !== undefined) checkValue(declaration, own, patterns)
    return { key: name, value: own ?? declaration.default, noEcho }
  })
  const missing = settled.filter(({ value }) => value === undefined)
  if (missing.length > 0) invalid(`Parameters: ${listed(missing.map(({ key }) => key))} must have values`)
  const unknown = [...values.keys()].filter(key => !template.parameters.has(key))
  if (unknown.length > 0) invalid(`Parameters: ${listed(unknown)} do not exist in the template`)
  return settled.map(({ key, value = '', noEcho }) => ({ key, value, noEcho }))
}

const givenValue = (
  { key, value, usePrevious }: GivenParameter,
  previous: readonly StackParameter[],
): string | undefined => {
  if (!usePrevious) return value
  const because = (reason: string): never => invalid(`Invalid input for parameter key ${key}. ${reason}`)
  if (value) because('Cannot specify usePreviousValue as true and non empty value for a parameter.')
  const before = previous.find(parameter => parameter.key === key)
  return (
    before?.value ??
    because('Cannot specify usePreviousValue as true for a parameter key not in the previous template.')
  )
}
