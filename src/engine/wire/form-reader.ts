// SPDX-License-Identifier: BSD-2-Clause
// Form tree → input object, along a schema. One closure is made for each place of a message, at first use.
//
// The two query protocols differ in names and lists alone, which `Dialect` holds. EC2 names members by ec2QueryName,
// else by the capitalised XML name, and all its lists are flat (`Tag.1.Key`); the others say `Tags.member.1.Key` unless a
// trait flattens. Both take a bare name for a list of one, as Eucalyptus did, and a bare empty one for no list at all.

import { oncePer } from '../../schemas/once-per'
import { elementOf, entryOf, type Member, membersOf, type Shape, shapeOf } from '../../schemas/shapes'
import { refuse } from '../errors'
import { type FormNode, indexed } from './form'
import { readBlob, readBoolean, readTimestamp } from './values'

export interface Dialect {
  /** Name of a structure's member on the wire. */
  memberName(member: Member): string
  /** Name between a list's name and its index, or undefined for a flat list. */
  listName(list: Shape, element: Shape): string | undefined
  /** A number's value; undefined for text that is none. */
  number(text: string): number | undefined
  /** Whether a required list must have items. */
  readonly emptyIsMissing: boolean
  /** Answer a member that the schema requires and the request lacks. */
  missing(member: Member, path: string): never
}

/** Reads a node; undefined when nothing under it belongs to the shape. */
type Reader = (node: FormNode) => unknown

const badValue = (node: FormNode, text: string): never =>
  refuse('InvalidParameterValue', `Value (${text}) for parameter ${node.path} is invalid.`)

// boto 2 sends a list where an operation takes one value (`InstanceId.1` to GetConsoleOutput); a second item stays unread.
const simpleReader = (parse: (text: string) => unknown): Reader => {
  return given => {
    const node = given.value === undefined ? given.children?.get('1') : given
    if (node?.value === undefined) return undefined
    node.read = true
    return parse(node.value) ?? badValue(node, node.value)
  }
}

const SIMPLE: Readonly<Record<string, Reader>> = {
  string: simpleReader(text => text),
  boolean: simpleReader(readBoolean),
  timestamp: simpleReader(readTimestamp),
  blob: simpleReader(readBlob),
}

// A name with an empty value (`InstanceId=`) is an empty list, which is also how SDKs send one.
const bare = (node: FormNode, element: Reader): unknown[] | undefined => {
  if (node.value === undefined) return undefined
  if (node.value === '') {
    node.read = true
    return []
  }
  const value = element(node)
  return value === undefined ? undefined : [value]
}

const listReader = (element: Reader, name: string | undefined): Reader => {
  return node => {
    // Where a list is not flat, `X.1` is understood as well as `X.member.1`: a name cannot be mistaken for an index.
    const holder = name === undefined ? node : (node.children?.get(name) ?? node)
    const items = indexed(holder)
    if (items.length === 0) return bare(node, element)
    const values: unknown[] = []
    for (const item of items) {
      const value = element(item)
      if (value !== undefined) values.push(value)
    }
    return values.length > 0 ? values : undefined
  }
}

const mapReader = (shape: Shape, read: (shape: Shape) => Reader): Reader => {
  const { key, value } = entryOf(shape)
  const keyName = key.traits.xmlName ?? 'key'
  const valueName = value.traits.xmlName ?? 'value'
  const readValue = read(value)
  return node => {
    const entries = indexed(node.children?.get('entry') ?? node)
    if (entries.length === 0) return undefined
    const result: Record<string, unknown> = Object.create(null)
    for (const entry of entries) {
      const keyNode = entry.children?.get(keyName)
      const valueNode = entry.children?.get(valueName)
      if (keyNode?.value === undefined || !valueNode) continue
      keyNode.read = true
      result[keyNode.value] = readValue(valueNode)
    }
    return result
  }
}

/** Reads a structure's members from a node. Names in `optional` may be absent although the schema requires them. */
export type StructReader = (
  node: FormNode,
  optional?: readonly string[],
) => Record<string, unknown> | undefined

/** Readers of one dialect, compiled at first use and kept with the schema. */
export const formReader = (dialect: Dialect): ((shape: Shape) => StructReader) => {
  const simple: Readonly<Record<string, Reader>> = { ...SIMPLE, number: simpleReader(dialect.number) }
  const isMissing = (value: unknown): boolean =>
    value === undefined || (dialect.emptyIsMissing && Array.isArray(value) && value.length === 0)
  const structReader = (shape: Shape): StructReader => {
    const members = membersOf(shape).map(member => ({
      member,
      wire: dialect.memberName(member),
      // Made when first needed: schemas are recursive, and most members of a large request never come.
      read: undefined as Reader | undefined,
    }))
    const required = members.filter(({ member }) => member.required)
    return (node, optional) => {
      const input: Record<string, unknown> = {}
      let found = false
      if (node.children) {
        for (const place of members) {
          const child = node.children.get(place.wire)
          if (!child) continue
          place.read ??= readerOf(place.member.shape)
          const value = place.read(child)
          if (value === undefined) continue
          input[place.member.name] = value
          found = true
        }
      }
      if (!found && node.path !== '') return undefined
      for (const { member, wire } of required) {
        if (
          isMissing(input[member.name]) &&
          !member.shape.traits.idempotencyToken &&
          !optional?.includes(member.name)
        )
          dialect.missing(member, node.path ? `${node.path}.${wire}` : wire)
      }
      return input
    }
  }
  const compiled = oncePer((source: object) => structReader(shapeOf(source)))
  // An operation without an input takes no members at all.
  const structOf = (shape: Shape): StructReader =>
    shape.kind === 'struct' ? compiled(shape.source as object) : () => undefined

  const readerOf = (shape: Shape): Reader => {
    if (shape.kind === 'struct') {
      const read = structOf(shape)
      return node => read(node)
    }
    if (shape.kind === 'list') {
      const element = elementOf(shape)
      return listReader(readerOf(element), dialect.listName(shape, element))
    }
    if (shape.kind === 'map') return mapReader(shape, readerOf)
    return simple[shape.kind] ?? (() => undefined)
  }
  return structOf
}
