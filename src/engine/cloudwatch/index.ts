// SPDX-License-Identifier: BSD-2-Clause
// CloudWatch.
//
// Missing
// - …
//
// Different on purpose
// - …
import type { Service } from '../operation'
import { runCalledActions } from './alarm-actions'
import { evaluateAlarms } from './alarm-evaluation'
import { alarmOperations } from './alarm-operations'
import { errorShapes } from './errors'
import { metricOperations } from './metric-operations'
import { missingParameter } from './parameters'
import { deniedByCloudWatch } from './permissions'
import { forgetMetrics } from './retention'
import { sampleInstances } from './sampling'

export const cloudwatch: Service = {
  name: 'cloudwatch',
  denied: deniedByCloudWatch,
  missing: missingParameter,
  errors: errorShapes,
  operations: { ...metricOperations, ...alarmOperations },
  chores: {
    'cloudwatch.sample': sampleInstances,
    'cloudwatch.evaluate': evaluateAlarms,
    'cloudwatch.act': runCalledActions,
    'cloudwatch.forget': forgetMetrics,
  },
}
