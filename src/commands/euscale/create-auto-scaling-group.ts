// SPDX-License-Identifier: BSD-2-Clause

import { list } from '../../cli/argument-types'
import { someOf } from '../../cli/ec2/given'
import { groupOptions, launchTags, theGroup } from '../../cli/euscale/options'
import { option } from '../../cli/options'
import { scalingWaits } from '../../cli/suites'
import { settling } from '../../install/group-settling'

const { placementGroup, terminationPolicies, vpcZoneIdentifier, availabilityZones, ...others } = groupOptions

export default scalingWaits.command({
  summary: 'Create an auto-scaling group',
  options: {
    ...theGroup('to create'),
    launchConfiguration: option('-l --launch-configuration', {
      metavar: 'LAUNCHCONFIG',
      required: true,
      help: 'launch configuration that instances are made from (required)',
    }),
    maxSize: option('-M --max-size', {
      metavar: 'COUNT',
      type: 'int',
      required: true,
      help: 'most instances that it may have (required)',
    }),
    minSize: option('-m --min-size', {
      metavar: 'COUNT',
      type: 'int',
      required: true,
      help: 'fewest instances that it may have (required)',
    }),
    ...others,
    loadBalancers: option('--load-balancers', {
      metavar: 'ELB1,ELB2,...',
      type: list,
      help: 'load balancers to use with the group',
    }),
    placementGroup,
    ...launchTags,
    terminationPolicies,
    vpcZoneIdentifier,
    availabilityZones,
  },
  call: (scaling, args, context) =>
    settling(context, scaling, args.group, () =>
      scaling.createAutoScalingGroup({
        AutoScalingGroupName: args.group,
        LaunchConfigurationName: args.launchConfiguration,
        MaxSize: args.maxSize,
        MinSize: args.minSize,
        DefaultCooldown: args.defaultCooldown,
        DesiredCapacity: args.desiredCapacity,
        HealthCheckGracePeriod: args.gracePeriod,
        HealthCheckType: args.healthCheckType,
        LoadBalancerNames: args.loadBalancers,
        PlacementGroup: args.placementGroup,
        Tags: someOf(args.tag),
        TerminationPolicies: args.terminationPolicies,
        VPCZoneIdentifier: args.vpcZoneIdentifier,
        AvailabilityZones: args.availabilityZones,
      }),
    ),
})
