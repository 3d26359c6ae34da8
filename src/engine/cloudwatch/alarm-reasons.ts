// SPDX-License-Identifier: BSD-2-Clause
// Why an alarm is in its state, in Eucalyptus' words; where missing data decided, in AWS'.
import { writeDouble } from '../wire/values'
import type { Verdict } from './alarm-states'
import type { Alarm } from './schema/alarms'

export const initialReason = 'Unchecked: Initial alarm creation'

/** As Eucalyptus and AWS write times in history and reasons. */
export const timeText = (at: Date): string => at.toISOString().replace('Z', '+0000')

const comparisonTexts: Readonly<Record<string, string>> = {
  GreaterThanOrEqualToThreshold: 'greater than or equal to',
  GreaterThanThreshold: 'greater than',
  LessThanThreshold: 'less than',
  LessThanOrEqualToThreshold: 'less than or equal to',
}

const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`

type Judged = Pick<Alarm, 'comparison' | 'threshold' | 'evaluationPeriods'>

const treatedReason = ({ evaluationPeriods }: Judged, { state, missing, recent }: Verdict): string => {
  const isSilent = recent.every(value => value === undefined)
  const silence = isSilent
    ? `no datapoints were received for ${counted(evaluationPeriods, 'period')} and `
    : ''
  const treated = `${counted(missing, 'missing datapoint was', 'missing datapoints were')} treated as`
  return `Threshold Crossed: ${silence}${treated} [${state === 'OK' ? 'NonBreaching' : 'Breaching'}].`
}

export const reasonOf = (alarm: Judged, verdict: Verdict): string => {
  const { state, decisive, missing } = verdict
  if (state === 'INSUFFICIENT_DATA') {
    return `Insufficient Data: ${counted(missing, 'datapoint was', 'datapoints were')} unknown.`
  }
  if (decisive.length === 0) return treatedReason(alarm, verdict)
  const values = `(${decisive.map(writeDouble).join(', ')})`
  const be = decisive.length === 1 ? 'was' : 'were'
  const crossed = `${state === 'OK' ? 'not ' : ''}${comparisonTexts[alarm.comparison]}`
  const threshold = writeDouble(alarm.threshold)
  return `Threshold Crossed: ${counted(decisive.length, 'datapoint')} ${values} ${be} ${crossed} the threshold (${threshold}).`
}

/** JSON, in which doubles have a fraction. Periods without data are null, except that it begins with the first that has any. */
export const reasonDataOf = (
  { statistic, periodSeconds, threshold }: Pick<Alarm, 'statistic' | 'periodSeconds' | 'threshold'>,
  { recent }: Verdict,
  at: Date,
): string => {
  const first = recent.findIndex(value => value !== undefined)
  const seen = first < 0 ? [] : recent.slice(first)
  const values = seen.map(value => (value === undefined ? 'null' : writeDouble(value)))
  const head = JSON.stringify({ version: '1.0', queryDate: timeText(at), statistic }).slice(0, -1)
  return `${head},"recentDatapoints":[${values}],"period":${periodSeconds},"threshold":${writeDouble(threshold)}}`
}
