// SPDX-License-Identifier: BSD-2-Clause
// A plain view of the SDK's static schemas. The SDK has one of its own, NormalizedSchema, which resolves traits anew at
// each look; readers and writers here are compiled once, so all they need is one resolved record for each place in a
// message.
//
// A schema reference is a number (a simple type, with 64 or 128 added for a list or map of it), a string ('unit'), a
// function that returns a schema (they may be recursive), a pair [reference, traits] for a member, or a tuple whose
// first number tells its kind: 0 simple, 1 list, 2 map, 3 structure, 4 union, -3 error, 9 operation.
import type { StaticOperationSchema } from '@smithy/types'
import { doubles } from './doubles'
import { oncePer } from './once-per'

export type Kind = 'string' | 'number' | 'boolean' | 'timestamp' | 'blob' | 'list' | 'map' | 'struct' | 'unit'

/** How an instant is written when a schema says so. */
export type TimestampFormat = 'date-time' | 'http-date' | 'epoch-seconds'

/** The traits that readers and writers act upon; the schemas hold more. */
export interface Traits {
  readonly xmlName?: string
  readonly ec2QueryName?: string
  readonly xmlFlattened?: 1
  readonly xmlAttribute?: 1
  /** Prefix, then URI. */
  readonly xmlNamespace?: readonly [string, string]
  readonly httpLabel?: 1
  readonly httpQuery?: string
  readonly httpQueryParams?: 1
  readonly httpHeader?: string
  readonly httpPrefixHeaders?: string
  readonly httpPayload?: 1
  readonly httpResponseCode?: 1
  readonly idempotencyToken?: 1
  readonly streaming?: 1
  readonly eventPayload?: 1
  /** Method, path template with query literals, status of success. */
  readonly http?: readonly [string, string, number]
}

/** One place in a message: what can stand there, and the traits of the place over those of the type. */
export interface Shape {
  readonly kind: Kind
  /** Name of the type, such as `DescribeImagesRequest`; '' for a simple type without one. */
  readonly name: string
  readonly traits: Traits
  /** Traits of the place alone: a structure's own xmlName names a root element, never a member. */
  readonly memberTraits: Traits
  readonly timestamp?: TimestampFormat
  /** Of a number, or a list of such. */
  readonly isDouble?: boolean
  readonly streaming: boolean
  /** The schema behind the place: the same object wherever the type is used, so compiled code is cached under it. */
  readonly source: unknown
}

export interface Member {
  readonly name: string
  readonly shape: Shape
  readonly required: boolean
}

const BIT_TRAITS = [
  'httpLabel',
  'idempotent',
  'idempotencyToken',
  'sensitive',
  'httpPayload',
  'httpResponseCode',
  'httpQueryParams',
] as const

// Frequent traits are packed into the bits of a number.
const traitsOf = (packed: unknown): Traits => {
  if (typeof packed === 'object' && packed !== null) return packed
  const bits = typeof packed === 'number' ? packed : 0
  if (bits === 0) return {}
  return Object.fromEntries(BIT_TRAITS.filter((_, bit) => (bits >> bit) & 1).map(name => [name, 1]))
}

const KIND_BY_NUMBER: Readonly<Record<number, Kind>> = {
  0: 'string',
  1: 'number',
  2: 'boolean',
  4: 'timestamp',
  5: 'timestamp',
  6: 'timestamp',
  7: 'timestamp',
  21: 'blob',
  42: 'blob',
}
const TIMESTAMP_BY_NUMBER: Readonly<Record<number, TimestampFormat>> = {
  5: 'date-time',
  6: 'http-date',
  7: 'epoch-seconds',
}
const KIND_BY_TUPLE: Readonly<Record<number, Kind>> = {
  1: 'list',
  2: 'map',
  3: 'struct',
  4: 'struct',
  [-3]: 'struct',
}

const LIST_OF = 64
const MAP_OF = 128

type Tuple = readonly unknown[]
const isTuple = (schema: unknown): schema is Tuple => Array.isArray(schema)
const force = (reference: unknown): unknown =>
  typeof reference === 'function' ? force(reference()) : reference

/** Resolve a schema reference. Throws on a kind no protocol here carries, such as a document. */
export const shapeOf = (reference: unknown): Shape => {
  let memberTraits: Traits = {}
  let schema = force(reference)
  while (isTuple(schema) && schema.length === 2) {
    memberTraits = { ...traitsOf(schema[1]), ...memberTraits }
    schema = force(schema[0])
  }
  if (schema === 'unit')
    return {
      kind: 'unit',
      name: 'Unit',
      traits: memberTraits,
      memberTraits,
      streaming: false,
      source: schema,
    }
  if (typeof schema === 'number') return simpleShape(schema, memberTraits, memberTraits, '')
  if (!isTuple(schema)) throw new Error(`Not a schema: ${String(schema)}`)
  const own = traitsOf(schema[3])
  const traits = { ...own, ...memberTraits }
  const name = String(schema[2])
  if (schema[0] === 0) return simpleShape(Number(force(schema[4])), traits, memberTraits, name)
  const kind = KIND_BY_TUPLE[Number(schema[0])]
  if (!kind) throw new Error(`No shape for schema ${name}`)
  return { kind, name, traits, memberTraits, streaming: Boolean(traits.streaming), source: schema }
}

const simpleShape = (type: number, traits: Traits, memberTraits: Traits, name: string): Shape => {
  const kind = type >= MAP_OF ? 'map' : type >= LIST_OF ? 'list' : KIND_BY_NUMBER[type]
  if (!kind) throw new Error(`No shape for simple schema ${type} ${name}`)
  return {
    kind,
    name,
    traits,
    memberTraits,
    timestamp: TIMESTAMP_BY_NUMBER[type],
    streaming: type === 42 || Boolean(traits.streaming),
    source: type,
  }
}

/** Members of a structure or union, in the schema's order. Those it requires come first. */
export const membersOf = ({ source, kind }: Shape): readonly Member[] =>
  isTuple(source) && kind === 'struct' ? membersOfTuple(source) : []

/** What a list holds. */
export const elementOf = ({ source, isDouble }: Shape): Shape => {
  const element = shapeOf(typeof source === 'number' ? source & 63 : (source as Tuple)[4])
  return isDouble ? { ...element, isDouble } : element
}

/** What a map holds, and its keys. */
export const entryOf = (shape: Shape): { readonly key: Shape; readonly value: Shape } => {
  if (typeof shape.source === 'number') return { key: shapeOf(0), value: shapeOf(shape.source & 63) }
  const tuple = shape.source as Tuple
  return { key: shapeOf(tuple[4]), value: shapeOf(tuple[5]) }
}

export const inputOf = (operation: StaticOperationSchema): Shape => shapeOf(operation[4])
export const outputOf = (operation: StaticOperationSchema): Shape => shapeOf(operation[5])

/** Method, path template and status of a REST operation; undefined when it has none. */
export const httpOf = (operation: StaticOperationSchema): Traits['http'] => traitsOf(operation[3]).http

const membersOfTuple = oncePer((tuple: Tuple): readonly Member[] => {
  // Structure tuples hold names, then schemas, then how many of the first are required.
  const names = tuple[4] as readonly string[]
  const schemas = tuple[5] as readonly unknown[]
  const required = Number(tuple[6] ?? 0)
  const structure = String(tuple[2])
  const fractions = Object.hasOwn(doubles, structure) ? doubles[structure] : undefined
  return names.map((name, index) => {
    const member = shapeOf(schemas[index])
    const isDouble = fractions?.includes(name) ?? false
    return { name, shape: isDouble ? { ...member, isDouble } : member, required: index < required }
  })
})
