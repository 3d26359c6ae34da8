// SPDX-License-Identifier: BSD-2-Clause
// Texts with policy variables: `${aws:username}`, `${aws:PrincipalTag/team, 'none'}`, and `${*}`, `${?}`, `${$}` for these
// characters themselves. What a variable stands for is taken as it is: its stars are no wildcards.

import { globOf, type Part, partsOf } from '../glob'
import type { Context } from './contracts'
import { PolicyProblem } from './problem'

interface Variable {
  /** In lower case. */
  readonly key: string
  readonly written: string
  readonly fallback: string | undefined
}
export type Template = readonly (Part | Variable)[]

export interface TemplateRules {
  /** Documents of a version before 2012-10-17 have no variables. */
  readonly hasVariables: boolean
  readonly hasWildcards: boolean
}

const variable = /\$\{\s*([^\s${}'",*?]+)\s*(?:,\s*'([^']*)'\s*)?\}/y
const character = /\$\{([*?$])\}/y

const isVariable = (part: Template[number] | undefined): part is Variable => typeof part === 'object'

const pieceAt = (text: string, at: number): { readonly piece: string | Variable; readonly end: number } => {
  character.lastIndex = at
  const [, literal] = character.exec(text) ?? []
  if (literal !== undefined) return { piece: literal, end: character.lastIndex }
  variable.lastIndex = at
  const [, written, fallback] = variable.exec(text) ?? []
  if (written === undefined) throw new PolicyProblem(`Invalid policy variable in '${text.slice(0, 200)}'`)
  return { piece: { key: written.toLowerCase(), written, fallback }, end: variable.lastIndex }
}

/** Read a text. Throws `PolicyProblem` where `${` begins no variable. */
export const templateOf = (text: string, { hasVariables, hasWildcards }: TemplateRules): Template => {
  const plain = (part: string): Part[] => (hasWildcards ? partsOf(part) : part === '' ? [] : [part])
  if (!hasVariables) return plain(text)
  const parts: (Part | Variable)[] = []
  let at = 0
  for (;;) {
    const next = text.indexOf('${', at)
    if (next < 0) return [...parts, ...plain(text.slice(at))]
    const { piece, end } = pieceAt(text, next)
    parts.push(...plain(text.slice(at, next)), piece)
    at = end
  }
}

/** Names of the variables, as they are written. */
export const variablesOf = (template: Template): string[] =>
  template.filter(isVariable).map(({ written }) => written)

/** A value of the request; own members only, for a key may be called `constructor`. */
export const valuesOf = (context: Context, key: string): readonly string[] | undefined =>
  Object.hasOwn(context, key) ? context[key] : undefined

/** With what its variables stand for; undefined where one has no value, or more than one. */
const filled = (template: Template, context: Context): Part[] | undefined => {
  const parts: Part[] = []
  for (const part of template) {
    if (!isVariable(part)) {
      parts.push(part)
      continue
    }
    const values = valuesOf(context, part.key)
    const value = values?.length === 1 ? values[0] : values === undefined ? part.fallback : undefined
    if (value === undefined) return undefined
    parts.push(value)
  }
  return parts
}

export type Test = (text: string) => boolean
/** Gives a test once the request is known; undefined where a variable has no value. */
export type Resolved = (context: Context) => Test | undefined

export const lowered = (parts: readonly Part[]): Part[] =>
  parts.map(part => (typeof part === 'string' ? part.toLowerCase() : part))

/** Make a test of a template, once for all requests where nothing depends on them. */
export const testOf = (template: Template, make: (parts: readonly Part[]) => Test = globOf): Resolved => {
  if (template.some(isVariable)) {
    return context => {
      const parts = filled(template, context)
      return parts && make(parts)
    }
  }
  const test = make(template as readonly Part[])
  return () => test
}

/** Cut at colons: those that are written, not those of what a variable stands for. */
export const atColons = (template: Template): Template[] => {
  const segments: (Part | Variable)[][] = [[]]
  for (const part of template) {
    if (typeof part !== 'string') {
      segments.at(-1)?.push(part)
      continue
    }
    for (const [index, text] of part.split(':').entries()) {
      if (index > 0) segments.push([])
      if (text !== '') segments.at(-1)?.push(text)
    }
  }
  return segments
}
