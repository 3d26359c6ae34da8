// SPDX-License-Identifier: BSD-2-Clause
import { changed, theInstances } from '../../cli/eulb/options'
import { balancingLists } from '../../cli/suites'
import { registeredRows } from '../../rows/load-balancers'

export default balancingLists.command({
  summary: 'Take instances from a load balancer',
  description: 'Prints the instances that it still has.',
  options: { ...changed, ...theInstances('take away') },
  call: (elb, { balancer, instances }) =>
    elb.deregisterInstancesFromLoadBalancer({ LoadBalancerName: balancer, Instances: instances }),
  rows: ({ Instances }) => registeredRows(Instances),
})
