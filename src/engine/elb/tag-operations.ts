// SPDX-License-Identifier: BSD-2-Clause
// Tags of load balancers.
import type { OperationEntry } from '../operation'

export const tagOperations: Readonly<Record<string, OperationEntry>> = {}
