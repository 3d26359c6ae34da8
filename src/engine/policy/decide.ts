// SPDX-License-Identifier: BSD-2-Clause
// A caller's standing and a question, decided in Eucalyptus' order (engine-iam-elb, part 1 §5), with what AWS has and
// Eucalyptus left out: policies of resources, boundaries, sessions.
import type { Decision, Match, NamedPolicy, Question, Reason, ResourceSide, Standing } from './contracts'
import { isAllowedEverywhere, isDeniedNowhere, isRuledOut, judge, perhaps } from './judge'

const allowed = (reason: Reason, by: readonly Match[] = []): Decision => ({ allowed: true, reason, by })
const denied = (reason: Reason, by: readonly Match[] = []): Decision => ({ allowed: false, reason, by })

interface Gate {
  readonly reason: Reason
  readonly policies: readonly NamedPolicy[]
}

/** Policies of an account that only set quotas are no gate. */
const isGate = (policies: readonly NamedPolicy[]): boolean =>
  policies.some(({ policy }) => policy.statements.some(({ effect }) => effect !== 'Limit'))

/** The layers that withhold: each that is there must allow. */
const gatesOf = ({ accountPolicies, boundary, sessionPolicies }: Standing): readonly Gate[] => [
  ...(isGate(accountPolicies) ? [{ reason: 'account-gate' as const, policies: accountPolicies }] : []),
  ...(boundary ? [{ reason: 'boundary' as const, policies: boundary }] : []),
  ...(sessionPolicies ? [{ reason: 'session' as const, policies: sessionPolicies }] : []),
]

/**
 * Whether a policy of a resource of his own account means him, or everybody. Where it names the account, it leaves it to
 * the account's administrators whom of its users they let in.
 */
const isNamed = (
  { account, principals }: Standing,
  question: Question,
  { policy }: ResourceSide,
): boolean => {
  const himself = principals.filter(
    ({ type, id }) => type === 'AWS' && id !== account && id !== `arn:aws:iam::${account}:root`,
  )
  return policy !== undefined && judge([policy], question, himself).effect === 'allow'
}

/** May this caller do this to this resource? */
export const decide = (standing: Standing, question: Question, side: ResourceSide = {}): Decision => {
  if (standing.isUnbound) return allowed('administrator')
  const own = judge(standing.identityPolicies, question)
  const theirs = side.policy ? judge([side.policy], question, standing.principals) : undefined
  const gates = gatesOf(standing).map(({ reason, policies }) => ({ reason, ...judge(policies, question) }))
  for (const { effect, by } of [own, ...(theirs ? [theirs] : []), ...gates]) {
    if (effect === 'deny') return denied('explicit-deny', by)
  }
  const isInvited = theirs?.effect === 'allow'
  if (standing.account === '') {
    return isInvited || side.isGranted ? allowed('resource', theirs?.by) : denied('implicit-deny')
  }
  const gate = gates.find(({ effect }) => effect !== 'allow')
  if (gate) return denied(gate.reason)
  // What an account's policies, a boundary or a session allowed is a part of why.
  const withGates = (by: readonly Match[] = []): readonly Match[] => [...by, ...gates.flatMap(one => one.by)]
  const isAllowed = own.effect === 'allow' || standing.isAccountAdmin
  const isOthers = side.owner !== undefined && side.owner !== standing.account
  if (isOthers && !isInvited && !side.isGranted) return denied('other-account')
  if (isOthers) {
    return isAllowed
      ? allowed('resource', withGates([...(theirs?.by ?? []), ...own.by]))
      : denied('implicit-deny')
  }
  if (own.effect === 'allow') return allowed('allowed', withGates(own.by))
  if (standing.isAccountAdmin) return allowed('account-administrator', withGates())
  return isInvited && isNamed(standing, question, side)
    ? allowed('resource', withGates(theirs?.by))
    : denied('implicit-deny')
}

/** Whether the caller could be allowed an action on some resource of his account's: he may ask for a list then. */
export const mayPerhaps = (standing: Standing, { action, context }: Question): boolean => {
  if (standing.isUnbound) return true
  if (!gatesOf(standing).every(({ policies }) => perhaps(policies, action, context))) return false
  const { identityPolicies } = standing
  return standing.isAccountAdmin
    ? !isRuledOut(identityPolicies, action, context)
    : perhaps(identityPolicies, action, context)
}

/** Whether the caller is plainly allowed an action on every resource of his account's. It may say no where he is. */
export const mayEverywhere = (standing: Standing, { action, context }: Question): boolean => {
  if (standing.isUnbound) return true
  if (standing.account === '') return false
  const { identityPolicies } = standing
  return (
    gatesOf(standing).every(({ policies }) => isAllowedEverywhere(policies, action, context)) &&
    (standing.isAccountAdmin
      ? isDeniedNowhere(identityPolicies, action)
      : isAllowedEverywhere(identityPolicies, action, context))
  )
}
