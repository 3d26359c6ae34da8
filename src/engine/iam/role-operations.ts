// SPDX-License-Identifier: BSD-2-Clause
// Roles, instance profiles, managed policies, server certificates, providers and devices: a part of the table of contents
// in index.ts.
import type { OperationEntry } from '../operation'

export const roleOperations: Readonly<Record<string, OperationEntry>> = {}
