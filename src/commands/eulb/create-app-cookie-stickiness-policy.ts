// SPDX-License-Identifier: BSD-2-Clause
import { changed, thePolicy } from '../../cli/eulb/options'
import { option } from '../../cli/options'
import { balancing } from '../../cli/suites'

export default balancing.command({
  summary: "Create a policy by which requests stay with the instance that set an application's cookie",
  options: {
    ...changed,
    cookie: option('-c --cookie-name', {
      metavar: 'COOKIENAME',
      required: true,
      help: "name of the application's cookie (required)",
    }),
    ...thePolicy('to create'),
  },
  call: (elb, { balancer, cookie, policy }) =>
    elb.createAppCookieStickinessPolicy({
      LoadBalancerName: balancer,
      CookieName: cookie,
      PolicyName: policy,
    }),
})
