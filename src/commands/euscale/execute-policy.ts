// SPDX-License-Identifier: BSD-2-Clause
import { cooldown, perhapsOfGroup, truth } from '../../cli/euscale/options'
import { positional } from '../../cli/options'
import { scalingWaits } from '../../cli/suites'
import { groupOfPolicy, settling } from '../../install/group-settling'

export default scalingWaits.command({
  summary: 'Do what a scaling policy says',
  dashH: false,
  options: {
    policy: positional('POLICY', { help: 'name or ARN of the policy to execute (required)' }),
    ...perhapsOfGroup,
    ...cooldown,
  },
  call: async (scaling, { policy, group, honorCooldown }, context) =>
    settling(context, scaling, group ?? groupOfPolicy(policy), () =>
      scaling.executePolicy({
        PolicyName: policy,
        AutoScalingGroupName: group,
        HonorCooldown: truth(honorCooldown),
      }),
    ),
})
