// SPDX-License-Identifier: BSD-2-Clause
import type { ChoreContext } from '../operation'

/** Chore: write the metrics of a group down for this minute. */
export const measureGroup = (_context: ChoreContext, _key: string): void => {}
