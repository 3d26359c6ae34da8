// SPDX-License-Identifier: BSD-2-Clause
import { groupOptions, theGroup } from '../../cli/euscale/options'
import { option } from '../../cli/options'
import { scalingWaits } from '../../cli/suites'
import { settling } from '../../install/group-settling'

const { placementGroup, terminationPolicies, vpcZoneIdentifier, availabilityZones, ...others } = groupOptions

export default scalingWaits.command({
  summary: "Change an auto-scaling group's parameters",
  options: {
    ...theGroup('to change'),
    ...others,
    launchConfiguration: option('-l --launch-configuration', {
      metavar: 'LAUNCHCONFIG',
      help: 'launch configuration that new instances are made from',
    }),
    maxSize: option('-M --max-size', {
      metavar: 'COUNT',
      type: 'int',
      help: 'most instances that it may have',
    }),
    minSize: option('-m --min-size', {
      metavar: 'COUNT',
      type: 'int',
      help: 'fewest instances that it may have',
    }),
    placementGroup,
    terminationPolicies,
    vpcZoneIdentifier,
    availabilityZones,
  },
  call: (scaling, args, context) =>
    settling(context, scaling, args.group, () =>
      scaling.updateAutoScalingGroup({
        AutoScalingGroupName: args.group,
        DefaultCooldown: args.defaultCooldown,
        DesiredCapacity: args.desiredCapacity,
        HealthCheckGracePeriod: args.gracePeriod,
        HealthCheckType: args.healthCheckType,
        LaunchConfigurationName: args.launchConfiguration,
        MaxSize: args.maxSize,
        MinSize: args.minSize,
        PlacementGroup: args.placementGroup,
        TerminationPolicies: args.terminationPolicies,
        VPCZoneIdentifier: args.vpcZoneIdentifier,
        AvailabilityZones: args.availabilityZones,
      }),
    ),
})
