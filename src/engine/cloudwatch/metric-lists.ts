// SPDX-License-Identifier: BSD-2-Clause
// ListMetrics.
import type { ListMetricsInput, ListMetricsOutput } from '@aws-sdk/client-cloudwatch'
import type { Operation } from '../operation'
import { page } from '../pages'
import { badValue, optionalText, requiredChoice, requiredText } from './parameters'
import { retentionSeconds } from './retention'
import type { Dimension, Metric } from './schema/metrics'

const pageSize = 500
const longest = 255
const mostFilters = 10
const recentSeconds = 3 * 3600

interface DimensionFilter {
  readonly name: string
  /** Any without it. */
  readonly value: string | undefined
}

const filtersOf = (sent: ListMetricsInput['Dimensions'] = []): readonly DimensionFilter[] => {
  if (sent.length > mostFilters)
    badValue(`The collection Dimensions must not have a size greater than ${mostFilters}.`)
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

/** What has been measured in the past two weeks. */
export const listMetrics: Operation<ListMetricsInput, ListMetricsOutput> = (tx, input) => {
  const namespace = optionalText(input.Namespace, 'Namespace', longest)
  const name = optionalText(input.MetricName, 'MetricName', longest)
  const filters = filtersOf(input.Dimensions)
  if (input.RecentlyActive !== undefined) requiredChoice(input.RecentlyActive, 'RecentlyActive', ['PT3H'])
  const oldest = tx.now.getTime() - (input.RecentlyActive ? recentSeconds : retentionSeconds) * 1000
  const found: Metric[] = []
  for (const metric of tx.metrics.scan())
    if (
      (namespace === undefined || metric.namespace === namespace) &&
      (name === undefined || metric.name === name) &&
      metric.lastAt.getTime() >= oldest &&
      filters.every(filter => fits(metric.dimensions, filter))
    )
      found.push(metric)
  const { items, nextToken } = page(
    found,
    { MaxResults: pageSize, NextToken: input.NextToken },
    { key: placeOf, minimum: 1, maximum: pageSize, refuseToken: () => badValue('Invalid nextToken') },
  )
  return {
    Metrics: items.map(metric => ({
      Namespace: metric.namespace,
      MetricName: metric.name,
      Dimensions: metric.dimensions.map(one => ({ Name: one.name, Value: one.value })),
    })),
    ...(nextToken && { NextToken: nextToken }),
  }
}
