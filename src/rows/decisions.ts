// SPDX-License-Identifier: BSD-2-Clause
// What policies decide, and which of their statements did.
import type { Position } from '@aws-sdk/client-iam'
import type { ExplainedResult } from '../clients/operations'
import type { Row } from './cell'

const reasons: Readonly<Record<string, string>> = {
  administrator: "nobody asks policies of the cloud's administrators",
  'account-administrator': 'the administrator of the account may do everything in it',
  allowed: 'a statement allows it',
  'explicit-deny': 'a statement denies it',
  'implicit-deny': 'no statement allows it',
  'account-gate': 'no policy of the account allows it',
  boundary: 'the permissions boundary does not allow it',
  session: 'no policy of the session allows it',
  'other-account': 'the resource is of another account, which does not let him in',
  resource: "the resource's own policy lets him in",
}

const place = ({ Line, Column }: Position = {}): string => `${Line}:${Column}`

/** On one line, however it was written. */
const oneLine = (text: string | undefined): string | undefined => text?.replace(/\s*\n\s*/g, ' ')

const statementRow = (statement: (ExplainedResult['MatchedStatements'] & {})[number]): Row => [
  'STATEMENT',
  statement.SourcePolicyId,
  statement.Sid,
  `${place(statement.StartPosition)}-${place(statement.EndPosition)}`,
  oneLine(statement.Text),
]

export const isAllowed = ({ EvalDecision }: ExplainedResult): boolean => EvalDecision === 'allowed'

export const decisionRows = (results: readonly ExplainedResult[]): Row[] =>
  results.flatMap(result => [
    [
      'DECISION',
      isAllowed(result) ? 'allowed' : 'denied',
      result.EvalActionName,
      result.EvalResourceName,
      reasons[result.EvalDecisionReason ?? ''] ?? result.EvalDecision,
    ],
    ...(result.MatchedStatements ?? []).map(statementRow),
    ...(result.MissingContextValues ?? []).map(key => ['UNKNOWN', key]),
  ])
