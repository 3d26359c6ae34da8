// SPDX-License-Identifier: BSD-2-Clause
// Tables of properties, written shortly, and what types their values have: a type of resource declares its properties once,
// and its functions are given values of these types. That values are of the kinds that tables say is checked, and texts
// are converted, before any of the functions is called.
import type { EvaluatedObject } from '../template/contracts'
import type { Made, Progress, Property, PropertyTable, ResourceType, Work } from './contracts'

export const text = { kind: 'string' } as const
export const integer = { kind: 'integer' } as const
export const number = { kind: 'number' } as const
export const boolean = { kind: 'boolean' } as const
/** A document, such as a policy: an object, or its text. */
export const json = { kind: 'json' } as const
export const listOf = <const P extends Property>(item: P) => ({ kind: 'list', item }) as const
export const objectOf = <const T extends PropertyTable>(members: T) => ({ kind: 'object', members }) as const
export const required = <const P extends Property>(property: P) => ({ ...property, required: true }) as const
/** It is changed as it runs. */
export const inPlace = <const P extends Property>(property: P) =>
  ({ ...property, onChange: 'no-interruption' }) as const
export const interrupting = <const P extends Property>(property: P) =>
  ({ ...property, onChange: 'some-interruption' }) as const
/** It is what it is, and another one could not take its place either. */
export const unchangeable = <const P extends Property>(property: P) =>
  ({ ...property, onChange: 'refused' }) as const
export const secret = <const P extends Property>(property: P) => ({ ...property, secret: true }) as const

/** A document as operations take it: its text. */
export const documentText = (document: EvaluatedObject | string): string =>
  typeof document === 'string' ? document : JSON.stringify(document)

export const texts = listOf(text)
export const tags = listOf(objectOf({ Key: required(text), Value: required(text) }))

interface Scalars {
  readonly string: string
  readonly integer: number
  readonly number: number
  readonly boolean: boolean
  readonly json: EvaluatedObject | string
  readonly list: readonly unknown[]
  readonly object: EvaluatedObject
  readonly map: EvaluatedObject
}

export type ValueOf<P extends Property> = P extends { readonly item: infer I extends Property }
  ? readonly ValueOf<I>[]
  : P extends { readonly members: infer M extends PropertyTable }
    ? ValuesOf<M>
    : Scalars[P['kind']]

/** What is required is there, all else may be. */
export type ValuesOf<T extends PropertyTable> = {
  readonly [N in keyof T as T[N] extends { readonly required: true } ? N : never]: ValueOf<T[N]>
} & {
  readonly [N in keyof T as T[N] extends { readonly required: true } ? never : N]?: ValueOf<T[N]> | undefined
}

type Functions = 'check' | 'create' | 'created' | 'update' | 'updated' | 'mustReplace' | 'remove' | 'snapshot'

/** A type of resource whose functions know what its properties are. */
interface Declared<T extends PropertyTable, Values = ValuesOf<T>>
  extends Omit<ResourceType, Functions | 'properties'> {
  readonly properties: T
  check?(properties: Values): void
  create(work: Work, properties: Values): Made
  created?(work: Work, made: Made, properties: Values): Progress
  update?(work: Work, made: Made, properties: Values, before: Values): Made
  updated?(work: Work, made: Made, properties: Values): Progress
  mustReplace?(work: Work, made: Made, properties: Values, before: Values): boolean
  remove(work: Work, made: Made, properties: Values): Progress
  snapshot?(work: Work, made: Made, properties: Values): Progress
}

export const resourceType = <const T extends PropertyTable>(type: Declared<T>): ResourceType =>
  // What comes in has been checked against the table; see the head.
  type as unknown as ResourceType
