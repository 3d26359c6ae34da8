// SPDX-License-Identifier: BSD-2-Clause
import type { ChoreContext } from '../operation'

/** Chore: evaluate the alarms of an account. */
export const evaluateAlarms = (_context: ChoreContext, _account: string): void => {}
