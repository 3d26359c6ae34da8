// SPDX-License-Identifier: BSD-2-Clause
// The block of resources as it is declared.

import { invalid } from '../refusals'
import { resourceTypeNamed } from '../resources'
import type { DeletionPolicy, ResourceDeclaration, Value, ValueObject } from './contracts'
import { faulty, listed, malformed } from './faults'
import { limits } from './limits'
import { inOrder } from './order'
import { type Names, pseudoParameters, visit } from './references'
import { isList, isScalar, memberOf, objectAt, textAt } from './shapes'

export const resourceKeys: ReadonlySet<string> = new Set([
  ...['Type', 'Properties', 'DeletionPolicy', 'Description', 'DependsOn', 'Metadata', 'UpdatePolicy'],
  ...['CreationPolicy', 'Condition'],
])

export const readResources = (
  template: ValueObject,
  names: Names,
): ReadonlyMap<string, ResourceDeclaration> => {
  const members = objectAt(template, 'Resources') ?? {}
  const logicalIds = Object.keys(members)
  checkNames(logicalIds, names)
  const unknown = new Set<string>()
  const resources = new Map(
    logicalIds.map(logicalId => {
      const member = objectAt(members, logicalId) ?? {}
      return [logicalId, readResource(logicalId, member, names, unknown)] as const
    }),
  )
  if (unknown.size > 0) unresolved(unknown, 'Resources')
  checkCircles(resources, names)
  return resources
}

export const unresolved = (missing: Iterable<string>, block: 'Resources' | 'Outputs'): never =>
  malformed(`Unresolved resource dependencies ${listed(missing)} in the ${block} block of the template`)

const checkNames = (logicalIds: readonly string[], { parameters }: Names): void => {
  const twice = logicalIds.filter(name => parameters.has(name) || pseudoParameters.has(name))
  if (twice.length > 0) {
    faulty(`all resources and parameters must have unique names. Common name(s):${listed(twice)}`)
  }
  if (logicalIds.length > limits.resources) {
    invalid(`Too many resources in the template.  Max allowed is ${limits.resources}.`)
  }
  for (const name of logicalIds) {
    if (name.length > limits.nameCharacters) {
      invalid(
        `Resource name ${name} exceeds the maximum resource name length of ${limits.nameCharacters} characters.`,
      )
    }
    if (!/^[A-Za-z0-9]+$/.test(name)) invalid(`Resource name ${name} must be alphanumeric.`)
  }
}

const readResource = (
  logicalId: string,
  member: ValueObject,
  names: Names,
  unknown: Set<string>,
): ResourceDeclaration => {
  const type = names.typeOf(logicalId) ?? ''
  const dependsOn = readDependsOn(member)
  for (const name of dependsOn) if (names.typeOf(name) === undefined) unknown.add(name)
  const description = describedIn(member)
  const parts = {
    metadata: objectAt(member, 'Metadata'),
    properties: objectAt(member, 'Properties') ?? {},
    updatePolicy: objectAt(member, 'UpdatePolicy'),
    creationPolicy: objectAt(member, 'CreationPolicy'),
  }
  for (const part of Object.values(parts)) {
    if (part) visit(names, part, referring(names, unknown))
  }
  const deletionPolicy = readDeletionPolicy(logicalId, type, member)
  const condition = conditionIn(member, names)
  const { properties, ...others } = parts
  return {
    logicalId,
    type,
    properties,
    deletionPolicy,
    dependsOn,
    ...(condition !== undefined && { condition }),
    ...(description !== undefined && { description }),
    ...Object.fromEntries(Object.entries(others).filter(([, part]) => part !== undefined)),
  }
}

/** What resources and outputs refer to has to be there; both branches of a choice are looked at. */
export const referring = ({ conditions }: Names, unknown: Set<string>) => ({
  resource: () => {},
  unknown: (name: string) => unknown.add(name),
  condition: (name: string) => {
    if (!conditions.has(name)) faulty(`unresolved condition dependency: ${name}`)
  },
})

const readDependsOn = (member: ValueObject): readonly string[] => {
  const value = memberOf(member, 'DependsOn')
  if (value === undefined) return []
  if (isScalar(value)) return [String(value)]
  if (!isList(value)) return malformed('DependsOn must be a string or list of strings.')
  return value.map(name =>
    isScalar(name) ? String(name) : malformed('Every DependsOn value must be a string.'),
  )
}

export const describedIn = (member: ValueObject): string | undefined => {
  const description = textAt(member, 'Description')
  if (description !== undefined && description.length > limits.descriptionCharacters) {
    malformed(`Description must be no longer than ${limits.descriptionCharacters} characters.`)
  }
  return description
}

export const conditionIn = (member: ValueObject, { conditions }: Names): string | undefined => {
  const condition = textAt(member, 'Condition')
  // The two blanks are the service's.
  if (condition !== undefined && !conditions.has(condition)) {
    malformed(`Condition ${condition}  is not defined.`)
  }
  return condition
}

const policies: readonly DeletionPolicy[] = ['Delete', 'Retain', 'Snapshot']

const readDeletionPolicy = (logicalId: string, type: string, member: ValueObject): DeletionPolicy => {
  const written = textAt(member, 'DeletionPolicy') ?? 'Delete'
  const policy =
    policies.find(known => known === written) ??
    malformed(`Unrecognized DeletionPolicy ${written} for resource ${logicalId}`)
  if (policy === 'Snapshot' && !resourceTypeNamed(type)?.takesSnapshots) {
    faulty(`resource type ${type} does not support deletion policy Snapshot`)
  }
  return policy
}

/** Circles that are there whatever the parameters are. Those that come and go with conditions are found with a stack. */
const checkCircles = (resources: ReadonlyMap<string, ResourceDeclaration>, names: Names): void => {
  const always = [...resources.values()].filter(({ condition }) => condition === undefined)
  const dependencies = (logicalId: string): Iterable<string> => {
    const declaration = resources.get(logicalId)
    if (!declaration || declaration.condition !== undefined) return []
    const found = new Set(declaration.dependsOn)
    const visitor = { resource: (name: string) => void found.add(name) }
    for (const part of partsOf(declaration)) visit(names, withoutChoices(part), visitor)
    return found
  }
  inOrder(
    always.map(({ logicalId }) => logicalId),
    dependencies,
    circularDependency,
  )
}

export const circularDependency = (circle: readonly string[]): never =>
  invalid(`Circular dependency between resources: ${listed(circle)}`)

/** Where a resource may refer to others. */
export const partsOf = (declaration: ResourceDeclaration): readonly Value[] =>
  [
    declaration.metadata,
    declaration.properties,
    declaration.updatePolicy,
    declaration.creationPolicy,
  ].flatMap(part => (part === undefined ? [] : [part]))

const withoutChoices = (value: Value): Value => {
  if (isList(value)) return value.map(withoutChoices)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value as ValueObject)
  if (entries.length === 1 && entries[0]?.[0] === 'Fn::If') return ''
  return Object.fromEntries(entries.map(([name, member]) => [name, withoutChoices(member)]))
}
