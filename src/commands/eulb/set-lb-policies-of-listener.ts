// SPDX-License-Identifier: BSD-2-Clause
import { changed, listenerPort, sentEvenEmpty, setPolicies } from '../../cli/eulb/options'
import { balancing } from '../../cli/suites'

export default balancing.command({
  summary: 'Set the policies of a listener of a load balancer',
  options: { ...changed, ...listenerPort('to change'), ...setPolicies },
  call: (elb, { balancer, lbPort, policies }) =>
    elb.setLoadBalancerPoliciesOfListener(
      { LoadBalancerName: balancer, LoadBalancerPort: lbPort, PolicyNames: policies },
      sentEvenEmpty('PolicyNames', policies),
    ),
})
