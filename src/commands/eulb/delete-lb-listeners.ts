// SPDX-License-Identifier: BSD-2-Clause
import { ports } from '../../cli/eulb/argument-types'
import { changed, ignoredForce } from '../../cli/eulb/options'
import { option } from '../../cli/options'
import { balancing } from '../../cli/suites'

export default balancing.command({
  summary: 'Take listeners from a load balancer',
  options: {
    ...changed,
    ports: option('-l --lb-ports', {
      metavar: 'PORT1,PORT2,...',
      type: ports,
      required: true,
      help: 'ports of the listeners to take away (required)',
    }),
    ...ignoredForce,
  },
  call: (elb, { balancer, ports }) =>
    elb.deleteLoadBalancerListeners({ LoadBalancerName: balancer, LoadBalancerPorts: ports }),
})
