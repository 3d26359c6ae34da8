// SPDX-License-Identifier: BSD-2-Clause
import type { ChoreContext } from '../operation'

/** Chore: look after a group, until there is nothing more to do for it at this moment. */
export const tendGroup = (_context: ChoreContext, _key: string): void => {}
