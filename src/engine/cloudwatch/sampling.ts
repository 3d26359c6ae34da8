// SPDX-License-Identifier: BSD-2-Clause
import type { ChoreContext } from '../operation'

/** Chore: every five minutes, write down the metrics of instances and volumes that are monitored. */
export const sampleInstances = (_context: ChoreContext, _target: string): void => {}
