// SPDX-License-Identifier: BSD-2-Clause
// Activities: what was done to a group, and why (engine-autoscaling §4).
import { nextNumber } from '../counters'
import type { Tx } from '../operation'
import { type NoticeType, tell } from './notices'
import type { ActivityStatus, ScalingActivity } from './schema/activities'
import type { ScalingGroup, ScalingInstance } from './schema/groups'
import { freshUuid } from './uuids'

/** `autoscaling.activityexpiry`: 42 days. */
const activitySeconds = 42 * 24 * 3600

/** `autoscaling.activitytimeout`: what takes longer is not waited for, whatever becomes of its instance. */
export const activityTimeoutSeconds = 5 * 60

/** What the description is before there is an instance, and with a failure for good. */
const launching = 'Launching a new EC2 instance'
const attaching = 'Attaching an existing'

/** `autoscaling:EC2_INSTANCE_…` of activities that have ended. One that was cancelled is no news. */
const noticeOf = ({ description, status }: ScalingActivity): NoticeType | undefined => {
  const what = [launching, attaching].some(verb => description.startsWith(verb)) ? 'LAUNCH' : 'TERMINATE'
  if (status === 'Successful') return `autoscaling:EC2_INSTANCE_${what}`
  return status === 'Failed' ? `autoscaling:EC2_INSTANCE_${what}_ERROR` : undefined
}

type About = Pick<ScalingActivity, 'description' | 'cause' | 'status' | 'progress'> &
  Partial<Pick<ScalingActivity, 'statusMessage' | 'instanceId' | 'details'>>

const keyOf = ({ startedAt, sequence }: ScalingActivity): readonly [number, number] => [
  -startedAt.getTime(),
  -sequence,
]

const put = (tx: Tx, group: ScalingGroup, about: About, isOver: boolean): ScalingActivity => {
  const activity: ScalingActivity = {
    id: freshUuid(tx),
    account: group.account,
    groupId: group.id,
    groupName: group.name,
    startedAt: tx.now,
    sequence: nextNumber(tx, 'autoscaling.activity'),
    ...(isOver && { endedAt: tx.now }),
    ...about,
  }
  tx.scalingActivities.in(group.account).put(activity)
  tx.after(activitySeconds, 'activity.expired', JSON.stringify([group.account, ...keyOf(activity)]))
  const notice = isOver ? noticeOf(activity) : undefined
  if (notice) tell(tx, group, notice, activity)
  return activity
}

// AWS' form of it.
const detailsOf = (zone: string): string => JSON.stringify({ 'Availability Zone': zone })

/** An instance was launched. What its record keeps of the activity, which ends when it is in service. */
export const launchBegan = (
  tx: Tx,
  group: ScalingGroup,
  instance: { readonly id: string; readonly zone: string },
  cause: string,
): Pick<Required<ScalingInstance>, 'activityId' | 'activityKey'> => {
  const activity = put(
    tx,
    group,
    {
      description: `${launching}: ${instance.id}`,
      cause,
      status: 'PreInService',
      progress: 30,
      instanceId: instance.id,
      details: detailsOf(instance.zone),
    },
    false,
  )
  return { activityId: activity.id, activityKey: keyOf(activity) }
}

// The service's words may be long.
const messageLength = 255

/** EC2 has refused to launch anything. */
export const launchRefused = (tx: Tx, group: ScalingGroup, cause: string, message: string): void => {
  const statusMessage = message.slice(0, messageLength)
  put(tx, group, { description: launching, cause, status: 'Failed', statusMessage, progress: 100 }, true)
}

/**
 * An instance came into the group, or left it. EC2 has taken the order to terminate it: that is all that such an activity is
 * about. The other descriptions are AWS'.
 */
export const moved = (
  tx: Tx,
  group: ScalingGroup,
  { id, zone }: Pick<ScalingInstance, 'id' | 'zone'>,
  verb: 'Terminating' | typeof attaching | 'Detaching',
  cause: string,
): ScalingActivity => {
  const description = `${verb} EC2 instance: ${id}`
  const about = { description, cause, status: 'Successful', progress: 100, instanceId: id } as const
  return put(tx, group, { ...about, details: detailsOf(zone) }, true)
}

const launchOf = (tx: Tx, { account, activityKey }: ScalingInstance): ScalingActivity | undefined =>
  activityKey && tx.scalingActivities.in(account).get(...activityKey)

/** The instance without its launch, which has ended. Its record is still to be written, or to be deleted. */
export const endLaunch = (
  tx: Tx,
  group: ScalingGroup,
  instance: ScalingInstance,
  status: Extract<ActivityStatus, 'Successful' | 'Failed' | 'Cancelled'>,
  message?: string,
): ScalingInstance => {
  const activity = launchOf(tx, instance)
  const { activityId: _, activityKey: __, ...rest } = instance
  if (!activity || activity.endedAt) return rest
  const ended: ScalingActivity = {
    ...activity,
    status,
    endedAt: tx.now,
    progress: status === 'Cancelled' ? activity.progress : 100,
    ...(message !== undefined && { statusMessage: message.slice(0, messageLength) }),
  }
  tx.scalingActivities.in(ended.account).put(ended)
  const notice = noticeOf(ended)
  if (notice) tell(tx, group, notice, ended)
  return rest
}

/** The machine is there, and load balancers are not yet content with it. */
export const launchProgressed = (tx: Tx, instance: ScalingInstance): void => {
  const activity = launchOf(tx, instance)
  if (activity?.status !== 'PreInService') return
  tx.scalingActivities.in(activity.account).put({ ...activity, status: 'InProgress', progress: 50 })
}

/** Task: an activity has been listed for long enough. The target is its key. */
export const activityExpired = (tx: Tx, target: string): void => {
  const [account, ...key] = JSON.parse(target) as [string, number, number]
  tx.scalingActivities.in(account).delete(...key)
}
