// SPDX-License-Identifier: BSD-2-Clause
// PutMetricData.
import type { MetricDatum, PutMetricDataInput, StatisticSet } from '@aws-sdk/client-cloudwatch'
import { refuse } from '../errors'
import type { Operation, Tx } from '../operation'
import { type MetricPoint, putPoints } from './metric-data'
import { dimensionsOf, unitOf } from './metric-parameters'
import { atMost, badCombination, badValue, invalidValue, missingParameter, requiredText } from './parameters'
import { retentionSeconds } from './retention'

const mostData = 20
const mostValues = 150
/** How far off a clock may be. */
const toleranceSeconds = 2 * 3600
/** AWS takes nothing beyond. */
const largest = 2 ** 360

type Sums = Pick<MetricPoint, 'count' | 'sum' | 'minimum' | 'maximum'>

const finite = (value: number, member: string): number =>
  Math.abs(value) <= largest ? value : invalidValue(member, value)

const sumsOfSet = (set: StatisticSet, member: string): Sums => {
  const { Maximum = 0, Minimum = 0, SampleCount = 0, Sum = 0 } = set
  const sums = {
    maximum: finite(Maximum, `${member}.Maximum`),
    minimum: finite(Minimum, `${member}.Minimum`),
    count: finite(SampleCount, `${member}.SampleCount`),
    sum: finite(Sum, `${member}.Sum`),
  }
  if (Maximum < Minimum) badValue(`The parameter ${member}.Maximum must be greater than ${member}.Minimum.`)
  if (SampleCount < 0) badValue(`The parameter ${member}.SampleCount must be greater than 0.`)
  if (SampleCount === 0) badValue(`The parameter ${member}.SampleCount must not equal 0.`)
  return sums
}

/** Values that came often, each with how often. */
const sumsOfValues = (
  values: readonly number[],
  counts: readonly number[] | undefined,
  member: string,
): Sums => {
  atMost(values, `${member}.Values`, mostValues)
  if (counts && counts.length !== values.length)
    badCombination(`The parameters ${member}.Values and ${member}.Counts must be of the same size.`)
  let [count, sum] = [0, 0]
  for (const [index, value] of values.entries()) {
    const times = counts?.[index] ?? 1
    finite(value, `${member}.Values.member.${index + 1}`)
    if (!(times > 0 && times <= largest)) invalidValue(`${member}.Counts.member.${index + 1}`, times)
    count += times
    sum += value * times
  }
  return { count, sum, minimum: Math.min(...values), maximum: Math.max(...values) }
}

const sumsOf = ({ Value, Values, Counts, StatisticValues }: MetricDatum, member: string): Sums => {
  const given = [
    ...(Value === undefined ? [] : ['Value']),
    ...(Values?.length ? ['Values'] : []),
    ...(StatisticValues === undefined ? [] : ['StatisticValues']),
  ].map(name => `${member}.${name}`)
  if (given.length > 1)
    badCombination(
      `The parameters ${given.join(' and ')} are mutually exclusive and you have specified ` +
        `${given.length > 2 ? 'all' : 'both'}.`,
    )
  if (Value !== undefined) {
    const value = finite(Value, `${member}.Value`)
    return { count: 1, sum: value, minimum: value, maximum: value }
  }
  if (Values?.length) return sumsOfValues(Values, Counts, member)
  return StatisticValues
    ? sumsOfSet(StatisticValues, `${member}.StatisticValues`)
    : refuse(
        'MissingParameter',
        `At least one of the parameters ${member}.Value or ${member}.StatisticValues must be specified.`,
      )
}

const instantOf = (tx: Tx, at: Date | undefined, member: string): Date => {
  if (at === undefined) return tx.now
  const seconds = (at.getTime() - tx.now.getTime()) / 1000
  return seconds > toleranceSeconds || seconds < -retentionSeconds - toleranceSeconds
    ? badValue(`The parameter ${member}.Timestamp must specify a time within the past two weeks.`)
    : at
}

const pointOf = (tx: Tx, namespace: string, datum: MetricDatum, member: string): MetricPoint => {
  const dimensions = dimensionsOf(datum.Dimensions, `${member}.Dimensions`)
  const name = requiredText(datum.MetricName, `${member}.MetricName`)
  const at = instantOf(tx, datum.Timestamp, member)
  const unit = unitOf(datum.Unit, `${member}.Unit`) ?? 'None'
  const { StorageResolution: resolution = 60 } = datum
  if (resolution !== 1 && resolution !== 60)
    badValue(`The parameter ${member}.StorageResolution must be a value in the set [1, 60].`)
  return { namespace, name, dimensions, at, unit, ...sumsOf(datum, member) }
}

/** Write down what was measured. Whatever the resolution that is asked for, it is kept by the minute. */
export const putMetricData: Operation<PutMetricDataInput, object> = (tx, input) => {
  const namespace = requiredText(input.Namespace, 'Namespace')
  if (namespace.startsWith('AWS/')) invalidValue('Namespace', 'AWS/')
  // Which thing of the account data belong to is not kept.
  const data = [
    ...(input.MetricData ?? []).map((datum, index) => ({ datum, member: `MetricData.member.${index + 1}` })),
    ...(input.EntityMetricData ?? []).flatMap(({ MetricData }, entity) =>
      (MetricData ?? []).map((datum, index) => ({
        datum,
        member: `EntityMetricData.member.${entity + 1}.MetricData.member.${index + 1}`,
      })),
    ),
  ]
  if (data.length === 0) missingParameter('MetricData')
  if (data.length > mostData)
    // Eucalyptus' text, without a full stop.
    badValue(`The collection MetricData must not have a size greater than ${mostData}`)
  putPoints(
    tx,
    tx.caller.account,
    data.map(({ datum, member }) => pointOf(tx, namespace, datum, member)),
  )
  return {}
}
