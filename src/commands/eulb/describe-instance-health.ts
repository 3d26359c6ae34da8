// SPDX-License-Identifier: BSD-2-Clause
import { instances } from '../../cli/eulb/argument-types'
import { described, showLong } from '../../cli/eulb/options'
import { option } from '../../cli/options'
import { balancingLists } from '../../cli/suites'
import { instanceHealthRows } from '../../rows/load-balancers'

export default balancingLists.command({
  summary: 'Describe the state of the instances of a load balancer',
  options: {
    ...described,
    instances: option('--instances', {
      metavar: 'INSTANCE1,INSTANCE2,...',
      type: instances,
      help: 'limit results to these instances',
    }),
    ...showLong,
  },
  call: (elb, { balancer, instances }) =>
    elb.describeInstanceHealth({ LoadBalancerName: balancer, Instances: instances }),
  rows: ({ InstanceStates }, { showLong }) => instanceHealthRows(InstanceStates, showLong),
})
