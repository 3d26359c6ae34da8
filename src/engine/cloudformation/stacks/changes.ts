// SPDX-License-Identifier: BSD-2-Clause
// Whether an update would change anything: asked while it is ordered, with what there is of the resources now.
import { Refusal } from '../../errors'
import type { Tx } from '../../operation'
import type { Stack, StackResource } from '../schema'
import { Unresolved } from '../template'
import type { Scope } from '../template/contracts'
import { canonical } from './differences'
import { settledProperties } from './making'
import { metadataIn } from './metadata'
import { outputsFor } from './outputs'
import { bodyOf, outputsOf } from './records'
import type { Planned } from './requests'
import { scopeOf } from './scope'

interface Compared {
  readonly scope: Scope
  readonly plan: readonly Planned[]
  readonly resources: readonly StackResource[]
}

/** What cannot be evaluated before the update is under way is something else than what is there. */
const isSame = (compare: () => boolean): boolean => {
  try {
    return compare()
  } catch (error) {
    if (error instanceof Unresolved || error instanceof Refusal) return false
    throw error
  }
}

/** What the template says of a resource besides its properties. */
const surroundings = (scope: Scope, logicalId: string): string => {
  const declared = scope.template.resources.get(logicalId)
  return canonical([
    ...[metadataIn(scope, logicalId), declared?.deletionPolicy, declared?.dependsOn],
    ...[declared?.updatePolicy, declared?.creationPolicy],
  ])
}

const shape = ({ tags, notificationArns, description, policy }: Stack): string =>
  canonical([tags, notificationArns, description ?? null, policy === undefined ? null : JSON.parse(policy)])

export const isChange = (
  tx: Tx,
  stack: Stack,
  next: Stack,
  { scope, plan, resources }: Compared,
): boolean => {
  if (shape(stack) !== shape(next)) return true
  if (plan.length !== resources.length) return true
  const was = scopeOf(tx, stack, resources)
  const records = new Map(resources.map(resource => [resource.logicalId, resource]))
  const isUnchanged = ({ logicalId }: Planned): boolean => {
    const resource = records.get(logicalId)
    const body = resource && bodyOf(resource)
    if (!resource || !body) return false
    return (
      surroundings(was, logicalId) === surroundings(scope, logicalId) &&
      isSame(() => canonical(settledProperties(scope, resource)) === canonical(body.properties))
    )
  }
  if (!plan.every(isUnchanged)) return true
  return !isSame(() => canonical(outputsFor(scope)) === canonical(outputsOf(stack)))
}
