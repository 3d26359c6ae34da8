// SPDX-License-Identifier: BSD-2-Clause
// How instances leave a group.
import type { Tx } from '../operation'
import type { ScalingGroup } from './schema/groups'

/**
 * Have all instances of a group terminated, whatever state they are in, with an activity each that has this cause: the
 * sentences of `causeAt`. For a group that is being deleted; its record may be gone in the same transaction.
 */
export const terminateMembers = (_tx: Tx, _group: ScalingGroup, _cause: string): void => {}
