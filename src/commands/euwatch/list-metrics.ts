// SPDX-License-Identifier: BSD-2-Clause
import { dimensionsOption } from '../../cli/euwatch/dimensions'
import { option } from '../../cli/options'
import { monitoring } from '../../cli/suites'
import { wholeList } from '../../cli/token-pages'
import { metricRows } from '../../rows/metrics'

export default monitoring.command({
  summary: 'List metrics, all of them or some',
  options: {
    dimensions: dimensionsOption('-d --dimensions', 'only metrics with these dimensions'),
    metricName: option('-m --metric-name', { metavar: 'METRIC', help: 'only metrics of this name' }),
    namespace: option('-n --namespace', { metavar: 'NAMESPACE', help: 'only metrics of this namespace' }),
  },
  call: (monitoring, { dimensions, metricName, namespace }) =>
    wholeList(
      page =>
        monitoring.listMetrics({
          Dimensions: dimensions,
          MetricName: metricName,
          Namespace: namespace,
          ...page,
        }),
      'Metrics',
    ),
  rows: ({ Metrics }) => metricRows(Metrics),
})
