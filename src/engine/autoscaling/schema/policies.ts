// SPDX-License-Identifier: BSD-2-Clause
import { table } from '../../store/table'

export type AdjustmentType = 'ChangeInCapacity' | 'ExactCapacity' | 'PercentChangeInCapacity'

/** An adjustment for a distance from the alarm's threshold; a bound that is absent is infinite. */
export interface StepAdjustment {
  readonly lower?: number
  readonly upper?: number
  readonly adjustment: number
}

export interface ScalingPolicy {
  readonly account: string
  readonly groupName: string
  readonly name: string
  /** UUID, of its ARN. */
  readonly id: string
  readonly type: 'SimpleScaling' | 'StepScaling'
  readonly adjustmentType: AdjustmentType
  /** Simple scaling. */
  readonly adjustment?: number
  readonly cooldownSeconds?: number
  /** Step scaling. */
  readonly steps?: readonly StepAdjustment[]
  readonly aggregation?: string
  readonly warmupSeconds?: number
  /** Fewest instances by which a percentage changes the capacity. */
  readonly minimumMagnitude?: number
  /** What it was called in the request: an older and a newer name. */
  readonly minimumName?: 'MinAdjustmentStep' | 'MinAdjustmentMagnitude'
  readonly isDisabled?: boolean
  /** Id of the user who made it, as whose it counts. */
  readonly createdBy?: string
}

export interface ScheduledAction {
  readonly account: string
  readonly groupName: string
  readonly name: string
  /** UUID, of its ARN. */
  readonly id: string
  readonly startAt?: Date
  readonly endAt?: Date
  /** Five fields of cron. */
  readonly recurrence?: string
  /** IANA name. */
  readonly timeZone?: string
  readonly minSize?: number
  readonly maxSize?: number
  readonly desired?: number
  /** When it is carried out next; absent when it will not be again. */
  readonly nextAt?: Date
}

export const policyTables = {
  scalingPolicies: table<ScalingPolicy>({
    scope: 'account',
    key: ({ groupName, name }) => [groupName, name],
  }),
  scheduledActions: table<ScheduledAction>({
    scope: 'account',
    key: ({ groupName, name }) => [groupName, name],
  }),
}
