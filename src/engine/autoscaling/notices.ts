// SPDX-License-Identifier: BSD-2-Clause
// Who is told of what becomes of a group's instances, in AWS' words.
import { notify } from '../notifications/log'
import type { Tx } from '../operation'
import { groupArn } from './arns'
import type { ScalingActivity } from './schema/activities'
import type { ScalingGroup } from './schema/groups'
import { freshUuid } from './uuids'

const subjects = {
  'autoscaling:EC2_INSTANCE_LAUNCH': 'launch',
  'autoscaling:EC2_INSTANCE_LAUNCH_ERROR': 'failed launch',
  'autoscaling:EC2_INSTANCE_TERMINATE': 'termination',
  'autoscaling:EC2_INSTANCE_TERMINATE_ERROR': 'failed termination',
  'autoscaling:TEST_NOTIFICATION': 'test notification',
} as const

export type NoticeType = keyof typeof subjects

export const noticeTypes = Object.keys(subjects) as NoticeType[]

const aboutActivity = (activity: ScalingActivity) => ({
  Progress: activity.progress,
  Description: activity.description,
  EndTime: activity.endedAt?.toISOString(),
  ActivityId: activity.id,
  StartTime: activity.startedAt.toISOString(),
  EC2InstanceId: activity.instanceId ?? '',
  StatusCode: activity.status,
  StatusMessage: activity.statusMessage ?? '',
  Details: activity.details === undefined ? {} : (JSON.parse(activity.details) as object),
  Cause: activity.cause,
})

const send = (
  tx: Tx,
  group: ScalingGroup,
  type: NoticeType,
  topic: string,
  activity: ScalingActivity | undefined,
): void => {
  const message = {
    AccountId: group.account,
    RequestId: activity?.id ?? freshUuid(tx),
    AutoScalingGroupARN: groupArn(group),
    AutoScalingGroupName: group.name,
    Service: 'AWS Auto Scaling',
    Event: type,
    Time: tx.now.toISOString(),
    ...(activity && aboutActivity(activity)),
  }
  notify(tx, {
    account: group.account,
    topic,
    // One line, as SNS has it: names of groups may hold several.
    subject: `Auto Scaling: ${subjects[type]} for group "${group.name}"`.replace(/\p{Cc}+/gu, ' '),
    message: JSON.stringify(message),
  })
}

/** Tell those who asked for notices of this type. Called by the loop when an activity has ended. */
export const tell = (tx: Tx, group: ScalingGroup, type: NoticeType, activity?: ScalingActivity): void => {
  for (const { topic, types } of group.notifications) {
    if (types.includes(type)) send(tx, group, type, topic, activity)
  }
}

/** Show a topic that was just given what will come to it. */
export const tellTest = (tx: Tx, group: ScalingGroup, topic: string): void =>
  send(tx, group, 'autoscaling:TEST_NOTIFICATION', topic, undefined)
