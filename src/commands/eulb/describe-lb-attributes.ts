// SPDX-License-Identifier: BSD-2-Clause
import { described } from '../../cli/eulb/options'
import { balancingLists } from '../../cli/suites'
import { balancerAttributeRows } from '../../rows/load-balancer-attributes'

export default balancingLists.command({
  summary: 'Show the attributes of a load balancer',
  options: { ...described },
  call: (elb, { balancer }) => elb.describeLoadBalancerAttributes({ LoadBalancerName: balancer }),
  rows: ({ LoadBalancerAttributes }) => balancerAttributeRows(LoadBalancerAttributes),
})
