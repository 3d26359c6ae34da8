// SPDX-License-Identifier: BSD-2-Clause
import { instant } from '../../cli/argument-types'

import { dimensionsOption } from '../../cli/euwatch/dimensions'
import { metricData } from '../../cli/euwatch/metric-data'
import { append, option } from '../../cli/options'
import { monitoring } from '../../cli/suites'
import type { MonitoringClient } from '../../clients'

/** As many as CloudWatch takes at once. */
const dataPerRequest = 20

type Data = ReturnType<typeof metricData>

const put = async (monitoring: MonitoringClient, Namespace: string, data: Data): Promise<void> => {
  for (let start = 0; start < data.length; start += dataPerRequest) {
    await monitoring.putMetricData({ Namespace, MetricData: data.slice(start, start + dataPerRequest) })
  }
}

export default monitoring.command({
  summary: 'Add data to a metric',
  description:
    'A value (-v) is a datum by itself. A datum of -s is a list of attributes: MetricName (metric), Dimensions (dim), ' +
    'Timestamp (ts), Unit (unit), and either Value (val) or all of Maximum (max), Minimum (min), SampleCount (count) and ' +
    'Sum (sum), such as metric=Latency,val=9,"dim=Host:a,Disk:sda". What it does not say is taken from the other options.',
  options: {
    namespace: option('-n --namespace', { required: true, help: 'namespace of the metric (required)' }),
    values: append('-v --value', { metavar: 'FLOAT', type: 'float', help: 'a value; may be repeated' }),
    data: append('-s --metric-datum', {
      metavar: 'KEY1=VALUE1,KEY2=VALUE2,...',
      help: 'attributes of a datum; those whose values have commas stand between quotes. May be repeated',
    }),
    statistics: append('--statistic-values --statisticValues', { hidden: true }),
    metricName: option('-m --metric-name', { metavar: 'METRIC', help: 'name of the metric' }),
    dimensions: dimensionsOption('-d --dimensions', 'dimensions of the metric'),
    timestamp: option('-t --timestamp', {
      metavar: 'YYYY-MM-DDThh:mm:ssZ',
      type: instant,
      help: 'when it was measured (default: now)',
    }),
    unit: option('-u --unit', { metavar: 'UNIT', help: 'in which unit, such as Bytes' }),
  },
  rules: args => void metricData(args.values, [...args.data, ...args.statistics], args),
  call: (monitoring, args) =>
    put(monitoring, args.namespace, metricData(args.values, [...args.data, ...args.statistics], args)),
})
