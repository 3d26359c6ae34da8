// SPDX-License-Identifier: BSD-2-Clause
import type { Datapoint, Dimension, Metric } from '@aws-sdk/client-cloudwatch'
import { byBytes, type Row, text } from './cell'
import { decimal } from './decimal'

/** `{Name=Value,Name=Value}`; nothing without dimensions. */
export const dimensionsCell = (dimensions: readonly Dimension[] | undefined): string => {
  if (!dimensions?.length) return ''
  return `{${dimensions.map(({ Name, Value }) => `${Name}=${Value}`).join(',')}}`
}

type Fields = readonly (string | undefined)[]

/** By the first field in which they differ; what is absent comes first. */
const byFields = (a: Fields, b: Fields): number => {
  for (const [index, field] of a.entries()) {
    const order = byBytes(field ?? '', b[index] ?? '')
    if (order !== 0) return order
  }
  return 0
}

/** In the order of what is printed, which is that of names. */
export const metricRows = (metrics: readonly Metric[] | undefined): Row[] =>
  (metrics ?? [])
    .map(({ MetricName, Namespace, Dimensions }) => [MetricName, Namespace, dimensionsCell(Dimensions)])
    .sort(byFields)

/** `2014-02-16T12:13:00Z` with a blank; other forms as they came. */
const timeCell = (time: Date | undefined): string | undefined =>
  text(time)?.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)Z$/, '$1 $2')

/** In the order of what is printed, which is that of time. */
export const datapointRows = (points: readonly Datapoint[] | undefined): Row[] =>
  (points ?? [])
    .map(({ Timestamp, SampleCount, Average, Sum, Minimum, Maximum, Unit }) => [
      timeCell(Timestamp),
      ...[SampleCount, Average, Sum, Minimum, Maximum].map(decimal),
      Unit,
    ])
    .sort(byFields)
