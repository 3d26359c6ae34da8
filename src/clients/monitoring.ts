// SPDX-License-Identifier: BSD-2-Clause
// Schemas are imported one by one: what is not named here is not in the bundle.
import {
  DeleteAlarms$,
  DescribeAlarmHistory$,
  DescribeAlarms$,
  DescribeAlarmsForMetric$,
  DisableAlarmActions$,
  EnableAlarmActions$,
  GetMetricStatistics$,
  ListMetrics$,
  PutMetricAlarm$,
  PutMetricData$,
  SetAlarmState$,
} from '@aws-sdk/client-cloudwatch'
import type { Connection } from './connection'
import { methodsOf, querySender } from './query-client'
import type { MonitoringClient } from './scaling-operations'

export const open = (connection: Connection): MonitoringClient =>
  methodsOf<MonitoringClient>(
    querySender(connection, { dialect: 'query', version: '2010-08-01', bare: false }),
    {
      deleteAlarms: DeleteAlarms$,
      describeAlarmHistory: DescribeAlarmHistory$,
      describeAlarms: DescribeAlarms$,
      describeAlarmsForMetric: DescribeAlarmsForMetric$,
      disableAlarmActions: DisableAlarmActions$,
      enableAlarmActions: EnableAlarmActions$,
      getMetricStatistics: GetMetricStatistics$,
      listMetrics: ListMetrics$,
      putMetricAlarm: PutMetricAlarm$,
      putMetricData: PutMetricData$,
      setAlarmState: SetAlarmState$,
    },
  )
