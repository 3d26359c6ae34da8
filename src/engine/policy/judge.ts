// SPDX-License-Identifier: BSD-2-Clause
// One layer of policies: a statement that denies wins, then one that allows.
import type { Context, Match, NamedPolicy, Principal, Question, Verdict } from './contracts'
import type { Statement } from './statement'

const nothing: Verdict = { effect: 'none', by: [] }

const verdictOf = (policies: readonly NamedPolicy[], matches: (statement: Statement) => boolean): Verdict => {
  const allowing: Match[] = []
  const denying: Match[] = []
  for (const from of policies) {
    for (const statement of from.policy.statements) {
      if (statement.effect === 'Limit' || !matches(statement)) continue
      const list = statement.effect === 'Deny' ? denying : allowing
      list.push({ from, statement })
    }
  }
  if (denying.length > 0) return { effect: 'deny', by: denying }
  return allowing.length > 0 ? { effect: 'allow', by: allowing } : nothing
}

/** What a layer says of a question. `principals` are given for the policies of resources. */
export const judge = (
  policies: readonly NamedPolicy[],
  question: Question,
  principals?: readonly Principal[],
): Verdict =>
  verdictOf(
    policies,
    statement =>
      statement.matchesAction(question.action) &&
      (principals === undefined || statement.matchesPrincipal(principals)) &&
      statement.matchesResource(question) &&
      statement.matchesConditions(question.context),
  )

/**
 * Whether an action could be allowed on some resource: a list may be asked for by who may see a part of it. What only a
 * resource can tell (its name, its tags) is left open, so that such a statement may allow and does not deny.
 */
export const perhaps = (policies: readonly NamedPolicy[], action: string, context: Context): boolean =>
  verdictOf(
    policies,
    statement =>
      statement.matchesAction(action) &&
      (statement.effect === 'Allow' ? statement.mayMatch(context) : statement.mustMatch(context)),
  ).effect === 'allow'

/** Whether an action is denied whatever the resource. */
export const isRuledOut = (policies: readonly NamedPolicy[], action: string, context: Context): boolean =>
  verdictOf(
    policies,
    statement =>
      statement.effect === 'Deny' && statement.matchesAction(action) && statement.mustMatch(context),
  ).effect === 'deny'

/**
 * Whether an action is allowed on every resource, whatever there may be to know of it: lists need not be asked about item
 * by item then. It says no where that would take a closer look.
 */
export const isAllowedEverywhere = (
  policies: readonly NamedPolicy[],
  action: string,
  context: Context,
): boolean =>
  isDeniedNowhere(policies, action) &&
  policies.some(({ policy }) =>
    policy.statements.some(
      statement =>
        statement.effect === 'Allow' &&
        statement.keys.length === 0 &&
        statement.matchesAction(action) &&
        statement.mustMatch(context),
    ),
  )

/** Whether no statement that denies is about an action. */
export const isDeniedNowhere = (policies: readonly NamedPolicy[], action: string): boolean =>
  policies.every(({ policy }) =>
    policy.statements.every(statement => statement.effect !== 'Deny' || !statement.matchesAction(action)),
  )
