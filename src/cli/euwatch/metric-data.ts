// SPDX-License-Identifier: BSD-2-Clause
// What euwatch-put-data is told to put: values, each a datum, and data that are written out attribute by attribute.
import type { Dimension, MetricDatum, StandardUnit, StatisticSet } from '@aws-sdk/client-cloudwatch'
import { float, instant } from '../argument-types'
import { UsageError } from '../errors'

/** What the options say of all data; a datum may say otherwise of itself. */
export interface SharedAttributes {
  readonly metricName?: string | undefined
  readonly dimensions?: readonly Dimension[] | undefined
  readonly timestamp?: Date | undefined
  readonly unit?: string | undefined
}

type Attributes = Map<string, string>

const aliases: Readonly<Record<string, string>> = {
  metric: 'MetricName',
  dim: 'Dimensions',
  ts: 'Timestamp',
  unit: 'Unit',
  val: 'Value',
  max: 'Maximum',
  min: 'Minimum',
  count: 'SampleCount',
  sum: 'Sum',
}
const known: ReadonlySet<string> = new Set(Object.values(aliases))
const setMembers = ['Maximum', 'Minimum', 'SampleCount', 'Sum'] as const

const wrong = (text: string): never => {
  throw new UsageError(`argument -s/--metric-datum: ${text}`)
}

/** The fields of one record of comma-separated values. A quoted field may hold commas, and quotes written twice. */
const fieldsOf = (record: string): string[] => {
  const fields: string[] = []
  for (let at = 0; at <= record.length; at += 1) {
    let field = ''
    if (record[at] === '"') {
      for (at += 1; at < record.length && (record[at] !== '"' || record[at + 1] === '"'); at += 1) {
        if (record[at] === '"') at += 1
        field += record[at]
      }
      at += 1
    }
    const end = record.indexOf(',', at)
    field += record.slice(at, end === -1 ? undefined : end)
    fields.push(field)
    at = end === -1 ? record.length : end
  }
  return fields
}

const attributesOf = (datum: string): Attributes => {
  if (datum.trim() === '') wrong('value must not be empty')
  const attributes: Attributes = new Map()
  for (const field of fieldsOf(datum)) {
    const [given = '', value, ...more] = field.split('=')
    if (value === undefined || more.length > 0) {
      const isDimension = given === 'dim' || given === 'Dimensions'
      return wrong(
        isDimension
          ? `dimension names and values in datum '${datum}' must be separated with ':', not '='`
          : `'${field}' in datum '${datum}' must have format KEY=VALUE,...`,
      )
    }
    const key = Object.hasOwn(aliases, given) ? (aliases[given] ?? given) : given
    if (!known.has(key)) wrong(`datum '${datum}' contains unrecognized attribute '${key}'`)
    attributes.set(key, value)
  }
  return attributes
}

const numberOf = (datum: string, key: string, value: string): number => {
  try {
    return float(value)
  } catch {
    return wrong(`${key} value for datum '${datum}' must be numeric`)
  }
}

const dimensionsOf = (datum: string, value: string): Dimension[] =>
  value.split(',').map(pair => {
    const [Name, Value, ...more] = pair.split(':')
    if (Value === undefined || more.length > 0) {
      return wrong(`dimension '${pair}' for datum '${datum}' must have format KEY:VALUE,...`)
    }
    return { Name, Value }
  })

const timeOf = (datum: string, value: string): Date => {
  try {
    return instant(value)
  } catch {
    return wrong(`Timestamp value for datum '${datum}' must have form YYYY-MM-DDThh:mm:ssZ`)
  }
}

/** A value, or the four numbers that stand for several. */
const measured = (datum: string, attributes: Attributes): Pick<MetricDatum, 'Value' | 'StatisticValues'> => {
  const number = (key: string) => numberOf(datum, key, attributes.get(key) ?? '')
  const given = setMembers.filter(key => attributes.has(key))
  if (given.length === 0) {
    if (attributes.has('Value')) return { Value: number('Value') }
    return wrong(`datum '${datum}' must contain either a Value or a Maximum, Minimum, SampleCount, and Sum`)
  }
  if (attributes.has('Value'))
    wrong(`datum '${datum}' must not contain both Value and ${given[0]} attributes`)
  for (const key of setMembers) {
    if (!attributes.has(key)) wrong(`a ${key} is required for statistic datum '${datum}'`)
  }
  return {
    StatisticValues: Object.fromEntries(setMembers.map(key => [key, number(key)])) as unknown as StatisticSet,
  }
}

const withShared = (
  datum: Pick<MetricDatum, 'Value' | 'StatisticValues'>,
  { metricName, dimensions, timestamp, unit }: SharedAttributes,
): MetricDatum => ({
  MetricName: metricName,
  ...datum,
  ...(dimensions && { Dimensions: [...dimensions] }),
  ...(timestamp && { Timestamp: timestamp }),
  // Which units there are is for the service to say.
  ...(unit && { Unit: unit as StandardUnit }),
})

const writtenOut = (datum: string, shared: SharedAttributes): MetricDatum => {
  const attributes = attributesOf(datum)
  const dimensions = attributes.get('Dimensions')
  const timestamp = attributes.get('Timestamp')
  const metricName = attributes.get('MetricName') ?? shared.metricName
  if (!metricName) {
    wrong(
      `datum '${datum}' must have a metric name; supply one individually with 'MetricName=NAME' ` +
        'or set a default for this request with -m/--metric-name',
    )
  }
  return withShared(measured(datum, attributes), {
    metricName,
    dimensions: dimensions === undefined ? shared.dimensions : dimensionsOf(datum, dimensions),
    timestamp: timestamp === undefined ? shared.timestamp : timeOf(datum, timestamp),
    unit: attributes.get('Unit') ?? shared.unit,
  })
}

/** All data in the order in which they are sent: values first. Throws UsageError. */
export const metricData = (
  values: readonly number[],
  data: readonly string[],
  shared: SharedAttributes,
): MetricDatum[] => {
  if (values.length > 0 && !shared.metricName) {
    throw new UsageError('argument -v/--value requires -m/--metric-name')
  }
  return [
    ...values.map(Value => withShared({ Value }, shared)),
    ...data.map(datum => writtenOut(datum, shared)),
  ]
}
