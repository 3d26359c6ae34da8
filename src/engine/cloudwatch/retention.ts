// SPDX-License-Identifier: BSD-2-Clause
import type { ChoreContext } from '../operation'

/** How long data, metrics and alarms' history are kept: two weeks (engine-cloudformation-cloudwatch, part 2 §3). */
export const retentionSeconds = 14 * 24 * 3600

/** Chore: once a day, remove what is older than two weeks. */
export const forgetMetrics = (_context: ChoreContext, _target: string): void => {}
