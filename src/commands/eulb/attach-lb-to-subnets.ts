// SPDX-License-Identifier: BSD-2-Clause
import { changed, subnets } from '../../cli/eulb/options'
import { balancingLists } from '../../cli/suites'
import { attachedSubnetsRow } from '../../rows/load-balancers'

export default balancingLists.command({
  summary: '[VPC only] Add subnets to a load balancer',
  options: { ...changed, ...subnets('add') },
  call: (elb, { balancer, subnets }) =>
    elb.attachLoadBalancerToSubnets({ LoadBalancerName: balancer, Subnets: subnets }),
  rows: ({ Subnets }) => [attachedSubnetsRow(Subnets)],
})
