// SPDX-License-Identifier: BSD-2-Clause
import {
  GetMetricData$,
  GetMetricStatistics$,
  ListMetrics$,
  PutMetricData$,
} from '@aws-sdk/client-cloudwatch'
import { type OperationEntry, operation } from '../operation'
import { listMetrics } from './metric-lists'
import { getMetricData } from './metric-queries'
import { getMetricStatistics } from './metric-statistics'
import { putMetricData } from './metric-writing'
import { onMetrics, onNamespace } from './permissions'

export const metricOperations: Readonly<Record<string, OperationEntry>> = {
  GetMetricData: operation(GetMetricData$, getMetricData, { access: onMetrics }),
  GetMetricStatistics: operation(GetMetricStatistics$, getMetricStatistics, { access: onMetrics }),
  ListMetrics: operation(ListMetrics$, listMetrics, { access: onMetrics }),
  PutMetricData: operation(PutMetricData$, putMetricData, { access: onNamespace }),
}
