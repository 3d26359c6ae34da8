// SPDX-License-Identifier: BSD-2-Clause
import type { ChoreContext } from '../operation'

/** Chore: carry out the scheduled actions of a group whose time has come. */
export const runScheduled = (_context: ChoreContext, _key: string): void => {}
