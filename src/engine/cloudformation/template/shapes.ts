// SPDX-License-Identifier: BSD-2-Clause
// What a part of a template has to be, in the service's words: `Every Properties member must be a JSON object`.
import type { Value, ValueObject } from './contracts'
import { malformed } from './faults'

export const isObject = (value: unknown): value is ValueObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const isList = (value: Value | undefined): value is readonly Value[] => Array.isArray(value)

/** The text of a number or a truth value is as good as a text. */
export const isScalar = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'

/** A member of an object's own, whatever objects inherit. */
export const memberOf = (object: ValueObject, name: string): Value | undefined =>
  Object.hasOwn(object, name) ? object[name] : undefined

const memberMustBe = (name: string, kind: string): string => `Every ${name} member must be a ${kind}`

export const objectAt = (
  parent: ValueObject,
  name: string,
  message = memberMustBe(name, 'JSON object'),
): ValueObject | undefined => {
  const value = memberOf(parent, name)
  if (value !== undefined && !isObject(value)) malformed(message)
  return value as ValueObject | undefined
}

export const listAt = (parent: ValueObject, name: string): readonly Value[] | undefined => {
  const value = memberOf(parent, name)
  if (value !== undefined && !isList(value)) malformed(memberMustBe(name, 'list'))
  return value as readonly Value[] | undefined
}

export const textAt = (
  parent: ValueObject,
  name: string,
  message = memberMustBe(name, 'string'),
): string | undefined => {
  const value = memberOf(parent, name)
  if (value === undefined) return undefined
  return isScalar(value) ? String(value) : malformed(message)
}

const numeral = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/

/** The number that a text is, or nothing. */
export const numberIn = (text: string): number | undefined => {
  const number = numeral.test(text.trim()) ? Number(text) : Number.NaN
  return Number.isFinite(number) ? number : undefined
}

export const numberAt = (parent: ValueObject, name: string): number | undefined => {
  const text = textAt(parent, name, memberMustBe(name, 'number'))
  if (text === undefined) return undefined
  return numberIn(text) ?? malformed(memberMustBe(name, `number (${text})`))
}

/** The names of an object that are none of these. */
export const strangersIn = (object: ValueObject, known: ReadonlySet<string>): readonly string[] =>
  Object.keys(object).filter(name => !known.has(name))
