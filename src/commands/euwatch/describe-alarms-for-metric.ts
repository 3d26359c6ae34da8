// SPDX-License-Identifier: BSD-2-Clause
import type { StandardUnit } from '@aws-sdk/client-cloudwatch'
import { int } from '../../cli/argument-types'
import { dimensionsOption } from '../../cli/euwatch/dimensions'
import { statistics, theMetric } from '../../cli/euwatch/metric-options'
import { flag, option } from '../../cli/options'
import { monitoring } from '../../cli/suites'
import { alarmRows } from '../../rows/alarms'

export default monitoring.command({
  summary: 'Show the alarms of one metric',
  description:
    "All of the metric's dimensions have to be given: alarms of another set of them are not found.",
  options: {
    ...theMetric,
    alarmDescription: option('--alarm-description', { hidden: true }),
    dimensions: dimensionsOption('--dimensions', 'dimensions of the metric'),
    period: option('--period', {
      metavar: 'SECONDS',
      type: int,
      help: 'only alarms of this period',
    }),
    showLong: flag('--show-long', { help: 'show everything that is known of the alarms' }),
    statistic: option('--statistic', {
      choices: statistics,
      help: 'only alarms on this statistic',
    }),
    unit: option('--unit', { help: 'only alarms in this unit' }),
  },
  call: (monitoring, { metricName, namespace, dimensions, period, statistic, unit }) =>
    monitoring.describeAlarmsForMetric({
      MetricName: metricName,
      Namespace: namespace,
      Dimensions: dimensions,
      Period: period,
      Statistic: statistic,
      Unit: unit as StandardUnit | undefined, // Which there are is for the service to say.
    }),
  rows: ({ MetricAlarms }, { showLong }) => alarmRows(MetricAlarms, { showLong }),
})
