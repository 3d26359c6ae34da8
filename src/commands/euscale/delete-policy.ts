// SPDX-License-Identifier: BSD-2-Clause
import { ignoredForce, ofGroup } from '../../cli/euscale/options'
import { positional } from '../../cli/options'
import { scaling } from '../../cli/suites'

export default scaling.command({
  summary: 'Delete a scaling policy',
  options: {
    policy: positional('POLICY', { help: 'name of the policy to delete (required)' }),
    ...ofGroup,
    ...ignoredForce,
  },
  call: (scaling, { policy, group }) =>
    scaling.deletePolicy({ PolicyName: policy, AutoScalingGroupName: group }),
})
