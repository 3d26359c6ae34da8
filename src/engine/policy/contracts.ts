// SPDX-License-Identifier: BSD-2-Clause
// What is asked of policies and what they answer, as types. The functions are where their names say:
//
//   document.ts   compilePolicy(text, kind) → Policy            refuses what is no policy with MalformedPolicyDocument
//   judge.ts      judge(policies, question) → Verdict           one layer: explicit denial, permission, or nothing
//                 perhaps(policies, action, context) → boolean  whether some resource could be allowed
//   decide.ts     decide(standing, question, resource?) → Decision   all layers of one caller, in their order
//   quotas.ts     limitsOf(policies, question) → Limit[]        the `Limit` statements that hold for an allocation
//
// Nothing here knows of records or requests: authority.ts, beside this folder, finds a caller's policies and asks.
import type { PolicyKind, Statement } from './statement'

/** Values a condition may look at: names in lower case, such as `aws:sourceip`; a name that is not there is absent. */
export type Context = Readonly<Record<string, readonly string[]>>

export interface Question {
  /** `ec2:RunInstances` */
  readonly action: string
  /** An ARN, or `*` where an action has no resource. */
  readonly resource: string
  readonly context: Context
}

/** A compiled document. `source` is its text, for those who ask why. */
export interface Policy {
  readonly kind: PolicyKind
  readonly source: string
  readonly statements: readonly Statement[]
}

/** A policy, and where it is from. */
export interface NamedPolicy {
  /** As SimulatePrincipalPolicy shows it: `user_alice_readonly`, or a managed policy's ARN. */
  readonly name: string
  readonly type: 'user' | 'group' | 'role' | 'account' | 'managed' | 'session' | 'boundary' | 'resource'
  readonly policy: Policy
}

export interface Match {
  readonly from: NamedPolicy
  readonly statement: Statement
}

export type Effect = 'allow' | 'deny' | 'none'

/** What one layer of policies says. `none`: nothing in it matches. `by` are the statements that decided. */
export interface Verdict {
  readonly effect: Effect
  readonly by: readonly Match[]
}

/** All policies that bear on a caller, layer by layer. Each layer that is there must allow; a denial in any is final. */
export interface Standing {
  /** Cloud administrators: no policy is asked. */
  readonly isUnbound: boolean
  /** The administrator of his account: in it all is allowed that the other layers do not withhold. */
  readonly isAccountAdmin: boolean
  /** 12 digits; '' for anonymous callers. */
  readonly account: string
  /** ARNs and ids that a Principal element may name the caller by, with the account's own. */
  readonly principals: readonly Principal[]
  /** Policies that gate the whole account; empty: no such gate. */
  readonly accountPolicies: readonly NamedPolicy[]
  /** Those of the user and his groups, or of the role. */
  readonly identityPolicies: readonly NamedPolicy[]
  readonly boundary?: readonly NamedPolicy[]
  readonly sessionPolicies?: readonly NamedPolicy[]
}

export interface Principal {
  readonly type: 'AWS' | 'Service' | 'Federated' | 'CanonicalUser'
  /** An ARN, an account number, a service's name; `*` is understood by the matcher. */
  readonly id: string
}

/** What is known of the resource itself. */
export interface ResourceSide {
  /** Account that it belongs to; absent: the caller's. */
  readonly owner?: string | undefined
  /** Bucket policy, trust policy. */
  readonly policy?: NamedPolicy | undefined
  /** What else allows it, such as a bucket's list; it never overrides a denial. */
  readonly isGranted?: boolean | undefined
}

export type Reason =
  /** Nobody asks policies of the cloud's administrators. */
  | 'administrator'
  /** The administrator of the account, in it. */
  | 'account-administrator'
  | 'allowed'
  | 'explicit-deny'
  | 'implicit-deny'
  /** The policies of the account do not allow it. */
  | 'account-gate'
  | 'boundary'
  | 'session'
  /** The resource is another account's, and it does not let this caller in. */
  | 'other-account'
  /** A list or a resource's own policy lets the caller in. */
  | 'resource'

export interface Decision {
  readonly allowed: boolean
  readonly reason: Reason
  /** The statements that decided; empty for an implicit denial, and for administrators. */
  readonly by: readonly Match[]
}

/** One `Limit` statement that holds for an allocation, with the numbers of its condition. */
export interface Limit {
  readonly from: NamedPolicy
  readonly statement: Statement
  /** Whose usage counts: the account's, or that of the user alone. */
  readonly scope: 'account' | 'group' | 'user'
  /** Usage, with what is asked for, may not be above this. */
  readonly most: number
}
