// SPDX-License-Identifier: BSD-2-Clause
import { metrics, theGroup } from '../../cli/euscale/options'
import { option } from '../../cli/options'
import { scaling } from '../../cli/suites'

export default scaling.command({
  summary: "Collect an auto-scaling group's metrics",
  options: {
    ...theGroup('to change'),
    granularity: option('-g --granularity', {
      required: true,
      help: 'how often to collect them: "1Minute" (required)',
    }),
    ...metrics,
  },
  call: (scaling, { group, granularity, metrics }) =>
    scaling.enableMetricsCollection({
      AutoScalingGroupName: group,
      Granularity: granularity,
      Metrics: metrics,
    }),
})
