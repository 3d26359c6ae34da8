// SPDX-License-Identifier: BSD-2-Clause
// YAML, as templates are written in it: maps, lists, texts, and short tags for functions.
//
// The package reads the text; what its scalars and tags mean is decided here, since it must not depend on a `%YAML` line,
// and since dates, octal numbers and the like are texts in templates. Aliases are followed, which AWS does not do; what they
// repeat is counted by whoever makes values of it. Merge keys are refused, as they are by AWS.
import { Composer, isAlias, isMap, isScalar, isSeq, Lexer, type Node, Parser, type Scalar } from 'yaml'
import { type Json, placeOf } from '../../policy/json'
import { malformed, placed } from './faults'

type Members = Map<string, Json>

export const readYaml = (source: string, deepest: number): Json => new Reader(source, deepest).whole()

// What is within braces and brackets, or behind dashes, adds one to the parser's stack each; document and text are on it too.
const stackBesides = 4

// A text that was written for people has one in five characters; of one that is nothing else it takes seconds to read them all.
const mostLexemes = 150_000

class Reader {
  readonly #anchors = new Map<string, Json | undefined>()
  constructor(
    readonly source: string,
    readonly deepest: number,
  ) {}

  whole(): Json {
    const documents = this.#documents()
    const [document, second] = documents
    const [error] = document?.errors ?? []
    if (!document || error) return this.#malformed(error?.pos[0] ?? 0)
    if (second) return this.#malformed(second.range[0])
    return this.#node(document.contents)
  }

  /** The package makes an error of every fault, and of where it did so; a text that is all faults has a great many. */
  #documents() {
    const { stackTraceLimit } = Error
    Error.stackTraceLimit = 0
    try {
      const composer = new Composer({ uniqueKeys: false, stringKeys: false, prettyErrors: false })
      return [...composer.compose(this.#tokens(), true, this.source.length)]
    } finally {
      Error.stackTraceLimit = stackTraceLimit
    }
  }

  /** Counts how deep it goes while it is read: what composes nodes of it calls itself. */
  *#tokens() {
    const parser = new Parser()
    let lexemes = 0
    for (const lexeme of new Lexer().lex(this.source)) {
      if (++lexemes > mostLexemes) this.#refuse('Template has too many parts', parser.offset)
      yield* parser.next(lexeme)
      if (parser.stack.length > this.deepest + stackBesides) {
        this.#refuse('Template is nested too deeply', parser.offset)
      }
    }
    yield* parser.end()
  }

  #node(node: Node | null): Json {
    const start = node?.range?.[0] ?? 0
    const end = node?.range?.[1] ?? start
    if (!node) return { kind: 'scalar', value: null, start, end }
    if (isAlias(node)) {
      // An anchor is known from where its value ends: nothing contains itself.
      const found = this.#anchors.get(node.source)
      if (!found) return this.#refuse(`Alias *${node.source} has no anchor before it`, start)
      return found
    }
    const bare = this.#untagged(node, start, end)
    const value = this.#tagged(node.tag, bare, start)
    if ((isScalar(node) || isMap(node) || isSeq(node)) && node.anchor) this.#anchors.set(node.anchor, value)
    return value
  }

  #untagged(node: Node, start: number, end: number): Json {
    if (isSeq(node)) {
      return { kind: 'array', items: node.items.map(item => this.#node(item as Node)), start, end }
    }
    if (isScalar(node)) return { kind: 'scalar', value: scalarValue(node), start, end }
    if (!isMap(node)) return this.#malformed(start)
    const members: Members = new Map()
    const names = new Map<string, number>()
    for (const { key, value } of node.items) {
      const at = (key as Node | null)?.range?.[0] ?? start
      const name = this.#name(key as Node | null, at)
      if (members.has(name)) this.#refuse(`Duplicate field '${name}'`, at)
      names.set(name, at)
      members.set(name, name === 'Fn::GetAtt' ? asPair(this.#node(value as Node)) : this.#node(value as Node))
    }
    return { kind: 'object', members, names, start, end }
  }

  #name(key: Node | null, at: number): string {
    if (!key || !isScalar(key) || key.tag?.startsWith('!')) return this.#malformed(at)
    const isPlain = key.type === 'PLAIN'
    const name = isPlain ? (key.source ?? '') : String(key.value)
    if (isPlain && name === '') return this.#malformed(at)
    if (isPlain && name === '<<') this.#refuse('Merge keys (<<) are not supported', at)
    return name
  }

  /** `!Ref A`, `!GetAtt A.B` and all others in their long form. What is no function is found out with the functions. */
  #tagged(tag: string | undefined, value: Json, start: number): Json {
    if (tag === undefined || tag === '!') return value
    if (tag.startsWith('tag:yaml.org,2002:')) {
      const type = tag.slice('tag:yaml.org,2002:'.length)
      return plainTags.has(type) ? value : this.#refuse(`YAML tag !!${type} is not supported`, start)
    }
    const [, word] = /^!([A-Za-z0-9]+)$/.exec(tag) ?? []
    if (word === undefined) return this.#refuse(`YAML tag ${tag} is not supported`, start)
    const name = word === 'Ref' || word === 'Condition' ? word : `Fn::${word}`
    const argument = word === 'GetAtt' ? asPair(value) : value
    const { end } = value
    return {
      kind: 'object',
      members: new Map([[name, argument]]),
      names: new Map([[name, start]]),
      start,
      end,
    }
  }

  #malformed(offset: number): never {
    return malformed(`YAML not well-formed. ${placed(placeOf(this.source, offset))}`)
  }

  #refuse(what: string, offset: number): never {
    return malformed(`${what} ${placed(placeOf(this.source, offset))}`)
  }
}

// `!!str` and so on, which say what a value is that would be it anyway. A number that is to be a text is quoted by `!!str`.
const plainTags: ReadonlySet<string> = new Set(['str', 'int', 'float', 'bool', 'null', 'map', 'seq'])

/** `A.B.C` is the resource A and its attribute B.C. */
const asPair = (value: Json): Json => {
  if (value.kind !== 'scalar' || typeof value.value !== 'string') return value
  const [, resource, attribute] = /^([^.]*)\.(.*)$/s.exec(value.value) ?? []
  if (resource === undefined || attribute === undefined) return value
  const { start, end } = value
  const items = [resource, attribute].map(text => ({ kind: 'scalar' as const, value: text, start, end }))
  return { kind: 'array', items, start, end }
}

const scalarValue = ({ type, source = '', tag, value }: Scalar): string | number | boolean | null => {
  if (type !== 'PLAIN') return String(value)
  if (tag === 'tag:yaml.org,2002:str' || tag === '!') return source
  if (/^(?:|~|null|Null|NULL)$/.test(source)) return null
  if (/^(?:true|True|TRUE)$/.test(source)) return true
  if (/^(?:false|False|FALSE)$/.test(source)) return false
  // As JSON has them, and only what is written the same way again.
  if (/^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(source) && String(Number(source)) === source) return Number(source)
  return source
}
