// SPDX-License-Identifier: BSD-2-Clause
// JSON with positions. `JSON.parse` tells neither where a value stands nor that a name came twice, and a policy's reader
// needs both: who asks why is shown the statement, and of two `Resource` elements neither may be lost in silence. The same
// holds for templates of stacks.

interface Place {
  /** Offsets in characters; `end` is exclusive. */
  readonly start: number
  readonly end: number
}
export interface JsonObject extends Place {
  readonly kind: 'object'
  /** A map: `__proto__` is a name like any other. */
  readonly members: ReadonlyMap<string, Json>
  /** Where the names of its members begin. */
  readonly names: ReadonlyMap<string, number>
}
export interface JsonArray extends Place {
  readonly kind: 'array'
  readonly items: readonly Json[]
}
export interface JsonScalar extends Place {
  readonly kind: 'scalar'
  readonly value: string | number | boolean | null
}
export type Json = JsonObject | JsonArray | JsonScalar

/** Thrown for what is no JSON, with words for whoever wrote it. */
export class JsonProblem extends Error {
  constructor(
    message: string,
    /** Where in the text it was found. */
    readonly offset: number,
    /** It is no JSON at all; otherwise it is more than is read here. */
    readonly isMalformed = false,
  ) {
    super(message)
  }
}

const blank = /[ \t\n\r]*/y
const word = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const text = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y

/** What is read is walked recursively. */
interface Depth {
  /** Of what. */
  readonly of: string
  readonly deepest: number
}
// Twice what the deepest part of a policy needs.
const ofPolicies: Depth = { of: 'Policy', deepest: 16 }

/** Line and column, from 1, of an offset. */
export const placeOf = (
  source: string,
  offset: number,
): { readonly line: number; readonly column: number } => {
  const before = source.slice(0, offset).split('\n')
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}

/** What cannot be seen, such as the mark that some editors put before a text, by its number. */
const shown = (codePoint: number): string => {
  const character = String.fromCodePoint(codePoint)
  if (!/[\p{C}\p{Z}]/u.test(character)) return `'${character}'`
  return `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`
}

class Reader {
  #at = 0
  constructor(
    readonly source: string,
    readonly depth: Depth,
  ) {}

  whole(): Json {
    const value = this.#value(0)
    if (this.#peek() !== undefined) this.#unexpected()
    return value
  }

  /** The next character that is no blank. */
  #peek(): string | undefined {
    blank.lastIndex = this.#at
    blank.test(this.source)
    this.#at = blank.lastIndex
    return this.source[this.#at]
  }

  #unexpected(): never {
    const found = this.source.codePointAt(this.#at)
    const { line, column } = placeOf(this.source, this.#at)
    const what = found === undefined ? 'Unexpected end of input' : `Unexpected character (${shown(found)})`
    throw new JsonProblem(`${what} at line ${line}, column ${column}`, this.#at, true)
  }

  #take(expression: RegExp): string {
    expression.lastIndex = this.#at
    const [found] = expression.exec(this.source) ?? []
    if (found === undefined) return this.#unexpected()
    this.#at += found.length
    return found
  }

  #value(depth: number): Json {
    if (depth > this.depth.deepest) throw new JsonProblem(`${this.depth.of} is nested too deeply`, this.#at)
    const first = this.#peek()
    if (first === '{') return this.#object(depth)
    if (first === '[') return this.#array(depth)
    const start = this.#at
    const value = JSON.parse(this.#take(first === '"' ? text : word)) as JsonScalar['value']
    return { kind: 'scalar', value, start, end: this.#at }
  }

  /** What stands between brackets, separated by commas. */
  #list(close: string, one: () => void): void {
    this.#at += 1
    if (this.#peek() === close) {
      this.#at += 1
      return
    }
    for (;;) {
      one()
      const next = this.#peek()
      if (next !== close && next !== ',') this.#unexpected()
      this.#at += 1
      if (next === close) return
    }
  }

  #array(depth: number): JsonArray {
    const start = this.#at
    const items: Json[] = []
    this.#list(']', () => items.push(this.#value(depth + 1)))
    return { kind: 'array', items, start, end: this.#at }
  }

  #object(depth: number): JsonObject {
    const start = this.#at
    const members = new Map<string, Json>()
    const names = new Map<string, number>()
    this.#list('}', () => {
      if (this.#peek() !== '"') this.#unexpected()
      const at = this.#at
      const name = JSON.parse(this.#take(text)) as string
      if (members.has(name)) throw new JsonProblem(`Duplicate field '${name}'`, at)
      names.set(name, at)
      if (this.#peek() !== ':') this.#unexpected()
      this.#at += 1
      members.set(name, this.#value(depth + 1))
    })
    return { kind: 'object', members, names, start, end: this.#at }
  }
}

/** Read a text as JSON. Throws `JsonProblem`. */
export const readJson = (source: string, depth: Depth = ofPolicies): Json => new Reader(source, depth).whole()
