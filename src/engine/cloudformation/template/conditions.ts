// SPDX-License-Identifier: BSD-2-Clause
// The block of conditions: what they refer to, and that they do not go round in circles.
import type { Value, ValueObject } from './contracts'
import { faulty, listed, malformed } from './faults'
import { isTruthFunction } from './functions'
import { inOrder } from './order'
import { type Names, visit } from './references'
import { objectAt } from './shapes'

/** Conditions by name, each after those that it refers to. */
export const readConditions = (template: ValueObject, names: Names): ReadonlyMap<string, Value> => {
  const members = objectAt(template, 'Conditions') ?? {}
  const dependencies = new Map<string, Set<string>>()
  const beyond = new Set<string>()
  const undefinedOnes = new Set<string>()
  for (const name of Object.keys(members)) {
    const condition = objectAt(members, name, 'Any Conditions member must be a JSON object.') ?? {}
    const found = new Set<string>()
    dependencies.set(name, found)
    visit(names, condition, {
      isInConditions: true,
      resource: logicalId => beyond.add(logicalId),
      unknown: unknown => beyond.add(unknown),
      condition: other => (Object.hasOwn(members, other) ? found : undefinedOnes).add(other),
    })
    if (!isTruthFunction(condition)) {
      malformed('Conditions can only be boolean operations on parameters and other conditions')
    }
  }
  if (beyond.size > 0) {
    malformed(
      `Unresolved dependencies ${listed(beyond)}. Cannot reference resources in the Conditions block of the template`,
    )
  }
  if (undefinedOnes.size > 0) {
    malformed(
      `Unresolved condition dependencies ${listed(undefinedOnes)} in the Conditions block of the template`,
    )
  }
  const order = inOrder(
    Object.keys(members),
    name => dependencies.get(name) ?? [],
    circle => faulty(`Found circular condition dependency: ${listed(circle)}`),
  )
  return new Map(order.map(name => [name, members[name] as Value]))
}
