// SPDX-License-Identifier: BSD-2-Clause
// A statement of a policy, compiled.
import type { Context, Principal, Question } from './contracts'

/** `identity`: of a user, group, role or account; no principal. `resource`: of a bucket. `trust`: of a role. */
export type PolicyKind = 'identity' | 'resource' | 'trust'

/** How long an instance may live: minutes from its start, or until a moment (milliseconds since 1970). */
export type Contract = { readonly minutes: number } | { readonly at: number }

export interface Statement {
  readonly sid: string | undefined
  readonly effect: 'Allow' | 'Deny' | 'Limit'
  /** Where it stands in the document: offsets in characters, `end` exclusive. */
  readonly start: number
  readonly end: number
  matchesAction(action: string): boolean
  /** With the variables of the pattern put in from the question's context. */
  matchesResource(question: Question): boolean
  matchesPrincipal(principals: readonly Principal[]): boolean
  /** All conditions but quotas and contracts, which decide nothing. */
  matchesConditions(context: Context): boolean
  /** Whether it could match some resource, as far as the request alone can tell. */
  mayMatch(context: Context): boolean
  /** Whether it matches every resource, as far as the request alone can tell. */
  mustMatch(context: Context): boolean
  /** Quota keys in lower case, such as `ec2:quota-volumenumber`, with the number that may not be exceeded. */
  readonly quotas: Readonly<Record<string, number>>
  readonly contracts: readonly Contract[]
  /** Keys that it looks at, in conditions and as variables, as they are written. */
  readonly keys: readonly string[]
}
