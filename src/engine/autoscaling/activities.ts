// SPDX-License-Identifier: BSD-2-Clause
// Activities: what was done to a group, and why (engine-autoscaling §4).
import type { Tx } from '../operation'

/** `autoscaling.activityexpiry`: 42 days. */
export const activitySeconds = 42 * 24 * 3600

/** Task: an activity has been listed for long enough. The target is its key. */
export const activityExpired = (_tx: Tx, _target: string): void => {}
