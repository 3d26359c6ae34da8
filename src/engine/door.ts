// SPDX-License-Identifier: BSD-2-Clause
// What the doors of all families have of the engine.
import type { RequestFacts } from './access'
import type { Caller, Service } from './operation'
import type { Asked, Surroundings } from './transaction'
import type { Authentication, SecretLookup } from './wire/contracts'

/** What the steps of a request need of the engine. */
export interface Door {
  readonly around: Surroundings
  readonly service: Service
  readonly endpoint: string
  readonly facts: RequestFacts
  readonly secretFor: SecretLookup
  callerOf(authentication: Authentication): Caller
}

/** Who asks for which operation, as a transaction is told. */
export const askedOf = (
  { endpoint, facts, service }: Pick<Door, 'endpoint' | 'facts' | 'service'>,
  { caller, name, facts: more = facts }: Asker,
): Asked => ({ caller, endpoint, request: more, service, operation: name })

export interface Asker {
  readonly caller: Caller
  readonly name: string
  /** What the request tells of its sender, where that is more than the door saw. */
  readonly facts?: RequestFacts
}
