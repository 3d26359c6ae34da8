// SPDX-License-Identifier: BSD-2-Clause
// XML → value along a schema, for the bodies of S3 requests.
//
// The parser is strict and knows no document types: a DTD is refused before anything in it could be expanded. Elements
// that the schema does not know are passed over, namespaces and prefixes are not looked at.
import type { SaxesParser } from 'saxes'
import { oncePer } from '../../schemas/once-per'
import { elementOf, entryOf, type Member, membersOf, type Shape, shapeOf } from '../../schemas/shapes'
import { refuse } from '../errors'
import { readBlob, readBoolean, readNumber, readTimestamp } from './values'

export interface XmlElement {
  /** Without its prefix. */
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: XmlElement[]
  text: string
}

const DEPTH = 20

export const refuseXml = (): never =>
  refuse(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
    400,
  )

const localName = (name: string): string => name.slice(name.indexOf(':') + 1)

/** Parse a document into its root element. Refuses with `MalformedXML`. */
export const parseXml = async (text: string): Promise<XmlElement> => {
  const { SaxesParser: Parser } = await import('saxes')
  const parser: SaxesParser = new Parser()
  const open: XmlElement[] = []
  let root: XmlElement | undefined
  parser.on('error', refuseXml)
  parser.on('doctype', refuseXml)
  parser.on('opentag', ({ name, attributes }) => {
    const element: XmlElement = {
      name: localName(name),
      attributes: Object.assign(Object.create(null), attributes),
      children: [],
      text: '',
    }
    if (open.length >= DEPTH) refuseXml()
    open.at(-1)?.children.push(element)
    root ??= element
    open.push(element)
  })
  const append = (piece: string): void => {
    const element = open.at(-1)
    if (element) element.text += piece
  }
  parser.on('text', append)
  parser.on('cdata', append)
  parser.on('closetag', () => void open.pop())
  parser.write(text.replace(/^\ufeff/, '')).close()
  return root ?? refuseXml()
}

type Reader = (element: XmlElement) => unknown

const simple = (parse: (text: string) => unknown): Reader => {
  return element => {
    if (element.children.length > 0) refuseXml()
    return parse(element.text) ?? refuseXml()
  }
}

const SIMPLE: Readonly<Record<string, Reader>> = {
  string: simple(text => text),
  number: simple(readNumber),
  boolean: simple(readBoolean),
  timestamp: simple(readTimestamp),
  blob: simple(readBlob),
}

const childrenOf = (element: XmlElement, name: string): XmlElement[] =>
  element.children.filter(child => child.name === name)

/** Reads the entries of a map from the elements that hold one each. */
const entriesReader = (shape: Shape): ((entries: readonly XmlElement[]) => Record<string, unknown>) => {
  const { key, value } = entryOf(shape)
  const read = readerOf(value)
  return entries => {
    const result: Record<string, unknown> = Object.create(null)
    for (const entry of entries) {
      const [keyElement] = childrenOf(entry, key.traits.xmlName ?? 'key')
      const [valueElement] = childrenOf(entry, value.traits.xmlName ?? 'value')
      if (keyElement && valueElement) result[keyElement.text] = read(valueElement)
    }
    return result
  }
}

const readerOf = (shape: Shape): Reader => {
  if (shape.kind === 'struct') return element => structReader(shape)(element)
  if (shape.kind === 'list') {
    const item = elementOf(shape)
    const read = readerOf(item)
    const name = item.traits.xmlName ?? 'member'
    return element => childrenOf(element, name).map(read)
  }
  if (shape.kind === 'map') {
    const read = entriesReader(shape)
    return element => read(childrenOf(element, 'entry'))
  }
  return SIMPLE[shape.kind] ?? (() => undefined)
}

/** Reads one member out of its structure's element; undefined when it is not there. */
const memberReader = ({ name, shape }: Member): Reader => {
  const wire = shape.memberTraits.xmlName ?? name
  if (shape.traits.xmlAttribute)
    return element => (Object.hasOwn(element.attributes, wire) ? element.attributes[wire] : undefined)
  if (shape.traits.xmlFlattened && shape.kind === 'list') {
    const read = readerOf(elementOf(shape))
    return element => {
      const items = childrenOf(element, wire)
      return items.length > 0 ? items.map(read) : undefined
    }
  }
  if (shape.traits.xmlFlattened && shape.kind === 'map') {
    const read = entriesReader(shape)
    return element => {
      const entries = childrenOf(element, wire)
      return entries.length > 0 ? read(entries) : undefined
    }
  }
  const read = readerOf(shape)
  return element => {
    const child = childrenOf(element, wire).at(-1)
    return child && read(child)
  }
}

/** Read some members of a structure. Refuses with `MalformedXML` when a required one is missing. */
export const membersReader = (
  members: readonly Member[],
): ((element: XmlElement) => Record<string, unknown>) => {
  const readers = members.map(member => ({ member, read: undefined as Reader | undefined }))
  return element => {
    const value: Record<string, unknown> = {}
    for (const place of readers) {
      place.read ??= memberReader(place.member)
      const read = place.read(element)
      if (read !== undefined) value[place.member.name] = read
      else if (place.member.required) refuseXml()
    }
    return value
  }
}

const compiled = oncePer((source: object) => membersReader(membersOf(shapeOf(source))))

/** The reader of a structure, compiled at first use. */
export const structReader = (shape: Shape): ((element: XmlElement) => Record<string, unknown>) =>
  compiled(shape.source as object)
