// SPDX-License-Identifier: BSD-2-Clause
// Stacks: ordered, shown, changed, deleted.
import type { OperationEntry } from '../../operation'
import { creationOperations } from './creation-operations'
import { descriptionOperations } from './description-operations'
import { exportOperations } from './export-operations'
import { policyOperations } from './policy-operations'
import { updateOperations } from './update-operations'

export const stackOperations: Readonly<Record<string, OperationEntry>> = {
  ...creationOperations,
  ...updateOperations,
  ...descriptionOperations,
  ...policyOperations,
  ...exportOperations,
}
