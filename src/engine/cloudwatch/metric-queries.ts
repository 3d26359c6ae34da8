// SPDX-License-Identifier: BSD-2-Clause
// GetMetricData: several metrics in one request. There is no metric math.
import type {
  GetMetricDataInput,
  GetMetricDataOutput,
  MetricDataQuery,
  MetricDataResult,
} from '@aws-sdk/client-cloudwatch'
import { refuse } from '../errors'
import type { Operation, Tx } from '../operation'
import { keyOf, page, tokenOf } from '../pages'
import { type Bucket, bucketsOf, type MetricName, minuteOf } from './metric-data'
import { MinuteReader } from './metric-minutes'
import { checkOrder, dimensionsOf, statistics, unitOf } from './metric-parameters'
import { type Statistic, valueBy } from './metric-statistics'
import {
  atMost,
  badCombination,
  badValue,
  missingParameter,
  requiredChoice,
  requiredPeriod,
  requiredText,
} from './parameters'

const mostQueries = 500
const mostPoints = 100_800
/** Minutes that one request looks at. A long list of long ranges would keep everybody waiting: it is given in pages. */
const mostMinutes = 500_000

interface Query {
  readonly id: string
  readonly label: string | undefined
  readonly isWanted: boolean
  readonly metric: MetricName
  readonly periodSeconds: number
  readonly statistic: Statistic
  readonly unit: string | undefined
}

const queryOf = (
  { Id, Expression, MetricStat, Label, ReturnData }: MetricDataQuery,
  member: string,
): Query => {
  const id = requiredText(Id, `${member}.Id`)
  if (!/^[a-z]\w*$/.test(id))
    badValue(`The parameter ${member}.Id must begin with a small letter and hold letters, digits and _ only.`)
  if (Expression !== undefined && MetricStat)
    badCombination(`The parameters ${member}.Expression and ${member}.MetricStat are mutually exclusive.`)
  if (Expression !== undefined)
    badValue(`The parameter ${member}.Expression is not supported: this service has no metric math.`)
  const { Metric, Period, Stat = '', Unit } = MetricStat ?? missingParameter(`${member}.MetricStat`)
  const place = `${member}.MetricStat`
  const name = requiredText(Metric?.MetricName, `${place}.Metric.MetricName`)
  return {
    id,
    label: Label,
    isWanted: ReturnData !== false,
    metric: {
      namespace: requiredText(Metric?.Namespace, `${place}.Metric.Namespace`),
      name,
      dimensions: dimensionsOf(Metric?.Dimensions, `${place}.Metric.Dimensions`),
    },
    periodSeconds: requiredPeriod(Period),
    statistic: requiredChoice(Stat, `${place}.Stat`, statistics),
    unit: unitOf(Unit, `${place}.Unit`),
  }
}

const queriesOf = (sent: readonly MetricDataQuery[] = []): readonly Query[] => {
  if (sent.length === 0) missingParameter('MetricDataQueries')
  atMost(sent, 'MetricDataQueries', mostQueries)
  const queries = sent.map((query, index) => queryOf(query, `MetricDataQueries.member.${index + 1}`))
  const ids = new Set(queries.map(({ id }) => id))
  if (ids.size < queries.length) badValue('The values for parameter Id in MetricDataQueries must be unique.')
  return queries.filter(({ isWanted }) => isWanted)
}

/** Who names no labels is told the metrics' names, and with them what tells the queries apart: statistics, then periods. */
const labelling = (queries: readonly Query[]): ((query: Query) => string) => {
  const unnamed = queries.filter(({ label }) => label === undefined)
  const isSeveral = (of: (query: Query) => unknown): boolean => new Set(unnamed.map(of)).size > 1
  const hasStatistic = isSeveral(({ statistic }) => statistic)
  const hasPeriod = isSeveral(({ periodSeconds }) => periodSeconds)
  return ({ label, metric, statistic, periodSeconds }) =>
    label ??
    [metric.name, ...(hasStatistic ? [statistic] : []), ...(hasPeriod ? [periodSeconds] : [])].join(' ')
}

interface Point {
  /** Which of the queries. */
  readonly query: number
  readonly bucket: Bucket
  /** Where it comes: by query, then by time in the order that was asked for. */
  readonly place: string
}

const digits = (value: number, count: number): string => String(value).padStart(count, '0')

const newestMs = 8.64e15

interface Wanted {
  readonly start: Date
  readonly end: Date
  readonly isNewestFirst: boolean
  /** The place of the last point that was given before. */
  readonly after: string
  /** How many are wanted; there may be more. */
  readonly most: number
}

const pointsOfQuery = (
  tx: Tx,
  reader: MinuteReader,
  query: number,
  { metric, periodSeconds, unit }: Query,
  { start, end, isNewestFirst }: Wanted,
): readonly Point[] =>
  bucketsOf(tx, tx.caller.account, metric, { start, end, periodSeconds, unit }, reader).map(bucket => {
    const at = bucket.start.getTime()
    const order = digits(isNewestFirst ? newestMs - at : at, 16)
    return { query, bucket, place: `${digits(query, 3)} ${order} ${bucket.unit}` }
  })

/** The place of a query before its first point. */
const beginningOf = (query: number): string => `${digits(query, 3)} `

interface Found {
  readonly points: readonly Point[]
  /** The first query that was not looked at any more, as that was enough for one request. */
  readonly cutAt?: number
}

/** Query by query, and no more than are needed to know whether there are more than wanted: ranges may be long. */
const pointsOf = (tx: Tx, queries: readonly Query[], wanted: Wanted): Found => {
  const reader = new MinuteReader(tx)
  const points: Point[] = []
  for (const [index, query] of queries.entries()) {
    // What is of a query before that of the last point comes before it.
    if (points.length > wanted.most || digits(index, 3) < wanted.after.slice(0, 3)) continue
    if (reader.looked >= mostMinutes) return { points, cutAt: index }
    for (const point of pointsOfQuery(tx, reader, index, query, wanted))
      if (point.place > wanted.after) points.push(point)
  }
  return { points }
}

const resultOf = (
  { id, statistic }: Query,
  label: string,
  points: readonly Point[],
  isComplete: boolean,
): MetricDataResult => ({
  Id: id,
  Label: label,
  Timestamps: points.map(({ bucket }) => bucket.start),
  Values: points.map(({ bucket }) => valueBy(bucket, statistic)),
  StatusCode: isComplete ? 'Complete' : 'PartialData',
})

const refuseToken = (): never => refuse('InvalidNextToken', 'Invalid nextToken')

export const getMetricData: Operation<GetMetricDataInput, GetMetricDataOutput> = (tx, input) => {
  const queries = queriesOf(input.MetricDataQueries)
  const { StartTime: from = missingParameter('StartTime'), EndTime: end = missingParameter('EndTime') } =
    input
  checkOrder(from, end)
  const order = requiredChoice(input.ScanBy ?? 'TimestampDescending', 'ScanBy', [
    'TimestampDescending',
    'TimestampAscending',
  ])
  const most = input.MaxDatapoints ?? mostPoints
  if (!Number.isInteger(most) || most < 1 || most > mostPoints)
    badValue(`The parameter MaxDatapoints must be between 1 and ${mostPoints}.`)
  const { points, cutAt } = pointsOf(tx, queries, {
    start: new Date(minuteOf(from.getTime())),
    end,
    isNewestFirst: order === 'TimestampDescending',
    after: input.NextToken ? keyOf(input.NextToken, refuseToken) : '',
    most,
  })
  const { items, nextToken: next } = page(
    points,
    { MaxResults: most, NextToken: input.NextToken },
    {
      key: ({ place }) => place,
      minimum: 1,
      maximum: mostPoints,
      refuseToken,
    },
  )
  const byQuery = new Map<number, Point[]>()
  for (const point of items) {
    const points = byQuery.get(point.query) ?? []
    points.push(point)
    byQuery.set(point.query, points)
  }
  const partialFrom = next === undefined ? (cutAt ?? queries.length) : (items.at(-1)?.query ?? 0)
  const nextToken = next ?? (cutAt === undefined ? undefined : tokenOf(beginningOf(cutAt)))
  const labelOf = labelling(queries)
  return {
    Messages: [],
    MetricDataResults: queries.map((query, index) =>
      resultOf(query, labelOf(query), byQuery.get(index) ?? [], index < partialFrom),
    ),
    ...(nextToken && { NextToken: nextToken }),
  }
}
