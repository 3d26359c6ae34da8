// SPDX-License-Identifier: BSD-2-Clause
// CloudWatch.
//
// Missing
// - Percentiles, metric math, anomaly detection; composite alarms, dashboards, metric streams; alarms that notify topics.
// - Points of less than a minute: what is measured each second is added up by the minute.
// - Entities are taken with their data and not kept.
// - Whatever guests do by themselves: they are simulated (instance-metrics.ts says what is told of them).
//
// Different on purpose
// - Data are seen at once, as on AWS, and a range's end is not cut to the minute; Eucalyptus shows them a minute later.
// - Whom a policy denies something is told so (403); Eucalyptus speaks of a failure of its own (500), which clients repeat.
// - A statistic set that cannot be is a value that is wrong; Eucalyptus calls it a parameter that is missing.
// - ListMetrics filters by a dimension's name alone too, and by what was measured in the last hours.
// - GetMetricData, values with counts, and the forms that current SDKs speak are AWS'. PutMetricData takes 20 data, as
//   Eucalyptus' does.
// - What was not sampled in time is made up for (sampling.ts).
// - Alarms that say nothing of missing data are judged as Eucalyptus judges, others as AWS documents (alarm-states.ts). An
//   alarm without a unit looks at any unit; Eucalyptus' look for None.
// - Actions are carried out right after the change that calls for them, by the account's administrator; those of scaling
//   again once a period while the state lasts, where Eucalyptus 4.4 does it each minute after the first.
// - Of names that DeleteAlarms and the like are given, those that nothing has are passed over, as in Eucalyptus.
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
