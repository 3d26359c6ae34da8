// SPDX-License-Identifier: BSD-2-Clause
import { changed, zones } from '../../cli/eulb/options'
import { balancingLists } from '../../cli/suites'
import { zonesRow } from '../../rows/load-balancers'

export default balancingLists.command({
  summary: 'Add availability zones to a load balancer',
  options: { ...changed, ...zones('add') },
  call: (elb, { balancer, zones }) =>
    elb.enableAvailabilityZonesForLoadBalancer({ LoadBalancerName: balancer, AvailabilityZones: zones }),
  rows: ({ AvailabilityZones }) => [zonesRow(AvailabilityZones)],
})
