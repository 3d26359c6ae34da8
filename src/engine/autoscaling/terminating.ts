// SPDX-License-Identifier: BSD-2-Clause
// How instances leave a group. What has them terminated is the cloud itself, on whose word nobody's policies have a say, and
// termination protection is for users' requests only, as with AWS.
import { forceStop, instanceLife, shutDown } from '../ec2/instance-life'
import type { Instance } from '../ec2/schema/instances'
import type { Tx } from '../operation'
import { endLaunch, moved } from './activities'
import { membersOf } from './groups'
import { removeFromBalancers } from './load-balancing'
import type { ScalingActivity } from './schema/activities'
import type { ScalingGroup, ScalingInstance } from './schema/groups'

/** EC2's record without the group: what becomes of the instance is no news for that any more. */
export const release = (tx: Tx, id: string): Instance | undefined => {
  const instance = tx.instances.get(id)
  if (!instance) return undefined
  const { scalingGroup: _, ...rest } = instance
  return tx.instances.put(rest)
}

/** Have an instance end, whatever it is doing. */
const endInstance = (tx: Tx, id: string): void => {
  const before = release(tx, id)
  // What is being stopped has to be off its node before it can end.
  if (before?.state === 'stopping') forceStop(tx, before)
  const instance = tx.instances.get(id)
  if (
    instance &&
    (instanceLife.can(instance.state, 'terminate') || instanceLife.can(instance.state, 'end'))
  ) {
    shutDown(tx, instance)
  }
}

/** An instance that could not start tells why; one that was ended from outside is not the launch's fault. */
export const failureOf = (tx: Tx, id: string): string | undefined => {
  const reason = tx.instances.get(id)?.stateReason
  return reason?.code.startsWith('Server.') ? reason.message : undefined
}

/** Have an instance of the group terminated. Its record goes with it. */
export const terminateMember = (
  tx: Tx,
  group: ScalingGroup,
  member: ScalingInstance,
  cause: string,
): ScalingActivity => {
  const failure = failureOf(tx, member.id)
  endLaunch(tx, group, member, failure === undefined ? 'Cancelled' : 'Failed', failure)
  tx.scalingInstances.delete(member.id)
  removeFromBalancers(tx, group, member.id)
  endInstance(tx, member.id)
  return moved(tx, group, member, 'Terminating', cause)
}

/**
 * Have all instances of a group terminated, whatever state they are in, with an activity each that has this cause: the
 * sentences of `causeAt`. For a group that is being deleted; its record may be gone in the same transaction.
 */
export const terminateMembers = (tx: Tx, group: ScalingGroup, cause: string): void => {
  for (const member of membersOf(tx, group)) terminateMember(tx, group, member, cause)
}
