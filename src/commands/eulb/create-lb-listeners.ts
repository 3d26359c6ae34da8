// SPDX-License-Identifier: BSD-2-Clause
import { changed, listeners } from '../../cli/eulb/options'
import { balancing } from '../../cli/suites'

export default balancing.command({
  summary: 'Add listeners to a load balancer',
  options: { ...changed, ...listeners },
  call: (elb, { balancer, listener }) =>
    elb.createLoadBalancerListeners({ LoadBalancerName: balancer, Listeners: [...listener] }),
})
