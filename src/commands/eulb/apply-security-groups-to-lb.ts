// SPDX-License-Identifier: BSD-2-Clause
import { list } from '../../cli/argument-types'
import { changed } from '../../cli/eulb/options'
import { option } from '../../cli/options'
import { balancingLists } from '../../cli/suites'
import { securityGroupsRow } from '../../rows/load-balancers'

export default balancingLists.command({
  summary: '[VPC only] Set the security groups of a load balancer',
  options: {
    ...changed,
    groups: option('-g --security-groups', {
      metavar: 'GROUP1,GROUP2,...',
      type: list,
      required: true,
      help: 'IDs of the security groups that it has from now on (required)',
    }),
  },
  call: (elb, { balancer, groups }) =>
    elb.applySecurityGroupsToLoadBalancer({ LoadBalancerName: balancer, SecurityGroups: groups }),
  rows: ({ SecurityGroups }) => [securityGroupsRow(SecurityGroups)],
})
