// SPDX-License-Identifier: BSD-2-Clause
// Looking at alarms, once a minute for each account that has any. The time from one look to the next is a record, so that
// they stay one a minute whoever asks for them and however many processes are at it: whoever comes second finds that the
// next is planned. A clock that has jumped makes one look of many.
import type { ChoreContext, Tx } from '../operation'
import { firstOf, whileLeft } from '../portions'
import { callActions } from './alarm-actions'
import { recordHistory } from './alarm-history'
import { reasonDataOf, reasonOf } from './alarm-reasons'
import { bufferPeriods, judge, type PeriodValue } from './alarm-states'
import { bucketsOf, minuteOf } from './metric-data'
import { MinuteReader } from './metric-minutes'
import { valueBy } from './metric-statistics'
import { planEvaluation } from './plans'
import { trimHistory } from './retention'
import type { Alarm, AlarmState } from './schema/alarms'

// Alarms that are looked at in one transaction, and after how many minutes of their metrics there is another for the rest.
const portion = 100
const mostMinutes = 20_000

/** The values of the alarm's buffer and window, oldest first. */
const valuesOf = (tx: Tx, reader: MinuteReader, alarm: Alarm): readonly PeriodValue[] => {
  const { account, namespace, metricName: name, dimensions, unit, statistic, periodSeconds } = alarm
  const periods = alarm.evaluationPeriods + bufferPeriods(periodSeconds)
  const end = minuteOf(tx.now.getTime())
  const start = end - periods * periodSeconds * 1000
  const values: PeriodValue[] = Array.from({ length: periods }, () => undefined)
  const range = { start: new Date(start), end: new Date(end), periodSeconds, unit }
  for (const bucket of bucketsOf(tx, account, { namespace, name, dimensions }, range, reader)) {
    // Of several units that nobody chose among, the last counts.
    values[(bucket.start.getTime() - start) / (periodSeconds * 1000)] = valueBy(bucket, statistic)
  }
  return values
}

export interface StateChange {
  readonly state: AlarmState
  readonly reason: string
  /** JSON. */
  readonly data: string | undefined
  /** What was seen last; nothing when somebody set the state. */
  readonly value?: number | undefined
}

/** JSON for history: what was given as reason data, if it is an object or a list, not a text in a text. */
const stateData = (state: AlarmState, reason: string, data: string | undefined) => ({
  stateValue: state,
  stateReason: reason,
  stateReasonData: data === undefined ? undefined : JSON.parse(data),
})

/** Put an alarm into another state, with all that this entails. */
export const changeState = (tx: Tx, alarm: Alarm, { state, reason, data, value }: StateChange): void => {
  const { stateReasonData, ...rest } = alarm
  recordHistory(tx, alarm, 'StateUpdate', ` Alarm updated from ${alarm.state} to ${state}`, {
    oldState: stateData(alarm.state, alarm.stateReason, stateReasonData),
    newState: stateData(state, reason, data),
  })
  const changed = tx.alarms.in(alarm.account).put({
    ...{ ...rest, state, stateReason: reason, stateUpdatedAt: tx.now, actedAt: tx.now },
    ...(data !== undefined && { stateReasonData: data }),
  })
  callActions(tx, changed, true, value)
}

const isPeriodOver = ({ actedAt, createdAt, periodSeconds }: Alarm, now: number): boolean => {
  const passed = minuteOf(now) - minuteOf((actedAt ?? createdAt).getTime())
  // What was done later than now was done before the clock was turned back.
  return passed < 0 || passed >= periodSeconds * 1000
}

/**
 * Actions that an account's alarms repeat in one look, without anything having changed. Others have their turn in the next
 * look: without a bound, some thousands of alarms would keep the cloud busy with them, and its disk filled with their history.
 */
const mostRepeated = 500

/** What a look at the alarms of an account has come to so far. */
interface Look {
  /** The alarm whose turn it is to repeat its actions. */
  readonly from: string | undefined
  /** Actions that were repeated. */
  repeated: number
  /** Alarms whose state has changed. */
  changes: number
  /** The first whose turn it is not any more. */
  cutAt?: string
}

const mayRepeat = (look: Look, { name }: Alarm): boolean => {
  if (look.from !== undefined && name < look.from) return false
  if (look.repeated < mostRepeated) return true
  look.cutAt ??= name
  return false
}

const evaluate = (tx: Tx, reader: MinuteReader, alarm: Alarm, look: Look): void => {
  const verdict = judge(alarm, valuesOf(tx, reader, alarm))
  const value = verdict.recent.findLast(one => one !== undefined)
  if (verdict.state !== alarm.state) {
    look.changes++
    const data = reasonDataOf(alarm, verdict, tx.now)
    changeState(tx, alarm, { state: verdict.state, reason: reasonOf(alarm, verdict), data, value })
  } else if (isPeriodOver(alarm, tx.now.getTime()) && mayRepeat(look, alarm)) {
    tx.alarms.in(alarm.account).put({ ...alarm, actedAt: tx.now })
    look.repeated += callActions(tx, alarm, false, value)
  }
}

/** Look at the alarms after one of a name. The name of the last of them, if there may be more. */
const evaluatePortion = (
  tx: Tx,
  account: string,
  after: string | undefined,
  look: Look,
): string | undefined => {
  const from = after === undefined ? {} : { from: [after], exclusive: true }
  const alarms = firstOf(tx.alarms.in(account).scan(from), portion)
  const reader = new MinuteReader(tx)
  let last: string | undefined
  for (const alarm of alarms) {
    if (reader.looked >= mostMinutes) return last
    evaluate(tx, reader, alarm, look)
    last = alarm.name
  }
  return alarms.length === portion ? last : undefined
}

const isDue = (tx: Tx, account: string): boolean => {
  const planned = tx.alarmPlans.get(account)
  return planned !== undefined && planned.at <= tx.now.getTime()
}

const planNext = (tx: Tx, account: string, { cutAt }: Look): void => {
  if (!isDue(tx, account)) return
  tx.alarmPlans.delete(account)
  if (!tx.alarms.in(account).first()) return
  planEvaluation(tx, account)
  if (cutAt !== undefined) tx.alarmPlans.put({ ...tx.alarmPlans.must(account), repeatsFrom: cutAt })
}

/** Remove some of what an account that is gone has left. Whether there may be more. */
const clearPortion = (tx: Tx, account: string): boolean => {
  const [alarms, history] = [tx.alarms.in(account), tx.alarmHistory.in(account)]
  const some = firstOf(alarms.scan(), portion)
  for (const { name } of some) alarms.delete(name)
  const rows = firstOf(history.scan(), portion)
  for (const { at, sequence } of rows) history.delete(-at.getTime(), -sequence)
  return some.length === portion || rows.length === portion
}

/** Chore: look at the alarms of an account. */
export const evaluateAlarms = async (context: ChoreContext, account: string): Promise<void> => {
  const { transact } = context
  if (!(await transact(tx => isDue(tx, account)))) return
  if (!(await transact(tx => tx.accounts.get(account)))) {
    await whileLeft(context, tx => clearPortion(tx, account))
  }
  const from = await transact(tx => tx.alarmPlans.get(account)?.repeatsFrom)
  const look: Look = { from, repeated: 0, changes: 0 }
  let last: string | undefined
  do {
    const after = last
    last = await transact(tx => evaluatePortion(tx, account, after, look))
  } while (last !== undefined)
  await transact(tx => planNext(tx, account, look))
  // At such a rate the day until somebody looks through history is too long.
  if (look.changes > mostRepeated) await trimHistory(context, account)
}
