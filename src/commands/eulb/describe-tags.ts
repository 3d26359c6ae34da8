// SPDX-License-Identifier: BSD-2-Clause
import { positional } from '../../cli/options'
import { balancingLists } from '../../cli/suites'
import { balancerTagRows } from '../../rows/load-balancer-attributes'

/** It is an option of the shared group `table`, and not among the declaration's own. */
const hasHeaders = (args: object): boolean => 'showHeaders' in args && args.showHeaders === true

export default balancingLists.command({
  summary: 'Show the tags of load balancers',
  common: ['table', 'region', 'service-url', 'credentials'],
  options: {
    balancers: positional('ELB', { nargs: '+', help: 'load balancers whose tags to show (required)' }),
  },
  call: (elb, { balancers }) => elb.describeTags({ LoadBalancerNames: [...balancers] }),
  rows: ({ TagDescriptions }, args) => balancerTagRows(TagDescriptions, hasHeaders(args)),
})
