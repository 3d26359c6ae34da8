// SPDX-License-Identifier: BSD-2-Clause
import { someOf } from '../../cli/ec2/given'
import { showLong } from '../../cli/eulb/options'
import { positional } from '../../cli/options'
import { balancingLists } from '../../cli/suites'
import { everyMarkedPage } from '../../cli/token-pages'
import { balancerRows } from '../../rows/load-balancers'

export default balancingLists.command({
  summary: 'Describe load balancers',
  description: 'The name "verbose" shows those of all accounts to a cloud administrator.',
  options: {
    balancers: positional('ELB', { nargs: '*', help: 'limit results to these load balancers' }),
    ...showLong,
  },
  call: (elb, { balancers, showLong }, context) =>
    everyMarkedPage(
      context,
      page => elb.describeLoadBalancers({ LoadBalancerNames: someOf(balancers), ...page }),
      'LoadBalancerDescriptions',
      ({ LoadBalancerDescriptions }) => balancerRows(LoadBalancerDescriptions, showLong),
    ),
})
