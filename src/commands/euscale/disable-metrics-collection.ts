// SPDX-License-Identifier: BSD-2-Clause
import { metrics, theGroup } from '../../cli/euscale/options'
import { scaling } from '../../cli/suites'

export default scaling.command({
  summary: "Collect an auto-scaling group's metrics no more",
  options: { ...theGroup('to change'), ...metrics },
  call: (scaling, { group, metrics }) =>
    scaling.disableMetricsCollection({ AutoScalingGroupName: group, Metrics: metrics }),
})
