// SPDX-License-Identifier: BSD-2-Clause
// Policies, their types, and where they hold.
import type { OperationEntry } from '../operation'

export const policyOperations: Readonly<Record<string, OperationEntry>> = {}
