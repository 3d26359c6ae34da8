// SPDX-License-Identifier: BSD-2-Clause
// What tests of alarms share.
import {
  DescribeAlarmHistoryCommand,
  type DescribeAlarmHistoryInput,
  DescribeAlarmsCommand,
  type MetricAlarm,
  PutMetricAlarmCommand,
  type PutMetricAlarmInput,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch'
import type { AlarmState } from '../../../src/engine/cloudwatch/schema/alarms'
import type { Services } from '../../support/cloud'

/** Above 50 orders in a minute on the average, at once. */
export const orders: PutMetricAlarmInput = {
  AlarmName: 'busy',
  Namespace: 'Shop',
  MetricName: 'Orders',
  Statistic: 'Average',
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 50,
  ComparisonOperator: 'GreaterThanThreshold',
}

export const putAlarm = (who: Services, about: Partial<PutMetricAlarmInput> = {}) =>
  who.cloudwatch().send(new PutMetricAlarmCommand({ ...orders, ...about }))

export const putValue = (who: Services, Value: number, Timestamp?: Date) =>
  who.cloudwatch().send(
    new PutMetricDataCommand({
      Namespace: 'Shop',
      MetricData: [{ MetricName: 'Orders', Value, Timestamp }],
    }),
  )

export const alarmOf = async (who: Services, name = 'busy'): Promise<MetricAlarm> => {
  const { MetricAlarms = [] } = await who.cloudwatch().send(new DescribeAlarmsCommand({ AlarmNames: [name] }))
  return MetricAlarms[0] ?? {}
}

export const historyOf = async (who: Services, input: DescribeAlarmHistoryInput = {}) => {
  const { AlarmHistoryItems = [] } = await who.cloudwatch().send(new DescribeAlarmHistoryCommand(input))
  return AlarmHistoryItems
}

/** Newest first. */
export const summariesOf = async (who: Services, input: DescribeAlarmHistoryInput = {}) =>
  (await historyOf(who, input)).map(({ HistorySummary }) => HistorySummary)

export const policyArn = (account: string, name = 'out'): string =>
  `arn:aws:autoscaling::${account}:scalingPolicy:00000000-0000-0000-0000-000000000000:autoScalingGroupName/web:policyName/${name}`

/** The rules as they are written down, on the marks alone. `marks` are of the buffer and of the window: `X` breaches, `0` does not, `-` is missing. */
export const modelled = (marks: string, periods: number): AlarmState => {
  const window = marks.slice(marks.length - periods)
  const buffer = marks.slice(0, marks.length - periods)
  if (/0/.test(window)) return 'OK'
  if (/^X/.test(window)) return 'ALARM'
  const last = /([X0])-*$/.exec(buffer)?.[1]
  return last === undefined ? 'INSUFFICIENT_DATA' : last === '0' ? 'OK' : 'ALARM'
}
