// SPDX-License-Identifier: BSD-2-Clause
// Who is told of what becomes of a group's instances.
import type { Tx } from '../operation'
import type { ScalingActivity } from './schema/activities'
import type { ScalingGroup } from './schema/groups'

export const noticeTypes = [
  'autoscaling:EC2_INSTANCE_LAUNCH',
  'autoscaling:EC2_INSTANCE_LAUNCH_ERROR',
  'autoscaling:EC2_INSTANCE_TERMINATE',
  'autoscaling:EC2_INSTANCE_TERMINATE_ERROR',
  'autoscaling:TEST_NOTIFICATION',
] as const
export type NoticeType = (typeof noticeTypes)[number]

/** Tell those who asked for notices of this type. Called by the loop when an activity has ended. */
export const tell = (
  _tx: Tx,
  _group: ScalingGroup,
  _type: NoticeType,
  _activity?: ScalingActivity,
): void => {}
