// SPDX-License-Identifier: BSD-2-Clause
// Stacks: ordered, shown, changed, deleted.
import type { OperationEntry } from '../../operation'

export const stackOperations: Readonly<Record<string, OperationEntry>> = {}
