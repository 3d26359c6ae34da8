// SPDX-License-Identifier: BSD-2-Clause
// What templates note of resources, for whoever sets them up.
import { evaluate } from '../template'
import type { Evaluated, Scope } from '../template/contracts'
import { reasonOf } from './tasks'

/** The metadata of a resource with its functions carried out; as it is written while they cannot be. */
export const metadataIn = (scope: Scope, logicalId: string): Evaluated => {
  const metadata = scope.template.resources.get(logicalId)?.metadata
  if (metadata === undefined) return undefined
  try {
    return evaluate(scope, metadata, ['Resources', logicalId, 'Metadata'])
  } catch (error) {
    // What it refers to is not there yet, or not any more.
    if (reasonOf(error) === undefined) throw error
    return metadata
  }
}
