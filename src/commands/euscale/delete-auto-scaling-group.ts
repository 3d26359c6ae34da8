// SPDX-License-Identifier: BSD-2-Clause
import { ignoredForce, theGroup } from '../../cli/euscale/options'
import { constant } from '../../cli/options'
import { scalingWaits } from '../../cli/suites'
import { vanishing } from '../../install/group-settling'

export default scalingWaits.command({
  summary: 'Delete an auto-scaling group',
  options: {
    ...theGroup('to delete'),
    forceDelete: constant('-d --force-delete', 'true', {
      help: 'delete the group and terminate all instances in it',
    }),
    ...ignoredForce,
  },
  call: (scaling, { group, forceDelete }, context) =>
    vanishing(context, scaling, group, () =>
      scaling.deleteAutoScalingGroup({
        AutoScalingGroupName: group,
        ...(forceDelete && { ForceDelete: true }),
      }),
    ),
})
