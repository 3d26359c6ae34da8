// SPDX-License-Identifier: BSD-2-Clause
// Templates: read, checked, evaluated.
//
// Missing
// - Macros and transforms, rules, modules, loops, dynamic references; Fn::Transform, Fn::Length, Fn::ToJsonString and
//   Fn::ForEach; AWS::URLSuffix. They are refused.
// - Parameters from the parameter store. Of networks (subnets, VPCs) there are none that a parameter could name.
//
// Different on purpose
// - YAML, which Eucalyptus did not read; Fn::Split, Fn::Cidr (IPv4), exports with Fn::ImportValue, and AWS::Partition, which it did
//   not have.
// - Aliases of YAML are followed, which AWS refuses. Names that come twice are refused in JSON as well.
// - Numbers stay as they are written (`1.0`, `0755`); yes, no, on and off are texts, which properties take for true and false.
// - Numbers in messages are written as in the template: `at least 9 characters`, where Eucalyptus wrote 9.0.
// - The default of a parameter is held to its constraints, patterns and functions are looked at, and circles that no
//   condition breaks are found, with the template, before there is a stack.
// - What a resource that is not there by its condition is referred to by is refused as with AWS.
// - A parameter that names something the account does not have is refused with its ConstraintDescription, if it has one.
// - Of allowed values, each item of a CommaDelimitedList has to be one, as with AWS.
// - A pattern may take a tenth of a second for a value, all of a template half a second; the functions of one value may give a
//   million characters, aliases repeat a hundred thousand.
import { resourceTypeNamed } from '../resources'
import type { Evaluated, EvaluatedObject, Path, Scope, Template, Value } from './contracts'
import { readText } from './read'
import { evaluatedIn } from './stack-order'

export { Unresolved } from './evaluate'
export {
  checkedProperties,
  checkProperties,
  type UnknownProperty,
  unknownPropertiesText,
} from './properties'
export { type GivenParameter, settleParameters } from './settle'
export { conditionsOf, dependenciesOf, importedNames, isThere, orderOf } from './stack-order'
export { checkTypedParameters } from './typed-parameters'

/** Read a template, JSON or YAML, and check all that can be known without parameters: refused with ValidationError. */
export const readTemplate = (text: string): Template => readText(text, false)

/** Read one again that was found to be good. */
export const readKnownTemplate = (text: string): Template => readText(text, true)

/**
 * A value with its functions carried out. Throws `Unresolved`, and refuses what is wrong in it. The path, for whoever reads
 * the call, says what it is of.
 */
export const evaluate = (scope: Scope, value: Value, _path?: Path): Evaluated => evaluatedIn(scope, value)

/** The properties of a resource, evaluated; members that are AWS::NoValue are not there. */
export const propertiesOf = (scope: Scope, logicalId: string): EvaluatedObject => {
  const properties = scope.template.resources.get(logicalId)?.properties ?? {}
  // An object of one member might be a function, which properties as a whole are not.
  const entries = Object.entries(properties).map(
    ([name, value]) => [name, evaluatedIn(scope, value)] as const,
  )
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}

/** CAPABILITY_IAM where a resource needs it, and for which types. */
export const capabilitiesOf = (
  template: Template,
): { readonly capabilities: readonly string[]; readonly types: readonly string[] } => {
  const types = new Set([...template.resources.values()].map(({ type }) => type))
  const needing = [...types].filter(type => resourceTypeNamed(type)?.needsCapability)
  return { capabilities: needing.length > 0 ? ['CAPABILITY_IAM'] : [], types: needing }
}
