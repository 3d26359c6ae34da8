// SPDX-License-Identifier: BSD-2-Clause
// Listeners and their certificates.
import type { OperationEntry } from '../operation'

export const listenerOperations: Readonly<Record<string, OperationEntry>> = {}
