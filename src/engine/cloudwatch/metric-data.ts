// SPDX-License-Identifier: BSD-2-Clause
// Metric data: how they are kept and added up. Alarms, the tools' statistics and the engine's own metrics go by these.
import type { Tx } from '../operation'
import type { Dimension } from './schema/metrics'

/** Which metric. The dimensions are the whole set, in any order. */
export interface MetricName {
  readonly namespace: string
  readonly name: string
  readonly dimensions: readonly Dimension[]
}

/** A measurement, or several of them added up. */
export interface MetricPoint extends MetricName {
  readonly at: Date
  /** `None` without one. */
  readonly unit: string
  readonly count: number
  readonly sum: number
  readonly minimum: number
  readonly maximum: number
}

export interface Range {
  /** Inclusive, at the beginning of a minute. */
  readonly start: Date
  /** Exclusive. */
  readonly end: Date
  /** A multiple of 60. */
  readonly periodSeconds: number
  /** Any unit without it. */
  readonly unit?: string | undefined
}

/** What was measured in one period. */
export interface Bucket {
  readonly start: Date
  readonly unit: string
  readonly count: number
  readonly sum: number
  readonly minimum: number
  readonly maximum: number
}

/** Write points down for an account, merged by minute and unit. */
export const putPoints = (_tx: Tx, _account: string, _points: readonly MetricPoint[]): void => {}

/** The periods of a range that have data, oldest first; one of each unit. */
export const bucketsOf = (
  _tx: Tx,
  _account: string,
  _metric: MetricName,
  _range: Range,
): readonly Bucket[] => []
