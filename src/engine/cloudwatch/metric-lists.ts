// SPDX-License-Identifier: BSD-2-Clause
// ListMetrics.
import type { ListMetricsInput, ListMetricsOutput } from '@aws-sdk/client-cloudwatch'
import type { Operation, Tx } from '../operation'
import { keyOf, page, tokenOf } from '../pages'
import { atMost, badValue, optionalText, requiredChoice, requiredText } from './parameters'
import { retentionSeconds } from './retention'
import type { Dimension, Metric } from './schema/metrics'

const pageSize = 500
const longest = 255
const mostFilters = 10
const recentSeconds = 3 * 3600
/** Metrics that one request looks at. */
const mostLookedAt = 20_000

interface DimensionFilter {
  readonly name: string
  /** Any without it. */
  readonly value: string | undefined
}

const filtersOf = (sent: ListMetricsInput['Dimensions'] = []): readonly DimensionFilter[] => {
  atMost(sent, 'Dimensions', mostFilters)
  return sent.map(({ Name, Value }, index) => ({
    name: requiredText(Name, `Dimensions.member.${index + 1}.Name`),
    value: optionalText(Value, `Dimensions.member.${index + 1}.Value`, longest),
  }))
}

const fits = (dimensions: readonly Dimension[], { name, value }: DimensionFilter): boolean =>
  dimensions.some(one => one.name === name && (value === undefined || one.value === value))

/** Names in the order that a reader would look for them. */
const placeOf = ({ namespace, name, dimensions, id }: Metric): string =>
  `${[namespace, name, ...dimensions.flatMap(one => [one.name, one.value])].join('\0')}\0\0${id}`

const refuseToken = (): never => badValue('Invalid nextToken')

// Of a list in no order a token has the metric's id alone; a place has more.
const unorderedKey = (id: string): string => `\0${id}`
const unordered = /^\0([0-9a-f]{32})$/

interface Listed {
  readonly items: readonly Metric[]
  readonly nextToken: string | undefined
}

/** Metrics in the order that they are kept in, as many as one request looks at. There may be none on a page. */
const listUnordered = (tx: Tx, isWanted: (metric: Metric) => boolean, after: string | undefined): Listed => {
  const from = after === undefined ? {} : { from: [after], exclusive: true }
  const items: Metric[] = []
  let looked = 0
  for (const metric of tx.metrics.scan(from)) {
    looked++
    if (isWanted(metric)) items.push(metric)
    if (looked === mostLookedAt || items.length === pageSize)
      return { items, nextToken: tokenOf(unorderedKey(metric.id)) }
  }
  return { items, nextToken: undefined }
}

/** The page of metrics that comes next. Very many of them are not put in order. */
const listed = (tx: Tx, isWanted: (metric: Metric) => boolean, token: string | undefined): Listed => {
  const after = unordered.exec(token ? keyOf(token, refuseToken) : '')?.[1]
  if (after !== undefined) return listUnordered(tx, isWanted, after)
  const found: Metric[] = []
  let looked = 0
  for (const metric of tx.metrics.scan()) {
    if (++looked > mostLookedAt) return listUnordered(tx, isWanted, undefined)
    if (isWanted(metric)) found.push(metric)
  }
  const rules = { key: placeOf, minimum: 1, maximum: pageSize, refuseToken }
  return page(found, { MaxResults: pageSize, NextToken: token }, rules)
}

/** What has been measured in the past two weeks. */
export const listMetrics: Operation<ListMetricsInput, ListMetricsOutput> = (tx, input) => {
  const namespace = optionalText(input.Namespace, 'Namespace', longest)
  const name = optionalText(input.MetricName, 'MetricName', longest)
  const filters = filtersOf(input.Dimensions)
  if (input.RecentlyActive !== undefined) requiredChoice(input.RecentlyActive, 'RecentlyActive', ['PT3H'])
  const oldest = tx.now.getTime() - (input.RecentlyActive ? recentSeconds : retentionSeconds) * 1000
  const isWanted = (metric: Metric): boolean =>
    (namespace === undefined || metric.namespace === namespace) &&
    (name === undefined || metric.name === name) &&
    metric.lastAt.getTime() >= oldest &&
    filters.every(filter => fits(metric.dimensions, filter))
  const { items, nextToken } = listed(tx, isWanted, input.NextToken)
  return {
    Metrics: items.map(metric => ({
      Namespace: metric.namespace,
      MetricName: metric.name,
      Dimensions: metric.dimensions.map(one => ({ Name: one.name, Value: one.value })),
    })),
    ...(nextToken && { NextToken: nextToken }),
  }
}
