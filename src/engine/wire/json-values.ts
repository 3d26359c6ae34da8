// SPDX-License-Identifier: BSD-2-Clause
// Values of JSON documents by their schemas. What a document has beyond its schema is passed over, and null is nothing.
import { elementOf, entryOf, type Member, membersOf, type Shape } from '../../schemas/shapes'
import { refuse } from '../errors'
import { readBlob, readTimestamp, writeBlob, writeDouble, writeTimestamp } from './values'

type Json = unknown
type Fields = Readonly<Record<string, Json>>

/** A document, or a value in it, that is not what its schema says. */
export const refuseJson = (message: string): never => refuse('SerializationException', message)

const isObject = (value: Json): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const readInstant = (value: Json): Date | undefined => {
  if (typeof value === 'string') return readTimestamp(value)
  const date = typeof value === 'number' ? new Date(value * 1000) : undefined
  return date && !Number.isNaN(date.getTime()) ? date : undefined
}

// JSON can escape one of the two surrogates that a character is made of, which no other form can hold.
const half = /\p{Surrogate}/u

const readSimple = (shape: Shape, value: Json): unknown => {
  switch (shape.kind) {
    case 'string':
      return typeof value === 'string' && !half.test(value) ? value : undefined
    case 'number':
      // CBOR has numbers that are none.
      return (shape.isDouble ? typeof value === 'number' : Number.isFinite(value)) ? value : undefined
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined
    case 'timestamp':
      return readInstant(value)
    case 'blob':
      return typeof value === 'string' ? readBlob(value) : undefined
    default:
      return undefined
  }
}

/** A value of a document; `path` is where it stands, for the refusal of what it should not be. */
export const readJsonValue = (shape: Shape, value: Json, path: string): unknown => {
  const wrong = (): never => refuseJson(`${path} is not of type ${shape.kind}`)
  if (shape.kind === 'struct') return isObject(value) ? readMembers(membersOf(shape), value, path) : wrong()
  if (shape.kind === 'list') {
    if (!Array.isArray(value)) return wrong()
    const element = elementOf(shape)
    return value.map((item, index) => readJsonValue(element, item, `${path}[${index}]`))
  }
  if (shape.kind === 'map') {
    if (!isObject(value)) return wrong()
    const { value: held } = entryOf(shape)
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, readJsonValue(held, item, `${path}.${key}`)]),
    )
  }
  return readSimple(shape, value) ?? wrong()
}

/** The members of a structure that an object has. */
export const readMembers = (
  members: readonly Member[],
  fields: Fields,
  path = '',
): Record<string, unknown> => {
  const input: Record<string, unknown> = {}
  for (const { name, shape } of members) {
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined
    if (value !== undefined && value !== null)
      input[name] = readJsonValue(shape, value, path === '' ? name : `${path}.${name}`)
  }
  return input
}

/** A document that is to be an object. None at all is an empty one. */
export const parseDocument = (body: Buffer | undefined): Fields => {
  if (!body?.length) return {}
  let document: Json
  try {
    document = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    return refuseJson('The request body is not a JSON document')
  }
  return isObject(document) ? document : refuseJson('The request body is not a JSON object')
}

const isThere = (value: unknown): boolean => value !== undefined && value !== null

/** An object of texts. */
const writeFields = (fields: readonly (readonly [string, string])[]): string =>
  `{${fields.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join()}}`

const writeNumber = (value: number, isDouble: boolean): string =>
  isDouble && Number.isFinite(value) ? writeDouble(value) : JSON.stringify(value)

const writeValue = (shape: Shape, value: unknown): string => {
  switch (shape.kind) {
    case 'struct':
      return writeDocument(membersOf(shape), value as Fields)
    case 'list': {
      const element = elementOf(shape)
      return `[${(value as readonly unknown[]).map(item => writeValue(element, item)).join()}]`
    }
    case 'map': {
      const { value: held } = entryOf(shape)
      return writeFields(
        Object.entries(value as Fields).map(([key, item]) => [key, writeValue(held, item)] as const),
      )
    }
    case 'timestamp': {
      // Seconds since 1970 as a number, unless the schema wants a text.
      const instant = value as Date
      return shape.timestamp === undefined || shape.timestamp === 'epoch-seconds'
        ? JSON.stringify(instant.getTime() / 1000)
        : JSON.stringify(writeTimestamp(instant, shape.timestamp))
    }
    case 'blob':
      return JSON.stringify(writeBlob(value as Uint8Array | string))
    case 'number':
      return writeNumber(value as number, shape.isDouble === true)
    default:
      return JSON.stringify(value)
  }
}

/** The text of a document's object. */
export const writeDocument = (members: readonly Member[], output: Fields): string =>
  writeFields(
    members
      .filter(({ name }) => isThere(output[name]))
      .map(({ name, shape }) => [name, writeValue(shape, output[name])] as const),
  )
