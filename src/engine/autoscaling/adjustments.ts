// SPDX-License-Identifier: BSD-2-Clause
// What a policy makes of a capacity (engine-autoscaling §2; steps as AWS documents them).
import type { ScalingGroup } from './schema/groups'
import type { ScalingPolicy, StepAdjustment } from './schema/policies'

const clamped = (capacity: number, { minSize, maxSize }: ScalingGroup): number =>
  Math.min(Math.max(capacity, minSize), maxSize)

/** The percentage itself, but never less than the policy's minimum nor than one instance. */
const percentage = (capacity: number, percent: number, minimum = 0): number =>
  Math.sign(percent) * Math.max(Math.floor((capacity * Math.abs(percent)) / 100), Math.abs(minimum), 1)

/** The capacity after an adjustment, within the group's bounds. */
export const adjusted = (
  group: ScalingGroup,
  { adjustmentType, minimumMagnitude }: ScalingPolicy,
  adjustment: number,
  capacity: number,
): number => {
  const wanted = {
    ChangeInCapacity: () => capacity + adjustment,
    ExactCapacity: () => adjustment,
    PercentChangeInCapacity: () => capacity + percentage(capacity, adjustment, minimumMagnitude),
  }
  return clamped(wanted[adjustmentType](), group)
}

const isAbove = (
  { lower = Number.NEGATIVE_INFINITY, upper = Number.POSITIVE_INFINITY }: StepAdjustment,
  by: number,
) => lower <= by && by < upper

const isBelow = (
  { lower = Number.NEGATIVE_INFINITY, upper = Number.POSITIVE_INFINITY }: StepAdjustment,
  by: number,
) => lower < by && by <= upper

/**
 * The step for a distance from the threshold. Above it a step has its lower bound and not its upper one, below it is the other
 * way round; at the threshold itself a policy for either side may be meant.
 */
export const stepAt = (steps: readonly StepAdjustment[], distance: number): StepAdjustment | undefined =>
  (distance >= 0 ? steps.find(step => isAbove(step, distance)) : undefined) ??
  (distance <= 0 ? steps.find(step => isBelow(step, distance)) : undefined)
