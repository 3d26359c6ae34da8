// SPDX-License-Identifier: BSD-2-Clause
// Reads an answer by its schema. Where each element of a structure belongs is worked out once a type.
import { elementOf, entryOf, type Member, membersOf, type Shape } from '../schemas/shapes'
import { ReceivedDate } from './received'
import { childOf, type XmlElement } from './xml'

export const readOutput = (shape: Shape, element: XmlElement): unknown => {
  switch (shape.kind) {
    case 'struct':
      return readStruct(shape, element)
    case 'list':
      return readList(elementOf(shape), element)
    case 'map':
      return readMap(shape, element.children)
    case 'unit':
      return {}
    default:
      return readSimple(shape, element.text)
  }
}

// Children of a list are its items, whatever their name is.
const readList = (item: Shape, element: XmlElement): unknown[] =>
  element.children.map(child => readOutput(item, child))

/** A value of its own text form, from an element or a header. */
export const readSimple = (shape: Shape, text: string): unknown => {
  switch (shape.kind) {
    case 'number': {
      // Empty is absent. What is no number is left as it came: tools print numbers as received.
      const number = Number(text)
      return text.trim() === '' ? undefined : Number.isNaN(number) ? text : number
    }
    case 'boolean': {
      const folded = text.trim().toLowerCase()
      return folded === 'true' ? true : folded === 'false' ? false : folded === '' ? undefined : text
    }
    case 'timestamp':
      return text.trim() === '' ? undefined : new ReceivedDate(text)
    case 'blob':
      return Buffer.from(text, 'base64')
    default:
      return text
  }
}

interface Place {
  readonly member: Member
  readonly flat: boolean
}

// Shapes are made anew at each look; the schema behind them is the same object, so that is the key.
const known = new WeakMap<object, ReadonlyMap<string, Place>>()

const placesOf = (shape: Shape): ReadonlyMap<string, Place> => {
  const source = shape.source as object
  const found = known.get(source)
  if (found) return found
  const made = new Map(
    membersOf(shape).map(member => [
      member.shape.memberTraits.xmlName ?? member.name,
      { member, flat: Boolean(member.shape.traits.xmlFlattened) },
    ]),
  )
  known.set(source, made)
  return made
}

const readStruct = (shape: Shape, element: XmlElement): Record<string, unknown> => {
  const places = placesOf(shape)
  const value: Record<string, unknown> = {}
  for (const child of element.children) {
    const place = places.get(child.name)
    if (!place) continue
    const { name, shape: memberShape } = place.member
    if (place.flat && memberShape.kind === 'list') {
      const items = (value[name] ?? []) as unknown[]
      items.push(readOutput(elementOf(memberShape), child))
      value[name] = items
    } else if (place.flat && memberShape.kind === 'map') {
      value[name] = { ...(value[name] as object | undefined), ...readMap(memberShape, [child]) }
    } else {
      value[name] = readOutput(memberShape, child)
    }
  }
  return value
}

const readMap = (shape: Shape, entries: readonly XmlElement[]): Record<string, unknown> => {
  const { key, value } = entryOf(shape)
  return Object.fromEntries(
    entries.flatMap(entry => {
      const name = childOf(entry, key.traits.xmlName ?? 'key')
      const held = childOf(entry, value.traits.xmlName ?? 'value')
      return name && held ? [[name.text, readOutput(value, held)]] : []
    }),
  )
}
