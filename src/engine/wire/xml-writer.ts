// SPDX-License-Identifier: BSD-2-Clause
// Value → XML, compiled once a structure.
//
// A description of a thousand instances is some hundred thousand elements. A loop over schema members with closures for
// each of them spends most of its time finding out what to call; so each structure becomes one generated function that
// reads its members by name and appends to one string, which the engine's compiler can then optimise as if it had been
// written by hand. Generated code holds names from the schemas as JSON string literals and nothing of any request.
//
// A structure that is frozen is taken never to change, to its depth, and is written once: an operation that keeps its
// views from request to request says so by freezing them.
//
// Members that are null or undefined are left out; an empty list is an empty element, a flat empty list nothing.
import { oncePer } from '../../schemas/once-per'
import { elementOf, entryOf, type Member, membersOf, type Shape, shapeOf } from '../../schemas/shapes'
import { writeBlob, writeDouble, writeTimestamp } from './values'
import { escapeText } from './xml-text'

/** What stands between a structure's tags, and (starting with a space) what stands inside its opening tag. */
export interface StructWriter {
  readonly content: (value: unknown) => string
  readonly attributes: (value: unknown) => string
}

const text = (value: unknown): string => escapeText(typeof value === 'string' ? value : String(value))

// The functions generated code may call, by the names it knows them by.
const TOOLS = {
  text,
  blob: writeBlob,
  double: writeDouble,
  iso: (value: Date) => value.toISOString(),
  http: (value: Date) => writeTimestamp(value, 'http-date'),
  epoch: (value: Date) => writeTimestamp(value, 'epoch-seconds'),
}
const TIMESTAMP_TOOL = { 'date-time': 'iso', 'http-date': 'http', 'epoch-seconds': 'epoch' } as const

const quote = (value: string): string => JSON.stringify(value)

const namespaceAttribute = (shape: Shape): string => {
  const namespace = shape.traits.xmlNamespace
  if (!namespace) return ''
  const [prefix, uri] = namespace
  return ` ${prefix ? `xmlns:${prefix}` : 'xmlns'}="${escapeText(uri)}"`
}

/** Source of statements that append to `out`; `structs` collects the structures they call. */
class Source {
  readonly structs: Shape[] = []
  #variables = 0

  #fresh(): string {
    this.#variables += 1
    return `v${this.#variables}`
  }

  /** Statements that append the element `name` for the JavaScript expression `value`, which is neither null nor undefined. */
  element(shape: Shape, name: string, value: string): string {
    const space = namespaceAttribute(shape)
    switch (shape.kind) {
      case 'struct': {
        const index = this.structs.push(shape) - 1
        const open = membersOf(shape).some(member => member.shape.traits.xmlAttribute)
          ? `${quote(`<${name}${space}`)}+structs[${index}].attributes(${value})+">"`
          : quote(`<${name}${space}>`)
        return `out+=${open}+structs[${index}].content(${value})+${quote(`</${name}>`)};`
      }
      case 'list':
        return this.#list(shape, name, space, value)
      case 'map':
        return this.#map(shape, name, space, value)
      case 'unit':
        return ''
      default:
        return `out+=${quote(`<${name}${space}>`)}+${simple(shape, value)}+${quote(`</${name}>`)};`
    }
  }

  #list(shape: Shape, name: string, space: string, value: string): string {
    const element = elementOf(shape)
    const flat = Boolean(shape.traits.xmlFlattened)
    const item = this.#fresh()
    const itemName = flat ? name : (element.traits.xmlName ?? 'member')
    const loop = `for(const ${item} of ${value})if(${item}!=null){${this.element(element, itemName, item)}}`
    if (flat) return loop
    return (
      `if(${value}.length===0)out+=${quote(`<${name}${space}/>`)};` +
      `else{out+=${quote(`<${name}${space}>`)};${loop}out+=${quote(`</${name}>`)};}`
    )
  }

  #map(shape: Shape, name: string, space: string, value: string): string {
    const { key, value: entry } = entryOf(shape)
    const flat = Boolean(shape.traits.xmlFlattened)
    const entryName = flat ? name : 'entry'
    const [keyVariable, entryVariable] = [this.#fresh(), this.#fresh()]
    const loop =
      `for(const ${keyVariable} of Object.keys(${value})){const ${entryVariable}=${value}[${keyVariable}];` +
      `if(${entryVariable}!=null){out+=${quote(`<${entryName}>`)};` +
      `${this.element(key, key.traits.xmlName ?? 'key', keyVariable)}` +
      `${this.element(entry, entry.traits.xmlName ?? 'value', entryVariable)}` +
      `out+=${quote(`</${entryName}>`)};}}`
    return flat ? loop : `out+=${quote(`<${name}${space}>`)};${loop}out+=${quote(`</${name}>`)};`
  }
}

/** Source of an expression: a simple value as escaped text. */
const simple = (shape: Shape, value: string): string => {
  if (shape.kind === 'timestamp') return `tools.${TIMESTAMP_TOOL[shape.timestamp ?? 'date-time']}(${value})`
  if (shape.kind === 'blob') return `tools.blob(${value})`
  if (shape.isDouble) return `tools.double(${value})`
  return shape.kind === 'string' ? `tools.text(${value})` : `String(${value})`
}

/** Name of a member's element. */
export const elementName = (member: Member): string => member.shape.memberTraits.xmlName ?? member.name

/** Generate a writer for some members of a structure. */
export const compileMembers = (members: readonly Member[]): StructWriter => {
  const source = new Source()
  const content: string[] = []
  const attributes: string[] = []
  members.forEach((member, index) => {
    const name = elementName(member)
    const read = `const m${index}=value[${quote(member.name)}];if(m${index}!=null)`
    if (member.shape.traits.xmlAttribute)
      attributes.push(`${read}out+=${quote(` ${name}="`)}+${simple(member.shape, `m${index}`)}+'"';`)
    else content.push(`${read}{${source.element(member.shape, name, `m${index}`)}}`)
  })
  const structs: StructWriter[] = source.structs.map((shape, index) =>
    lazily(shape, writer => (structs[index] = writer)),
  )
  const generate = (statements: readonly string[]): ((value: unknown) => string) =>
    new Function('tools', 'structs', `return value=>{let out="";${statements.join('')}return out}`)(
      TOOLS,
      structs,
    )
  return { content: keeping(generate(content)), attributes: generate(attributes) }
}

/** Texts of frozen structures are kept as long as the structures are. */
const keeping = (write: (value: unknown) => string): ((value: unknown) => string) => {
  const kept = new WeakMap<object, string>()
  return value => {
    if (!Object.isFrozen(value)) return write(value)
    const structure = value as object // What is written as a structure is one.
    const known = kept.get(structure)
    if (known !== undefined) return known
    const made = write(value)
    // Text that was appended piece by piece is a tree of its pieces to the engine, and would be walked again in every
    // document it is in. Looking at a character makes it one run of characters for good.
    made.charCodeAt(0)
    kept.set(structure, made)
    return made
  }
}

// Structures may hold themselves, and most of a large message's never come: compile one when it is first written.
const lazily = (shape: Shape, made: (writer: StructWriter) => void): StructWriter => {
  const compile = (): StructWriter => {
    const writer = structWriter(shape)
    made(writer)
    return writer
  }
  return { content: value => compile().content(value), attributes: value => compile().attributes(value) }
}

const compiled = oncePer((source: object) => compileMembers(membersOf(shapeOf(source))))

/** The writer of a structure's members, compiled at first use. */
export const structWriter = (shape: Shape): StructWriter => compiled(shape.source as object)
