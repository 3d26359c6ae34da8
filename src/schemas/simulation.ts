// SPDX-License-Identifier: BSD-2-Clause
// What `mallee explain-access` is told beyond what AWS' simulation tells: which statement it was, by name and text, and
// why in one word. Numbers as in euare.ts.
import {
  EvaluationResult$,
  SimulateCustomPolicy$,
  SimulatePrincipalPolicy$,
  Statement$,
} from '@aws-sdk/client-iam'
import type { StaticListSchema } from '@smithy/types'
import { extended, withInput, withOutput } from './combine'

export interface StatementAdditions {
  Sid?: string
  /** The statement as it stands in its document. */
  Text?: string
}

export interface ResultAdditions {
  /** A reason as `src/engine/policy/contracts.ts` has them, such as `account-gate`. */
  EvalDecisionReason?: string
}

export interface SimulationAdditions {
  /** Ask the policies of buckets as well, and heed whose a resource is. */
  UseResourcePolicies?: boolean
}

const namespace = 'com.amazonaws.iam'

const ExplainedStatement$ = extended(Statement$, { Sid: 0, Text: 0 })
const ExplainedStatements$: StaticListSchema = [
  1,
  namespace,
  'StatementListType',
  0,
  () => ExplainedStatement$,
]
const ExplainedResult$ = extended(EvaluationResult$, {
  MatchedStatements: () => ExplainedStatements$,
  EvalDecisionReason: 0,
})
const ExplainedResults$: StaticListSchema = [
  1,
  namespace,
  'EvaluationResultsListType',
  0,
  () => ExplainedResult$,
]
const explained = { EvaluationResults: () => ExplainedResults$ }

export const ExplainedSimulatePrincipalPolicy$ = withOutput(
  withInput(SimulatePrincipalPolicy$, { UseResourcePolicies: 2 }),
  explained,
)
export const ExplainedSimulateCustomPolicy$ = withOutput(SimulateCustomPolicy$, explained)
