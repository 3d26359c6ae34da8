// SPDX-License-Identifier: BSD-2-Clause
import { table } from '../../store/table'

export type ActivityStatus =
  | 'WaitingForInstanceId'
  | 'PreInService'
  | 'InProgress'
  | 'Successful'
  | 'Failed'
  | 'Cancelled'

export interface ScalingActivity {
  /** UUID. */
  readonly id: string
  readonly account: string
  readonly groupId: string
  readonly groupName: string
  readonly description: string
  readonly cause: string
  readonly status: ActivityStatus
  readonly statusMessage?: string
  /** Percent. */
  readonly progress: number
  /** JSON. */
  readonly details?: string
  readonly startedAt: Date
  readonly endedAt?: Date
  readonly instanceId?: string
  /** Orders those of one moment; it grows. */
  readonly sequence: number
}

export const activityTables = {
  // Newest first.
  scalingActivities: table<ScalingActivity>({
    scope: 'account',
    key: ({ startedAt, sequence }) => [-startedAt.getTime(), -sequence],
    large: true,
  }),
}
