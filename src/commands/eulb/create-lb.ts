// SPDX-License-Identifier: BSD-2-Clause
import { list, tag } from '../../cli/argument-types'
import { someOf } from '../../cli/ec2/given'
import { listeners, theBalancer } from '../../cli/eulb/options'
import { append, exclusive, option } from '../../cli/options'
import { balancingLists } from '../../cli/suites'
import { dnsNameRow } from '../../rows/load-balancers'

export default balancingLists.command({
  summary: 'Create a load balancer',
  description:
    'It needs at least one listener, and the availability zones or, in a VPC, the subnets to be in.',
  options: {
    ...theBalancer('to create'),
    places: exclusive(
      { required: true },
      {
        subnets: option('-s --subnets', {
          metavar: 'SUBNET1,SUBNET2,...',
          type: list,
          help: '[VPC only] IDs of the subnets that it is to be in',
        }),
        zones: option('-z --availability-zones', {
          metavar: 'ZONE1,ZONE2,...',
          type: list,
          help: 'availability zones that it is to be in',
        }),
      },
    ),
    ...listeners,
    scheme: option('-i --scheme', {
      metavar: 'internal',
      choices: ['internal'],
      help: '[VPC only] "internal" for one that is reached by private addresses only',
    }),
    groups: option('-g --security-groups', {
      metavar: 'GROUP1,GROUP2,...',
      type: list,
      help: '[VPC only] IDs of its security groups',
    }),
    tag: append('-t --tag', {
      metavar: 'KEY=VALUE',
      type: tag,
      help: 'key and value of a tag. May be used more than once',
    }),
  },
  call: (elb, args) =>
    elb.createLoadBalancer({
      LoadBalancerName: args.balancer,
      Subnets: args.subnets,
      AvailabilityZones: args.zones,
      Listeners: [...args.listener],
      Scheme: args.scheme,
      SecurityGroups: args.groups,
      Tags: someOf(args.tag),
    }),
  rows: ({ DNSName }) => [dnsNameRow(DNSName)],
})
