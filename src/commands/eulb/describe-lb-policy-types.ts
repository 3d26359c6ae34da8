// SPDX-License-Identifier: BSD-2-Clause
import { someOf } from '../../cli/ec2/given'
import { showLong } from '../../cli/eulb/options'
import { positional } from '../../cli/options'
import { balancingLists } from '../../cli/suites'
import { policyTypeRows } from '../../rows/load-balancer-policies'

export default balancingLists.command({
  summary: 'Describe types of policies of load balancers',
  options: {
    types: positional('POLTYPE', { nargs: '*', help: 'limit results to these types' }),
    ...showLong,
  },
  call: (elb, { types }) => elb.describeLoadBalancerPolicyTypes({ PolicyTypeNames: someOf(types) }),
  rows: ({ PolicyTypeDescriptions }, { showLong }) => policyTypeRows(PolicyTypeDescriptions, showLong),
})
