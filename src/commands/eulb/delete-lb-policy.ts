// SPDX-License-Identifier: BSD-2-Clause
import { changed, thePolicy } from '../../cli/eulb/options'
import { balancing } from '../../cli/suites'

export default balancing.command({
  summary: 'Take a policy from a load balancer',
  options: { ...changed, ...thePolicy('to delete') },
  call: (elb, { balancer, policy }) =>
    elb.deleteLoadBalancerPolicy({ LoadBalancerName: balancer, PolicyName: policy }),
})
