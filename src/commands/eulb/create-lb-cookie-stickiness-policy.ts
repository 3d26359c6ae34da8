// SPDX-License-Identifier: BSD-2-Clause
import { changed, thePolicy } from '../../cli/eulb/options'
import { option } from '../../cli/options'
import { balancing } from '../../cli/suites'

export default balancing.command({
  summary: 'Create a policy by which requests stay with an instance as long as a cookie lives',
  options: {
    ...changed,
    expiration: option('-e --expiration-period', {
      metavar: 'SECONDS',
      type: 'int',
      required: true,
      help: 'how long the cookie lives (required)',
    }),
    ...thePolicy('to create'),
  },
  call: (elb, { balancer, expiration, policy }) =>
    elb.createLBCookieStickinessPolicy({
      LoadBalancerName: balancer,
      CookieExpirationPeriod: expiration,
      PolicyName: policy,
    }),
})
