// SPDX-License-Identifier: BSD-2-Clause
// Quotas: `Limit` statements, which Eucalyptus added to the language (engine-iam-elb, part 1 §5). They allow and deny
// nothing. Whoever makes something asks for those that hold, and counts.
import type { Limit, NamedPolicy, Question, Standing } from './contracts'

const limitsAmong = (
  policies: readonly NamedPolicy[],
  scopeOf: (policy: NamedPolicy) => Limit['scope'],
  question: Question,
  key: string,
): Limit[] =>
  policies.flatMap(from =>
    from.policy.statements.flatMap(statement => {
      const most = statement.effect === 'Limit' ? statement.quotas[key] : undefined
      return most !== undefined &&
        statement.matchesAction(question.action) &&
        statement.matchesResource(question) &&
        statement.matchesConditions(question.context)
        ? [{ from, statement, scope: scopeOf(from), most }]
        : []
    }),
  )

/** The limits that hold for who makes something, of all his policies: all of them must be kept. */
export const limitsOf = (standing: Standing, question: Question, key: string): readonly Limit[] => {
  if (standing.isUnbound) return []
  const quota = key.toLowerCase()
  return [
    ...limitsAmong(standing.accountPolicies, () => 'account', question, quota),
    ...limitsAmong(
      standing.identityPolicies,
      ({ type }) => (type === 'group' ? 'group' : 'user'),
      question,
      quota,
    ),
  ]
}
