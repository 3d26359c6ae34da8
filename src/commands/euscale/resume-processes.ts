// SPDX-License-Identifier: BSD-2-Clause
import { processes, theGroup } from '../../cli/euscale/options'
import { scaling } from '../../cli/suites'

export default scaling.command({
  summary: "Resume an auto-scaling group's suspended processes",
  options: { ...theGroup('to change'), ...processes('resume') },
  call: (scaling, { group, processes }) =>
    scaling.resumeProcesses({ AutoScalingGroupName: group, ScalingProcesses: processes }),
})
