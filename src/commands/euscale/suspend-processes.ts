// SPDX-License-Identifier: BSD-2-Clause
import { processes, theGroup } from '../../cli/euscale/options'
import { scaling } from '../../cli/suites'

export default scaling.command({
  summary: "Suspend an auto-scaling group's processes",
  options: { ...theGroup('to change'), ...processes('suspend') },
  call: (scaling, { group, processes }) =>
    scaling.suspendProcesses({ AutoScalingGroupName: group, ScalingProcesses: processes }),
})
