// SPDX-License-Identifier: BSD-2-Clause
import { changed, zones } from '../../cli/eulb/options'
import { balancingLists } from '../../cli/suites'
import { zonesRow } from '../../rows/load-balancers'

export default balancingLists.command({
  summary: 'Take availability zones from a load balancer',
  options: { ...changed, ...zones('take away') },
  call: (elb, { balancer, zones }) =>
    elb.disableAvailabilityZonesForLoadBalancer({ LoadBalancerName: balancer, AvailabilityZones: zones }),
  rows: ({ AvailabilityZones }) => [zonesRow(AvailabilityZones)],
})
