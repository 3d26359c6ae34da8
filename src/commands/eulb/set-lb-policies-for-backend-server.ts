// SPDX-License-Identifier: BSD-2-Clause
import { changed, sentEvenEmpty, setPolicies } from '../../cli/eulb/options'
import { option } from '../../cli/options'
import { balancing } from '../../cli/suites'

export default balancing.command({
  summary: 'Set the policies for a port of the instances of a load balancer',
  options: {
    ...changed,
    port: option('-i --instance-port', {
      metavar: 'PORT',
      type: 'int',
      required: true,
      help: 'port of the instances (required)',
    }),
    ...setPolicies,
  },
  call: (elb, { balancer, port, policies }) =>
    elb.setLoadBalancerPoliciesForBackendServer(
      { LoadBalancerName: balancer, InstancePort: port, PolicyNames: policies },
      sentEvenEmpty('PolicyNames', policies),
    ),
})
