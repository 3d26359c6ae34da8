// SPDX-License-Identifier: BSD-2-Clause
import { cooldown, theGroup, truth } from '../../cli/euscale/options'
import { option } from '../../cli/options'
import { scalingWaits } from '../../cli/suites'
import { settling } from '../../install/group-settling'

export default scalingWaits.command({
  summary: 'Set how many running instances an auto-scaling group should have',
  dashH: false,
  options: {
    ...theGroup('to change'),
    desiredCapacity: option('-c --desired-capacity', {
      metavar: 'DESIREDCAPACITY',
      type: 'int',
      required: true,
      help: 'number of running instances that the group should have (required)',
    }),
    ...cooldown,
  },
  call: (scaling, { group, desiredCapacity, honorCooldown }, context) =>
    settling(context, scaling, group, () =>
      scaling.setDesiredCapacity({
        AutoScalingGroupName: group,
        DesiredCapacity: desiredCapacity,
        HonorCooldown: truth(honorCooldown),
      }),
    ),
})
