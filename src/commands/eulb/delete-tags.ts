// SPDX-License-Identifier: BSD-2-Clause
import { tagKey } from '../../cli/eulb/argument-types'
import { changed } from '../../cli/eulb/options'
import { append } from '../../cli/options'
import { balancing } from '../../cli/suites'

export default balancing.command({
  summary: 'Take tags from a load balancer',
  options: {
    ...changed,
    tag: append('-t --tag', {
      metavar: 'KEY',
      type: tagKey,
      required: true,
      help: 'key of a tag. May be used more than once (required)',
    }),
  },
  call: (elb, { balancer, tag }) => elb.removeTags({ LoadBalancerNames: [balancer], Tags: [...tag] }),
})
