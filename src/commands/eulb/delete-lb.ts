// SPDX-License-Identifier: BSD-2-Clause
import { ignoredForce, theBalancer } from '../../cli/eulb/options'
import { balancing } from '../../cli/suites'

export default balancing.command({
  summary: 'Delete a load balancer',
  description: 'If there is none of that name, nothing is deleted, and that is no mistake.',
  options: { ...theBalancer('to delete'), ...ignoredForce },
  call: (elb, { balancer }) => elb.deleteLoadBalancer({ LoadBalancerName: balancer }),
})
