// SPDX-License-Identifier: BSD-2-Clause
import { changed, subnets } from '../../cli/eulb/options'
import { balancingLists } from '../../cli/suites'
import { remainingSubnetsRow } from '../../rows/load-balancers'

export default balancingLists.command({
  summary: '[VPC only] Take subnets from a load balancer',
  options: { ...changed, ...subnets('take away') },
  call: (elb, { balancer, subnets }) =>
    elb.detachLoadBalancerFromSubnets({ LoadBalancerName: balancer, Subnets: subnets }),
  rows: ({ Subnets }) => [remainingSubnetsRow(Subnets)],
})
