// SPDX-License-Identifier: BSD-2-Clause
import { someOf } from '../../cli/ec2/given'
import { changed, thePolicy } from '../../cli/eulb/options'
import { policyAttributeOptions, policyAttributesOf } from '../../cli/eulb/policy-attributes'
import { option } from '../../cli/options'
import { balancing } from '../../cli/suites'

export default balancing.command({
  summary: 'Add a policy to a load balancer',
  options: {
    ...changed,
    ...thePolicy('to create', '-n --policy-name'),
    type: option('-t --policy-type', {
      metavar: 'POLTYPE',
      required: true,
      help: 'type of the policy: see eulb-describe-lb-policy-types (required)',
    }),
    ...policyAttributeOptions,
  },
  call: async (elb, args, context) =>
    elb.createLoadBalancerPolicy({
      LoadBalancerName: args.balancer,
      PolicyName: args.policy,
      PolicyTypeName: args.type,
      PolicyAttributes: someOf(await policyAttributesOf(args, context)),
    }),
})
