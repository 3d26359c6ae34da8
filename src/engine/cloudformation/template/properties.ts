// SPDX-License-Identifier: BSD-2-Clause
// Properties of resources against the tables of their types: as they are written, before there is a stack, and as they are
// once their functions are carried out.

import { invalid } from '../refusals'
import { resourceTypeNamed } from '../resources'
import type { Property, PropertyTable, ResourceType } from '../resources/contracts'
import type { Evaluated, EvaluatedObject, Path, Template } from './contracts'
import { faulty, listed } from './faults'
import { callIn } from './functions'
import { isObject, isScalar, numberIn } from './shapes'

export interface UnknownProperty {
  /** `Resources.ConsoleELB.Properties.Listeners.0.Protokol` */
  readonly path: string
  /** `Protokol` */
  readonly name: string
  readonly line?: number
}

/** What is refused when properties are unknown, and what a lenient cloud warns of. */
export const unknownPropertiesText = (unknown: readonly UnknownProperty[]): string => {
  const names = listed(unknown.map(({ name }) => name))
  const places = unknown.map(({ line, path }) => (line === undefined ? path : `line ${line}: ${path}`))
  return `Encountered unsupported property or properties ${names} (${places.join('; ')})`
}

/** What a walk through properties goes by. */
interface Walk {
  /** They are as they are written: functions are passed over, and what is unknown is told. */
  readonly unknown?: (path: Path, name: string) => void
  /** Of a part: ` (line 12: Resources.A.Properties.B)`. */
  at(path: Path): string
}

/**
 * Check every resource's properties as written against its type: unknown ones, missing ones, values of the wrong kind
 * where that can be told before functions are carried out. Unknown properties are given back, so that a lenient cloud can
 * warn of them; all else is refused.
 */
export const checkProperties = (template: Template): readonly UnknownProperty[] => {
  const found: UnknownProperty[] = []
  const walk: Walk = {
    unknown: (path, name) => found.push(unknownAt(template, [...path, name])),
    at: path => placeOf(template, path),
  }
  for (const { logicalId, type, properties } of template.resources.values()) {
    const table = resourceTypeNamed(type)?.properties
    if (table) members(walk, table, properties, ['Resources', logicalId, 'Properties'])
  }
  return found
}

const unknownAt = (template: Template, path: Path): UnknownProperty => {
  const line = template.positionOf(path)?.line
  return { path: path.join('.'), name: String(path.at(-1)), ...(line !== undefined && { line }) }
}

/** Where a part stands, or the nearest one around it that stands in the template at all. */
const placeOf = (template: Template, path: Path): string => {
  const positions = path.map((_, index) => template.positionOf(path.slice(0, path.length - index)))
  const line = positions.find(position => position !== undefined)?.line
  return line === undefined ? ` (${path.join('.')})` : ` (line ${line}: ${path.join('.')})`
}

/**
 * The properties of a resource as its type wants them, once functions are carried out: texts become numbers and truth
 * values where these are wanted, and the other way round. Refuses what is missing or of another kind; what the type does
 * not know is left out.
 */
export const checkedProperties = (
  type: ResourceType,
  properties: EvaluatedObject,
  place?: { readonly template: Template; readonly logicalId: string },
): EvaluatedObject => {
  const walk: Walk = { at: path => (place ? placeOf(place.template, path) : '') }
  return members(walk, type.properties, properties, ['Resources', place?.logicalId ?? '', 'Properties'])
}

const members = (walk: Walk, table: PropertyTable, object: EvaluatedObject, path: Path): EvaluatedObject => {
  for (const name of Object.keys(object)) if (!Object.hasOwn(table, name)) walk.unknown?.(path, name)
  const entries = Object.entries(table).map(([name, property]) => {
    const value = Object.hasOwn(object, name) ? object[name] : undefined
    const here = [...path, name]
    if (value === undefined) {
      if (property.required) faulty(`${name} is a required field${walk.at(here)}`)
      return [name, undefined] as const
    }
    return [name, conformed(walk, property, value, { name, path: here })] as const
  })
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}

/** What is looked at. The items of a list are spoken of as members of the list. */
interface Part {
  readonly name: string
  readonly path: Path
  readonly isItem?: boolean
}

const conformed = (walk: Walk, property: Property, value: Evaluated, part: Part): Evaluated => {
  const call = walk.unknown && callIn(value)
  if (!call) return kinds[property.kind](walk, property, value, part)
  // What a function gives is not known yet; but of a choice, both are written here.
  if (call.name === 'Fn::If' && Array.isArray(call.argument)) {
    for (const index of [1, 2]) {
      const path = [...part.path, 'Fn::If', index]
      conformed(walk, property, call.argument[index] as Evaluated, { ...part, path })
    }
  }
  return undefined
}

const wrong = (walk: Walk, { name, path, isItem }: Part, kind: string, value?: string): never => {
  const must = isItem ? 'have members' : 'be'
  const shown = value === undefined ? '' : ` (${value})`
  return faulty(`${name} must ${must} of type ${kind}${shown}${walk.at(path)}`)
}

type Kind = (walk: Walk, property: Property, value: Evaluated, part: Part) => Evaluated

const numeric =
  (kind: string, isRight: (number: number) => boolean): Kind =>
  (walk, property, value, part) => {
    if (!isScalar(value)) return wrong(walk, part, 'Number')
    const text = String(value)
    if (text === '') {
      // A parameter that was left empty.
      if (property.required) faulty(`${part.name} can not be blank ()${walk.at(part.path)}`)
      return undefined
    }
    const number = numberIn(text)
    return number !== undefined && isRight(number) ? number : wrong(walk, part, kind, text)
  }

// YAML's older words for them as well: they are texts here, see document.ts.
const truths: Readonly<Record<string, boolean>> = {
  ...{ true: true, yes: true, on: true },
  ...{ false: false, no: false, off: false },
}

const kinds: Readonly<Record<Property['kind'], Kind>> = {
  string: (walk, _, value, part) => (isScalar(value) ? String(value) : wrong(walk, part, 'String')),

  integer: numeric('Integer', Number.isSafeInteger),

  number: numeric('Number', () => true),

  boolean: (walk, _, value, part) => {
    if (!isScalar(value)) return wrong(walk, part, 'Boolean')
    const word = String(value).toLowerCase()
    return Object.hasOwn(truths, word) ? truths[word] : wrong(walk, part, 'Boolean', String(value))
  },

  json: (_walk, _property, value) => value,

  list: (walk, { item }, value, { name, path }) => {
    if (!Array.isArray(value)) return wrong(walk, { name, path }, 'List')
    if (!item) return value
    const items = (value as readonly Evaluated[]).map((one, index) =>
      conformed(walk, item, one, { name, path: [...path, index], isItem: true }),
    )
    return items.filter(one => one !== undefined)
  },

  object: (walk, { members: table }, value, { name, path }) => {
    if (!isObject(value)) return invalid(`Value of property ${name} must be an object${walk.at(path)}`)
    return table ? members(walk, table, value, path) : value
  },

  map: (walk, { item }, value, { name, path }) => {
    if (!isObject(value)) return invalid(`Value of property ${name} must be an object${walk.at(path)}`)
    if (!item) return value
    const entries = Object.entries(value).map(
      ([key, one]) => [key, conformed(walk, item, one, { name: key, path: [...path, key] })] as const,
    )
    return Object.fromEntries(entries.filter(([, one]) => one !== undefined))
  },
}
