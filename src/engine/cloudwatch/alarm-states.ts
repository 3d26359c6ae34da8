// SPDX-License-Identifier: BSD-2-Clause
// Which state an alarm is in, by the values of its last periods.
//
// There are two ways of judging. An alarm that says nothing of missing data is judged as Eucalyptus did
// (engine-cloudformation-cloudwatch, part 2 §4): one good period clears it, and silence keeps the last that was seen for the
// length of a buffer before its window. One that says how missing data are to be treated, be it `missing`, or how many of
// its periods are enough, is judged as AWS documents: the latest values that there are, out of the window and its buffer,
// are counted, and what is then still missing is filled in.
import type { Alarm, AlarmState } from './schema/alarms'

export type AlarmRule = Pick<
  Alarm,
  | 'comparison'
  | 'threshold'
  | 'evaluationPeriods'
  | 'periodSeconds'
  | 'datapointsToAlarm'
  | 'treatMissing'
  | 'state'
>

/** What was measured in one period; nothing. */
export type PeriodValue = number | undefined

export interface Verdict {
  readonly state: AlarmState
  /** The values that decided. */
  readonly decisive: readonly number[]
  /** Periods that nothing was measured in and that counted. */
  readonly missing: number
  /** The periods that were looked at, oldest first. */
  readonly recent: readonly PeriodValue[]
}

type Comparison = (value: number, threshold: number) => boolean

const comparisons: Readonly<Record<string, Comparison>> = {
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  GreaterThanThreshold: (value, threshold) => value > threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
}

export const comparisonNames = Object.keys(comparisons)

/** Periods before the window that are looked at when it says nothing: five minutes, or two periods if that is more. */
export const bufferPeriods = (periodSeconds: number): number =>
  periodSeconds === 60 ? 5 : periodSeconds === 120 ? 3 : 2

const there = (values: readonly PeriodValue[]): readonly number[] =>
  values.filter(value => value !== undefined)

/** As Eucalyptus judged. `values` are those of the buffer and of the window, oldest first. */
const byLastSeen = (
  values: readonly PeriodValue[],
  periods: number,
  breaches: (value: number) => boolean,
): Verdict => {
  const from = values.length - periods
  const window = values.slice(from)
  const seen = there(window)
  const good = seen.filter(value => !breaches(value))
  const missing = window.length - seen.length
  if (good.length > 0) return { state: 'OK', decisive: good, missing, recent: window }
  // Nothing is good from here on, so what there is breaches.
  if (window[0] !== undefined) return { state: 'ALARM', decisive: seen, missing, recent: window }
  const last = values.slice(0, from).findLastIndex(value => value !== undefined)
  const value = values[last]
  if (value === undefined) return { state: 'INSUFFICIENT_DATA', decisive: [], missing, recent: values }
  const recent = values.slice(last)
  if (breaches(value)) return { state: 'ALARM', decisive: [...seen, value], missing, recent }
  return { state: 'OK', decisive: [value], missing, recent }
}

/** As AWS documents. */
const byCount = (
  values: readonly PeriodValue[],
  { evaluationPeriods, datapointsToAlarm = evaluationPeriods, treatMissing = 'missing', state }: AlarmRule,
  breaches: (value: number) => boolean,
): Verdict => {
  const seen = there(values).slice(-evaluationPeriods)
  const bad = seen.filter(breaches)
  const good = seen.filter(value => !breaches(value))
  const missing = evaluationPeriods - seen.length
  const verdict = { missing, recent: values }
  const alarm: Verdict = { ...verdict, state: 'ALARM', decisive: bad }
  const ok: Verdict = { ...verdict, state: 'OK', decisive: good }
  if (bad.length + (treatMissing === 'breaching' ? missing : 0) >= datapointsToAlarm) return alarm
  if (treatMissing === 'breaching' || treatMissing === 'notBreaching' || good.length > 0) return ok
  // All that there is breaches, and it is too little: an alarm once the first of it is old enough.
  const kept: Verdict = { ...verdict, state, decisive: bad }
  if (treatMissing === 'ignore') return kept
  if (seen.length === 0) return { ...verdict, state: 'INSUFFICIENT_DATA', decisive: [] }
  const age = values.length - values.findIndex(value => value !== undefined)
  return age >= datapointsToAlarm ? alarm : kept
}

/** The state that an alarm should be in. `values` are of its buffer and its window, oldest first. */
export const judge = (rule: AlarmRule, values: readonly PeriodValue[]): Verdict => {
  const compare = comparisons[rule.comparison]
  if (!compare) throw new Error(`no comparison ${rule.comparison}`)
  const breaches = (value: number): boolean => compare(value, rule.threshold)
  return rule.treatMissing === undefined && rule.datapointsToAlarm === undefined
    ? byLastSeen(values, rule.evaluationPeriods, breaches)
    : byCount(values, rule, breaches)
}
