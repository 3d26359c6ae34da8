// SPDX-License-Identifier: BSD-2-Clause
import { tag } from '../../cli/argument-types'
import { theBalancer } from '../../cli/eulb/options'
import { append } from '../../cli/options'
import { balancing } from '../../cli/suites'

export default balancing.command({
  summary: 'Add tags to a load balancer, or change them',
  options: {
    ...theBalancer('to tag'),
    tag: append('-t --tag', {
      metavar: 'KEY=VALUE',
      type: tag,
      required: true,
      help: 'key and value of a tag. May be used more than once (required)',
    }),
  },
  call: (elb, { balancer, tag }) => elb.addTags({ LoadBalancerNames: [balancer], Tags: [...tag] }),
})
