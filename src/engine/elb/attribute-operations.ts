// SPDX-License-Identifier: BSD-2-Clause
// Attributes of load balancers.
import type { OperationEntry } from '../operation'

export const attributeOperations: Readonly<Record<string, OperationEntry>> = {}
