// SPDX-License-Identifier: BSD-2-Clause
// Load balancers: made, shown, deleted; where they are and which groups they have.
import type { OperationEntry } from '../operation'

export const balancerOperations: Readonly<Record<string, OperationEntry>> = {}
