// SPDX-License-Identifier: BSD-2-Clause
import type { AlarmHistoryItem, MetricAlarm } from '@aws-sdk/client-cloudwatch'
import { joined, type Row, text } from './cell'
import { decimal } from './decimal'
import { dimensionsCell } from './metrics'

interface Length {
  readonly showLong: boolean
}

export const alarmRows = (alarms: readonly MetricAlarm[] | undefined, { showLong }: Length): Row[] =>
  (alarms ?? []).map(alarm => {
    const long = (...cells: (string | undefined)[]) => (showLong ? cells : [])
    return [
      alarm.AlarmName,
      ...long(alarm.AlarmDescription),
      alarm.StateValue,
      ...long(
        alarm.StateReason,
        alarm.StateReasonData,
        text(alarm.ActionsEnabled),
        joined(',', alarm.OKActions),
      ),
      joined(',', alarm.AlarmActions),
      ...long(joined(',', alarm.InsufficientDataActions)),
      alarm.Namespace,
      alarm.MetricName,
      ...long(dimensionsCell(alarm.Dimensions)),
      alarm.Period,
      alarm.Statistic,
      ...long(alarm.Unit),
      alarm.EvaluationPeriods,
      alarm.ComparisonOperator,
      decimal(alarm.Threshold),
      ...long(alarm.AlarmArn),
    ]
  })

export const alarmHistoryRows = (
  items: readonly AlarmHistoryItem[] | undefined,
  { showLong }: Length,
): Row[] =>
  (items ?? []).map(({ AlarmName, Timestamp, HistoryItemType, HistorySummary, HistoryData }) => [
    AlarmName,
    text(Timestamp),
    HistoryItemType,
    HistorySummary,
    ...(showLong ? [HistoryData] : []),
  ])
