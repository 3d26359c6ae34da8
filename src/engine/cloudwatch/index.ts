// SPDX-License-Identifier: BSD-2-Clause
// CloudWatch.
//
// Missing
// - …
//
// Different on purpose
// - …
import type { Service } from '../operation'
import { evaluateAlarms } from './alarm-evaluation'
import { alarmOperations } from './alarm-operations'
import { metricOperations } from './metric-operations'
import { deniedByCloudWatch } from './permissions'
import { forgetMetrics } from './retention'
import { sampleInstances } from './sampling'

export const cloudwatch: Service = {
  name: 'cloudwatch',
  denied: deniedByCloudWatch,
  operations: { ...metricOperations, ...alarmOperations },
  chores: {
    'cloudwatch.sample': sampleInstances,
    'cloudwatch.evaluate': evaluateAlarms,
    'cloudwatch.forget': forgetMetrics,
  },
}
