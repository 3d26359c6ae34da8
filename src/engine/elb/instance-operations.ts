// SPDX-License-Identifier: BSD-2-Clause
// Which instances a load balancer has, how they are checked, and how they are.
import type { OperationEntry } from '../operation'

export const instanceOperations: Readonly<Record<string, OperationEntry>> = {}
