// SPDX-License-Identifier: BSD-2-Clause
import { list } from '../../cli/argument-types'
import { showLong } from '../../cli/eulb/options'
import { option, positional } from '../../cli/options'
import { balancingLists } from '../../cli/suites'
import { policyRows } from '../../rows/load-balancer-policies'

export default balancingLists.command({
  summary: 'Describe the policies of a load balancer, or those that are there for all',
  options: {
    balancer: positional('ELB', {
      nargs: '?',
      help: 'name of the load balancer to describe (default: describe the policies that are there for all)',
    }),
    policies: option('-p --policy-names', {
      metavar: 'POLICY1,POLICY2,...',
      type: list,
      help: 'limit results to these policies',
    }),
    ...showLong,
  },
  call: (elb, { balancer, policies }) =>
    elb.describeLoadBalancerPolicies({ LoadBalancerName: balancer, PolicyNames: policies }),
  rows: ({ PolicyDescriptions }, { showLong }) => policyRows(PolicyDescriptions, showLong),
})
