// SPDX-License-Identifier: BSD-2-Clause
// Arguments by which several tools of CloudWatch name a metric, by the keys that commands know them by.
import { option } from '../options'

/** The metric that a tool is about, without its dimensions. */
export const theMetric = {
  metricName: option('--metric-name', {
    metavar: 'METRIC',
    required: true,
    help: 'name of the metric (required)',
  }),
  namespace: option('--namespace', {
    metavar: 'NAMESPACE',
    required: true,
    help: 'namespace of the metric (required)',
  }),
}

/** What values of one period are added up to, in the order of help. */
export const statistics = ['Average', 'Maximum', 'Minimum', 'SampleCount', 'Sum'] as const
