// SPDX-License-Identifier: BSD-2-Clause
// Asking policies without doing anything: a part of the table of contents in index.ts.
import { GetContextKeysForCustomPolicy$, GetContextKeysForPrincipalPolicy$ } from '@aws-sdk/client-iam'
import { ExplainedSimulateCustomPolicy$, ExplainedSimulatePrincipalPolicy$ } from '../../schemas/simulation'
import type { Demand } from '../access'
import type { Tx } from '../operation'
import { type OperationEntry, operation } from '../operation'
import {
  getContextKeysForCustomPolicy,
  getContextKeysForPrincipalPolicy,
  simulateCustomPolicy,
  simulatePrincipalPolicy,
} from './simulation'

const onSource = (_: Tx, input: { readonly PolicySourceArn?: string | undefined }): readonly Demand[] => [
  { resource: input.PolicySourceArn ?? '*' },
]
const onNothing = (): readonly Demand[] => [{ resource: '*' }]

export const simulationOperations: Readonly<Record<string, OperationEntry>> = {
  SimulatePrincipalPolicy: operation(ExplainedSimulatePrincipalPolicy$, simulatePrincipalPolicy, {
    access: onSource,
  }),
  SimulateCustomPolicy: operation(ExplainedSimulateCustomPolicy$, simulateCustomPolicy, {
    access: onNothing,
  }),
  GetContextKeysForPrincipalPolicy: operation(
    GetContextKeysForPrincipalPolicy$,
    getContextKeysForPrincipalPolicy,
    { access: onSource },
  ),
  GetContextKeysForCustomPolicy: operation(GetContextKeysForCustomPolicy$, getContextKeysForCustomPolicy, {
    access: onNothing,
  }),
}
