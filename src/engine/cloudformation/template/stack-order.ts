// SPDX-License-Identifier: BSD-2-Clause
// What is there in one stack, by its conditions, and in which order.
import { Refusal } from '../../errors'
import type { Evaluated, OutputDeclaration, Scope, Value } from './contracts'
import { evaluated } from './evaluate'
import { faulty } from './faults'
import { inOrder } from './order'
import { namesOf, visit } from './references'
import { circularDependency, partsOf, unresolved } from './resources'

/** Which conditions of the template hold. They refer to parameters alone. */
export const conditionsOf = (scope: Scope): ReadonlyMap<string, boolean> => {
  const found = new Map<string, boolean>()
  // Each stands after those that it refers to.
  for (const [name, condition] of scope.template.conditions) {
    found.set(name, evaluated(scope, condition, other => found.get(other) ?? false, true) === true)
  }
  return found
}

// A scope is asked for every one of its resources.
const known = new WeakMap<Scope, ReadonlyMap<string, boolean>>()

const conditionsIn = (scope: Scope): ReadonlyMap<string, boolean> => {
  const found = known.get(scope) ?? conditionsOf(scope)
  known.set(scope, found)
  return found
}

/** Whether a condition holds; of what is there without one, it does. */
const holds = (scope: Scope, condition: string | undefined): boolean =>
  condition === undefined || (conditionsIn(scope).get(condition) ?? false)

/** Whether a resource or an output is to be there. */
export const isThere = (scope: Scope, { condition }: { readonly condition?: string }): boolean =>
  holds(scope, condition)

export const evaluatedIn = (scope: Scope, value: Parameters<typeof evaluated>[1]): Evaluated =>
  evaluated(scope, value, condition => {
    return conditionsIn(scope).get(condition) ?? faulty(`unresolved condition dependency: ${condition}`)
  })

/** By which names what is there in a stack takes in what other stacks export. */
export const importedNames = (scope: Scope): ReadonlySet<string> => {
  const { template } = scope
  const found = new Set<string>()
  const visitor = {
    resource: () => {},
    isTrue: (condition: string) => holds(scope, condition),
    imported: (argument: Value) => {
      try {
        found.add(String(evaluatedIn(scope, argument)))
      } catch (error) {
        // A stack that came to nothing for a name that cannot be told takes nothing in.
        if (!(error instanceof Refusal)) throw error
      }
    },
  }
  const resources = [...template.resources.values()].filter(one => isThere(scope, one)).flatMap(partsOf)
  const outputs = [...template.outputs.values()].filter(one => isThere(scope, one))
  const values = outputs.flatMap(({ value, exportName = '' }) => [value, exportName])
  for (const value of [...resources, ...values]) visit(namesOf(template), value, visitor)
  return found
}

interface Dependencies {
  readonly found: ReadonlySet<string>
  /** What is referred to and is not there, by its condition. */
  readonly missing: readonly string[]
}

const dependencies = (scope: Scope, logicalId: string): Dependencies => {
  const { template } = scope
  const declaration = template.resources.get(logicalId)
  if (!declaration) return { found: new Set(), missing: [] }
  const isLive = (name: string): boolean => isThere(scope, template.resources.get(name) ?? {})
  const referred = new Set<string>()
  const visitor = {
    resource: (name: string) => void referred.add(name),
    isTrue: (condition: string) => holds(scope, condition),
  }
  for (const part of partsOf(declaration)) visit(namesOf(template), part, visitor)
  // What is only to be waited for need not be there.
  const found = new Set([...declaration.dependsOn, ...referred].filter(isLive))
  return { found, missing: [...referred].filter(name => !isLive(name)) }
}

/** The resources that a value refers to, and those that DependsOn names; of one that is there by its condition. */
export const dependenciesOf = (scope: Scope, logicalId: string): ReadonlySet<string> =>
  dependencies(scope, logicalId).found

/**
 * The resources that are to be there, each after those that it refers to. Refuses circles, and references to what is not
 * to be there, in the service's words.
 */
export const orderOf = (scope: Scope): readonly string[] => {
  const { resources, outputs } = scope.template
  const live = [...resources.values()].filter(resource => isThere(scope, resource))
  const graph = new Map(live.map(({ logicalId }) => [logicalId, dependencies(scope, logicalId)]))
  const missing = new Set([...graph.values()].flatMap(each => each.missing))
  if (missing.size > 0) unresolved(missing, 'Resources')
  checkOutputs(scope, [...outputs.values()])
  return inOrder(graph.keys(), logicalId => graph.get(logicalId)?.found ?? [], circularDependency)
}

const checkOutputs = (scope: Scope, outputs: readonly OutputDeclaration[]): void => {
  const { template } = scope
  const missing = new Set<string>()
  for (const output of outputs) {
    if (!isThere(scope, output)) continue
    visit(namesOf(template), output.value, {
      resource: name => {
        if (!isThere(scope, template.resources.get(name) ?? {})) missing.add(name)
      },
      isTrue: condition => holds(scope, condition),
    })
  }
  if (missing.size > 0) unresolved(missing, 'Outputs')
}
