// SPDX-License-Identifier: BSD-2-Clause
// A text, JSON or YAML, as one value whose parts know where they stand.
//
// What begins with a brace is JSON, everything else YAML, as with AWS. Both are read into the same tree; what follows does
// not know which it was. Numbers stay as they are written: one that would be written differently again, such as `1.0`,
// `0755` or a long identifier, stays text, and a property that wants a number takes it from there.
import { type Json, JsonProblem, placeOf, readJson } from '../../policy/json'
import { invalid } from '../refusals'
import type { Path, Position, Value, ValueObject } from './contracts'
import { malformed, placed } from './faults'

// Of what is nested. Policies within properties, joins within joins: a quarter of it would do.
export const deepest = 64

// Aliases of YAML may repeat parts of the text, and parts that repeat others: this many values and characters in all.
const mostRepeated = 100_000

export interface TemplateDocument {
  readonly value: ValueObject
  positionOf(path: Path): Position | undefined
}

// Of what has comments like these, none is YAML either, and whoever wrote them is told what is wrong with the JSON.
const jsonBegins = /^\s*(?:\{|\/[/*])/

export const readDocument = (text: string): TemplateDocument => {
  // The mark that some editors put before a text.
  const source = text.startsWith('\uFEFF') ? text.slice(1) : text
  const tree = jsonBegins.test(source) ? jsonTree(source) : yamlTree(source)
  if (tree.kind !== 'object') return invalid('Template body is not a JSON object')
  const value = new Values(source).of(tree, []) as ValueObject
  return { value, positionOf: path => positionIn(source, tree, path) }
}

const jsonTree = (source: string): Json => {
  try {
    return readJson(source, { of: 'Template', deepest })
  } catch (error) {
    if (!(error instanceof JsonProblem)) throw error
    const where = placed(placeOf(source, error.offset))
    if (error.isMalformed) return malformed(`JSON not well-formed. ${where}`)
    return malformed(`${error.message} ${where}`)
  }
}

/** The reader of YAML is loaded with the first template that needs it: every command opens the services. */
const yamlTree = (source: string): Json => {
  const { readYaml } = require('./yaml') as typeof import('./yaml')
  return readYaml(source, deepest)
}

const positionIn = (source: string, tree: Json, path: Path): Position | undefined => {
  let at = tree.start
  let here: Json | undefined = tree
  for (const step of path) {
    if (here?.kind === 'object') {
      // A line is looked for by its name; the value may begin further down.
      at = here.names.get(String(step)) ?? at
      here = here.members.get(String(step))
    } else {
      here = here?.kind === 'array' ? here.items[Number(step)] : undefined
      at = here?.start ?? at
    }
    if (!here) return undefined
  }
  return placeOf(source, at)
}

// Characters that no answer could hold: XML has none of these, nor halves of a pair.
const unprintable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u

class Values {
  #weight: number
  constructor(readonly source: string) {
    this.#weight = source.length + mostRepeated
  }

  of(tree: Json, path: Path): Value {
    if (path.length > deepest) this.#refuse('Template is nested too deeply', tree)
    this.#weight -= 1
    if (this.#weight < 0) this.#refuse('Aliases repeat too much of the template', tree)
    if (tree.kind === 'array') return tree.items.map((item, index) => this.of(item, [...path, index]))
    if (tree.kind === 'scalar') return this.#scalar(tree, path)
    const object: Record<string, Value> = {}
    for (const [name, member] of tree.members) {
      this.#check(name, tree)
      // It would not be a member but what the object inherits from.
      if (name === '__proto__') this.#refuse('A member cannot have the name __proto__', tree)
      object[name] = this.of(member, [...path, name])
    }
    return object
  }

  #scalar(tree: Json & { readonly kind: 'scalar' }, path: Path): Value {
    const { value } = tree
    if (value === null) return malformed(`[/${path.join('/')}] 'null' values are not allowed in templates`)
    if (typeof value === 'string') this.#check(value, tree)
    if (typeof value !== 'number') return value
    return asWritten(value, this.source.slice(tree.start, tree.end))
  }

  #check(text: string, tree: Json): void {
    this.#weight -= text.length
    if (unprintable.test(text)) this.#refuse('A text has a character that cannot be shown', tree)
  }

  #refuse(what: string, tree: Json): never {
    return malformed(`${what} ${placed(placeOf(this.source, tree.start))}`)
  }
}

/** A number, or its text where the number would be written differently. */
export const asWritten = (value: number, text: string): number | string =>
  String(value) === text ? value : text
