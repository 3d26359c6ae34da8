// SPDX-License-Identifier: BSD-2-Clause
// Templates: read, checked, evaluated.
import { invalid } from '../refusals'
import type { Evaluated, EvaluatedObject, Path, Scope, StackParameter, Template, Value } from './contracts'

/** A function refers to a resource that is not there yet, or never will be. */
export class Unresolved extends Error {
  override readonly name = 'Unresolved'
}

/** Read a template, JSON or YAML, and check all that can be known without parameters: refused with ValidationError. */
export const readTemplate = (_text: string): Template =>
  invalid('At least one Resources member must be defined.')

export interface GivenParameter {
  readonly key: string
  readonly value?: string | undefined
  readonly usePrevious?: boolean | undefined
}

/** The values of all parameters, checked against their constraints. Of `previous`, those that are to stay are taken. */
export const settleParameters = (
  _template: Template,
  _given: readonly GivenParameter[],
  _previous?: readonly StackParameter[],
): readonly StackParameter[] => []

/** Which conditions of the template hold. They refer to parameters alone. */
export const conditionsOf = (_scope: Scope): ReadonlyMap<string, boolean> => new Map()

/** The resources that a value refers to, and those that DependsOn names; of one that is there by its condition. */
export const dependenciesOf = (_scope: Scope, _logicalId: string): ReadonlySet<string> => new Set()

/** The resources that are to be there, each after those that it refers to. Refuses circles, in the service's words. */
export const orderOf = (_scope: Scope): readonly string[] => []

/** A value with its functions carried out. Throws `Unresolved`, and refuses what is wrong in it. */
export const evaluate = (_scope: Scope, _value: Value, _path: Path): Evaluated => undefined

/** The properties of a resource, evaluated; members that are AWS::NoValue are not there. */
export const propertiesOf = (_scope: Scope, _logicalId: string): EvaluatedObject => ({})

export interface UnknownProperty {
  /** `Listeners.0.Protokol` */
  readonly path: string
  readonly line?: number
}

/**
 * Check every resource's properties as written against its type: unknown ones, missing ones, values of the wrong kind
 * where that can be told before functions are carried out. Unknown properties are given back, so that a lenient cloud can
 * warn of them; all else is refused.
 */
export const checkProperties = (_template: Template): readonly UnknownProperty[] => []

/** CAPABILITY_IAM where a resource needs it, and for which types. */
export const capabilitiesOf = (
  _template: Template,
): { readonly capabilities: readonly string[]; readonly types: readonly string[] } => ({
  capabilities: [],
  types: [],
})
