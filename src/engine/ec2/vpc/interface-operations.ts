// SPDX-License-Identifier: BSD-2-Clause
import type { OperationEntry } from '../../operation'

export const interfaceFamily: Readonly<Record<string, OperationEntry>> = {}
