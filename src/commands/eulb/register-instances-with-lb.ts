// SPDX-License-Identifier: BSD-2-Clause
import { changed, theInstances } from '../../cli/eulb/options'
import { balancingWaits } from '../../cli/suites'
import { serving } from '../../install/instance-health'
import { registeredRows } from '../../rows/load-balancers'

export default balancingWaits.command({
  summary: 'Add instances to a load balancer',
  description:
    'Prints all instances that it has then. With --wait it is over when those that were added are in service.',
  options: { ...changed, ...theInstances('add') },
  call: (elb, { balancer, instances }, context) =>
    serving(context, elb, balancer, instances, async () => {
      const registered = await elb.registerInstancesWithLoadBalancer({
        LoadBalancerName: balancer,
        Instances: instances,
      })
      // At once: they are registered, even if what is waited for does not come about.
      await context.print(...registeredRows(registered.Instances))
      return registered
    }),
})
