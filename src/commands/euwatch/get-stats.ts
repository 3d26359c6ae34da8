// SPDX-License-Identifier: BSD-2-Clause
import type { StandardUnit, Statistic } from '@aws-sdk/client-cloudwatch'
import { instant, list } from '../../cli/argument-types'
import { UsageError } from '../../cli/errors'
import { dimensionsOption } from '../../cli/euwatch/dimensions'
import { statistics } from '../../cli/euwatch/metric-options'
import { option, positional } from '../../cli/options'
import { monitoring } from '../../cli/suites'
import { datapointRows } from '../../rows/metrics'

export default monitoring.command({
  summary: 'Show statistics of a metric',
  description:
    "All of the metric's dimensions have to be given: what was measured with another set of them is another metric.",
  options: {
    metric: positional('METRIC', { help: 'name of the metric (required)' }),
    namespace: option('-n --namespace', { required: true, help: 'namespace of the metric (required)' }),
    statistics: option('-s --statistics', {
      metavar: 'STAT1,STAT2,...',
      type: list,
      required: true,
      help: `which statistics: ${statistics.join(', ')} (at least one is required)`,
    }),
    dimensions: dimensionsOption('--dimensions', 'dimensions of the metric'),
    startTime: option('--start-time', {
      metavar: 'YYYY-MM-DDThh:mm:ssZ',
      type: instant,
      help: 'only what was measured from then on (default: one hour ago)',
    }),
    endTime: option('--end-time', {
      metavar: 'YYYY-MM-DDThh:mm:ssZ',
      type: instant,
      help: 'only what was measured before (default: now)',
    }),
    period: option('--period', {
      metavar: 'SECONDS',
      type: 'int',
      default: 60,
      help: 'how much time a line stands for: a multiple of 60 (default: %(default)s)',
    }),
    unit: option('--unit', { help: 'only what was measured in this unit' }),
  },
  rules: ({ period }) => {
    if (period <= 0) throw new UsageError('argument --period: value must be positive')
    if (period % 60 !== 0) throw new UsageError('argument --period: value must be a multiple of 60')
  },
  call: (monitoring, { metric, namespace, statistics, dimensions, period, unit, ...args }, context) => {
    const second = Math.floor(context.now() / 1000)
    return monitoring.getMetricStatistics({
      MetricName: metric,
      Namespace: namespace,
      // Which statistics and units there are is for the service to say.
      Statistics: statistics as Statistic[],
      Dimensions: dimensions,
      StartTime: args.startTime ?? new Date((second - 3600) * 1000),
      EndTime: args.endTime ?? new Date(second * 1000),
      Period: period,
      Unit: unit as StandardUnit | undefined,
    })
  },
  rows: ({ Datapoints }) => datapointRows(Datapoints),
})
