// SPDX-License-Identifier: BSD-2-Clause
import { balancerAttribute } from '../../cli/eulb/argument-types'
import { changed } from '../../cli/eulb/options'
import { positional } from '../../cli/options'
import { balancing } from '../../cli/suites'

export default balancing.command({
  summary: 'Change attributes of a load balancer',
  description:
    'Their names are those that eulb-describe-lb-attributes prints. For access logs, draining and idle time-outs all ' +
    'that belongs together is given together, such as AccessLog.Enabled=true AccessLog.S3BucketName=logs.',
  options: {
    ...changed,
    attributes: positional('ATTR=VALUE', {
      nargs: '+',
      type: balancerAttribute,
      help: 'name and new value of an attribute, such as CrossZoneLoadBalancing.Enabled=true (required)',
    }),
  },
  call: (elb, { balancer, attributes }) =>
    elb.modifyLoadBalancerAttributes(
      { LoadBalancerName: balancer, LoadBalancerAttributes: {} },
      // By name, whatever the name: what this cloud or another does not know is its own to refuse.
      {
        parameters: [...new Map(attributes)].map(([name, value]) => [
          `LoadBalancerAttributes.${name}`,
          value,
        ]),
      },
    ),
})
