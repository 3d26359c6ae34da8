// SPDX-License-Identifier: BSD-2-Clause
// What became of alarms: rows that are written beside everything that happens to one, and outlive it for two weeks.
import type { DescribeAlarmHistoryInput, DescribeAlarmHistoryOutput } from '@aws-sdk/client-cloudwatch'
import { nextNumber } from '../counters'
import { refuse } from '../errors'
import type { Operation, Tx } from '../operation'
import { alarmArn, alarmNamed, mayAlarm } from './alarm-names'
import { timeText } from './alarm-reasons'
import { badValue, optionalChoice, optionalText, pageSize } from './parameters'
import { planForgetting } from './plans'
import { mostHistory, retentionSeconds } from './retention'
import type { Alarm, AlarmHistoryItem } from './schema/alarms'

const types = ['ConfigurationUpdate', 'StateUpdate', 'Action'] as const
const orders = ['TimestampDescending', 'TimestampAscending'] as const

/** Write down what happened to an alarm. */
export const recordHistory = (
  tx: Tx,
  { account, name }: Pick<Alarm, 'account' | 'name'>,
  type: AlarmHistoryItem['type'],
  summary: string,
  data: object,
): void => {
  planForgetting(tx)
  tx.alarmHistory.in(account).put({
    account,
    alarmName: name,
    at: tx.now,
    sequence: nextNumber(tx, 'alarm history'),
    type,
    summary,
    data: JSON.stringify({ version: '1.0', ...data }),
  })
}

// `okactions` is how both clouds write it.
const configuration = (alarm: Alarm) => ({
  threshold: alarm.threshold,
  namespace: alarm.namespace,
  stateValue: alarm.state,
  dimensions: alarm.dimensions,
  okactions: alarm.okActions,
  alarmActions: alarm.alarmActions,
  evaluationPeriods: alarm.evaluationPeriods,
  comparisonOperator: alarm.comparison,
  metricName: alarm.metricName,
  period: alarm.periodSeconds,
  alarmName: alarm.name,
  insufficientDataActions: alarm.insufficientDataActions,
  actionsEnabled: alarm.actionsEnabled,
  alarmDescription: alarm.description,
  statistic: alarm.statistic,
  alarmArn: alarmArn(alarm),
  alarmConfigurationUpdatedTimestamp: timeText(alarm.configurationUpdatedAt),
  stateUpdatedTimestamp: timeText(alarm.stateUpdatedAt),
})

const changes = {
  created: { type: 'Create', member: 'createdAlarm' },
  updated: { type: 'Update', member: 'updatedAlarm' },
  deleted: { type: 'Delete', member: 'deletedAlarm' },
} as const

/** Write down that somebody made, changed or removed an alarm; as it is then, or was last. */
export const recordConfiguration = (tx: Tx, alarm: Alarm, change: keyof typeof changes): void => {
  const { type, member } = changes[change]
  recordHistory(tx, alarm, 'ConfigurationUpdate', `Alarm "${alarm.name}" ${change}`, {
    type,
    [member]: configuration(alarm),
  })
}

// A token names the last row that was given; `h1` marks what this release wrote.
const tokenOf = ({ at, sequence }: AlarmHistoryItem): string =>
  Buffer.from(`h1:${at.getTime()}:${sequence}`).toString('base64url')

const refuseToken = (): never => refuse('InvalidNextToken', 'The specified NextToken is not valid.')

const placeOf = (token: string): readonly [at: number, sequence: number] => {
  const found = /^h1:(\d{1,15}):(\d{1,15})$/.exec(Buffer.from(token, 'base64url').toString())
  return found ? [Number(found[1]), Number(found[2])] : refuseToken()
}

const checkDates = (start: Date | undefined, end: Date | undefined): void => {
  if (!start || !end) return
  if (start > end) badValue('The parameter EndDate must be greater than StartDate.')
  if (start.getTime() === end.getTime()) {
    badValue('The parameter StartDate must not equal parameter EndDate.')
  }
}

/** Rows of an account, newest first, as they are asked for; as many as one request looks at. */
function* rowsFrom(tx: Tx, account: string, token: string | undefined): Iterable<AlarmHistoryItem> {
  const place = token ? placeOf(token) : undefined
  const options = place ? { from: place.map(part => -part), exclusive: true } : {}
  // A day passes before somebody removes what is too old.
  const oldest = tx.now.getTime() - retentionSeconds * 1000
  let looked = 0
  for (const row of tx.alarmHistory.in(account).scan(options)) {
    if (row.at.getTime() < oldest || ++looked > mostHistory) return
    yield row
  }
}

/** Oldest first: all of them have to be read, as they are kept the other way round. */
const rowsReversed = (tx: Tx, account: string, token: string | undefined): Iterable<AlarmHistoryItem> => {
  const all = [...rowsFrom(tx, account, undefined)].reverse()
  if (!token) return all
  const [at, sequence] = placeOf(token)
  return all.filter(row => row.at.getTime() > at || (row.at.getTime() === at && row.sequence > sequence))
}

export const describeAlarmHistory: Operation<DescribeAlarmHistoryInput, DescribeAlarmHistoryOutput> = (
  tx,
  input,
) => {
  const named = optionalText(input.AlarmName, 'AlarmName', 255)
  const { StartDate: start, EndDate: end, NextToken: token } = input
  checkDates(start, end)
  const type = optionalChoice(input.HistoryItemType, 'HistoryItemType', types)
  const order = optionalChoice(input.ScanBy, 'ScanBy', orders) ?? 'TimestampDescending'
  const size = pageSize(input.MaxRecords)
  const alarm = alarmNamed(tx, named)
  const account = alarm?.account ?? tx.caller.account
  // History outlives its alarm, which is known by name alone then.
  const prefix = alarmArn({ account, name: '' })
  const name = alarm?.name ?? (named?.startsWith(prefix) ? named.slice(prefix.length) : named)
  const may = mayAlarm(tx)
  const isAsked = (row: AlarmHistoryItem): boolean =>
    (name === undefined || row.alarmName === name) &&
    (type === undefined || row.type === type) &&
    (start === undefined || row.at >= start) &&
    (end === undefined || row.at <= end) &&
    may({ account, name: row.alarmName })
  const isReversed = order === 'TimestampAscending'
  const found: AlarmHistoryItem[] = []
  let looked = 0
  let last: AlarmHistoryItem | undefined
  for (const row of (isReversed ? rowsReversed : rowsFrom)(tx, account, token)) {
    if (isAsked(row) && found.push(row) > size) break
    looked++
    last = row
  }
  const rows = found.slice(0, size)
  const isMore = found.length > size || (!isReversed && looked === mostHistory)
  return {
    AlarmHistoryItems: rows.map(({ alarmName, at, type, summary, data }) => ({
      AlarmName: alarmName,
      AlarmType: 'MetricAlarm',
      Timestamp: at,
      HistoryItemType: type,
      HistorySummary: summary,
      HistoryData: data,
    })),
    NextToken: last && isMore ? tokenOf(last) : undefined,
  }
}
