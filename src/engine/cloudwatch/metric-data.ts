// SPDX-License-Identifier: BSD-2-Clause
// Metric data: how they are kept and added up. Alarms, the tools' statistics and the engine's own metrics go by these.
import { createHash } from 'node:crypto'
import type { Tx } from '../operation'
import { MinuteReader } from './metric-minutes'
import { planForgetting, resumeEvaluation } from './plans'
import type { Dimension, Metric, MetricMinute } from './schema/metrics'

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

const minute = 60_000

/** The beginning of the minute, ms. */
export const minuteOf = (at: number): number => Math.floor(at / minute) * minute

const sorted = (dimensions: readonly Dimension[]): readonly Dimension[] =>
  [...dimensions].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.value < b.value ? -1 : 1))

/** What a metric of an account is kept under. */
export const metricId = (account: string, { namespace, name, dimensions }: MetricName): string =>
  createHash('sha256')
    .update(
      JSON.stringify([account, namespace, name, ...sorted(dimensions).map(one => [one.name, one.value])]),
    )
    .digest('hex')
    .slice(0, 32)

type Sums = Pick<Bucket, 'count' | 'sum' | 'minimum' | 'maximum'>

const added = (a: Sums | undefined, b: Sums): Sums => ({
  count: (a?.count ?? 0) + b.count,
  sum: (a?.sum ?? 0) + b.sum,
  minimum: Math.min(a?.minimum ?? b.minimum, b.minimum),
  maximum: Math.max(a?.maximum ?? b.maximum, b.maximum),
})

const haveMetric = (
  tx: Tx,
  account: string,
  id: string,
  { namespace, name, dimensions, at }: MetricPoint,
) => {
  const metrics = tx.metrics.in(account)
  const known: Metric | undefined = metrics.get(id)
  // The list is written anew once a minute at most, however many points there are.
  if (known && minuteOf(known.lastAt.getTime()) >= minuteOf(at.getTime())) return
  metrics.put({
    account,
    id,
    namespace,
    name,
    dimensions: known?.dimensions ?? sorted(dimensions),
    lastAt: at,
  })
}

/** Write points down for an account, merged by minute and unit. */
export const putPoints = (tx: Tx, account: string, points: readonly MetricPoint[]): void => {
  if (points.length === 0) return
  planForgetting(tx)
  resumeEvaluation(tx, account)
  const latest = new Map<string, MetricPoint>()
  for (const point of points) {
    const metric = metricId(account, point)
    const at = minuteOf(point.at.getTime())
    const { unit } = point
    const sums = added(tx.metricMinutes.get(metric, at, unit), point)
    tx.metricMinutes.put({ metric, at, unit, ...sums })
    const other = latest.get(metric)
    if (!other || other.at < point.at) latest.set(metric, point)
  }
  for (const [metric, point] of latest) haveMetric(tx, account, metric, point)
}

const isOf = (unit: string | undefined) => (one: MetricMinute) => unit === undefined || one.unit === unit

/** The periods of a range that have data, oldest first; one of each unit. */
export const bucketsOf = (
  tx: Tx,
  account: string,
  metric: MetricName,
  { start, end, periodSeconds, unit }: Range,
  reader = new MinuteReader(tx),
): readonly Bucket[] => {
  const id = metricId(account, metric)
  const period = periodSeconds * 1000
  const isWanted = isOf(unit)
  const buckets: Bucket[] = []
  // Those of the period that is read, by their units; minutes come in order of time.
  let open = new Map<string, Bucket>()
  let openAt = Number.NaN
  const close = (): void => {
    if (open.size === 1) buckets.push(...open.values())
    else buckets.push(...[...open.values()].sort((a, b) => (a.unit < b.unit ? -1 : 1)))
  }
  for (const one of reader.minutesOf(id, start.getTime(), end.getTime())) {
    if (!isWanted(one)) continue
    const at = start.getTime() + Math.floor((one.at - start.getTime()) / period) * period
    if (at !== openAt) {
      close()
      open = new Map()
      openAt = at
    }
    const known = open.get(one.unit)
    const { unit } = one
    const { count, sum, minimum, maximum } = known ? added(known, one) : one
    open.set(unit, { start: known?.start ?? new Date(at), unit, count, sum, minimum, maximum })
  }
  close()
  return buckets
}
