// SPDX-License-Identifier: BSD-2-Clause
// What is asked about templates without a stack: are they well formed, what do they need, what would they cost.
import type { OperationEntry } from '../operation'

export const templateOperations: Readonly<Record<string, OperationEntry>> = {}
