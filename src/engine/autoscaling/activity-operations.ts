// SPDX-License-Identifier: BSD-2-Clause
import type { OperationEntry } from '../operation'

export const activityOperations: Readonly<Record<string, OperationEntry>> = {}
