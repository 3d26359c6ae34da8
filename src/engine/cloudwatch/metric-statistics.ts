// SPDX-License-Identifier: BSD-2-Clause
// GetMetricStatistics. Periods are counted from the minute in which the range starts; its end is exclusive and not cut, so
// that what was just measured is seen by who asks for all up to now.
import type {
  Datapoint,
  GetMetricStatisticsInput,
  GetMetricStatisticsOutput,
} from '@aws-sdk/client-cloudwatch'
import type { Operation } from '../operation'
import { type Bucket, bucketsOf, minuteOf } from './metric-data'
import { checkOrder, dimensionsOf, statistics, unitOf } from './metric-parameters'
import {
  atMost,
  badCombination,
  badValue,
  missingParameter,
  requiredChoice,
  requiredPeriod,
  requiredText,
} from './parameters'
import { WholeSecond } from './whole-second'

export type Statistic = (typeof statistics)[number]

const mostPoints = 1440

/** What a bucket says by a statistic. */
export const valueBy = ({ count, sum, minimum, maximum }: Bucket, statistic: Statistic): number => {
  switch (statistic) {
    case 'Average':
      return sum / count
    case 'Sum':
      return sum
    case 'SampleCount':
      return count
    case 'Maximum':
      return maximum
    case 'Minimum':
      return minimum
  }
}

const statisticsOf = (sent: readonly string[] | undefined, extended: unknown): readonly Statistic[] => {
  if (extended) badValue('The parameter ExtendedStatistics is not supported: percentiles are not kept.')
  if (!sent?.length) return missingParameter('Statistics')
  atMost(sent, 'Statistics', statistics.length)
  return sent.map((one, index) => requiredChoice(one, `Statistics.member.${index + 1}`, statistics))
}

const inThousands = new Intl.NumberFormat('en-US')

const checkPoints = (start: Date, end: Date, period: number): void => {
  const points = Math.floor((end.getTime() - start.getTime()) / (period * 1000))
  if (points <= mostPoints) return
  badCombination(
    `You have requested up to ${inThousands.format(points)} datapoints, which exceeds the limit of ` +
      `${inThousands.format(mostPoints)}. You may reduce the datapoints requested by increasing Period, or ` +
      'decreasing the time range.',
  )
}

const datapoint = (bucket: Bucket, wanted: readonly Statistic[]): Datapoint => ({
  Timestamp: new WholeSecond(bucket.start),
  Unit: bucket.unit as NonNullable<Datapoint['Unit']>,
  ...Object.fromEntries(wanted.map(one => [one, valueBy(bucket, one)])),
})

export const getMetricStatistics: Operation<GetMetricStatisticsInput, GetMetricStatisticsOutput> = (
  tx,
  input,
) => {
  const wanted = statisticsOf(input.Statistics, input.ExtendedStatistics)
  const namespace = requiredText(input.Namespace, 'Namespace')
  const name = requiredText(input.MetricName, 'MetricName')
  const { StartTime: from = missingParameter('StartTime'), EndTime: end = missingParameter('EndTime') } =
    input
  const periodSeconds = requiredPeriod(input.Period)
  checkOrder(from, end)
  const start = new Date(minuteOf(from.getTime()))
  checkPoints(start, end, periodSeconds)
  const unit = unitOf(input.Unit)
  const dimensions = dimensionsOf(input.Dimensions)
  const metric = { namespace, name, dimensions }
  const buckets = bucketsOf(tx, tx.caller.account, metric, { start, end, periodSeconds, unit })
  return { Label: name, Datapoints: buckets.map(bucket => datapoint(bucket, wanted)) }
}
