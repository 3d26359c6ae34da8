// SPDX-License-Identifier: BSD-2-Clause
import { someOf } from '../../cli/ec2/given'
import { perhapsOfGroup, showLong } from '../../cli/euscale/options'
import { positional } from '../../cli/options'
import { scalingLists } from '../../cli/suites'
import { everyTokenPage } from '../../cli/token-pages'
import { scalingPolicyRows } from '../../rows/scaling-activities'

export default scalingLists.command({
  summary: 'Describe scaling policies',
  description: 'The name "verbose" shows those of all accounts to a cloud administrator.',
  options: {
    policy: positional('POLICY', { nargs: '*', help: 'limit results to these policies' }),
    ...perhapsOfGroup,
    ...showLong,
  },
  call: (scaling, { policy, group, showLong }, context) =>
    everyTokenPage(
      context,
      page => scaling.describePolicies({ PolicyNames: someOf(policy), AutoScalingGroupName: group, ...page }),
      'ScalingPolicies',
      ({ ScalingPolicies }) => scalingPolicyRows(ScalingPolicies, showLong),
    ),
})
