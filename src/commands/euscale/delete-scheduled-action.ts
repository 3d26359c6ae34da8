// SPDX-License-Identifier: BSD-2-Clause
import { ignoredForce, ofGroup } from '../../cli/euscale/options'
import { positional } from '../../cli/options'
import { scaling } from '../../cli/suites'

export default scaling.command({
  summary: 'Delete a scheduled action',
  options: {
    action: positional('ACTION', { help: 'name of the action to delete (required)' }),
    ...ofGroup,
    ...ignoredForce,
  },
  call: (scaling, { action, group }) =>
    scaling.deleteScheduledAction({ ScheduledActionName: action, AutoScalingGroupName: group }),
})
