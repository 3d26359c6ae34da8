// SPDX-License-Identifier: BSD-2-Clause
import { flexibleBool, list } from '../../cli/argument-types'
import { checkUserData, userDataOf, userDataOptions } from '../../cli/ec2/user-data'
import { launchMappings } from '../../cli/euscale/argument-types'
import { truth } from '../../cli/euscale/options'
import { constant, lastOf, option, positional } from '../../cli/options'
import { scaling } from '../../cli/suites'

export default scaling.command({
  summary: 'Create a launch configuration for auto-scaling groups',
  options: {
    launchConfiguration: positional('LAUNCHCONFIG', {
      help: 'name of the launch configuration to create (required)',
    }),
    image: option('-i --image-id', {
      metavar: 'IMAGE',
      required: true,
      help: 'machine image to launch instances of (required)',
    }),
    instanceType: option('-t --instance-type', {
      metavar: 'TYPE',
      required: true,
      help: 'type of the instances (required)',
    }),
    associatePublicIpAddress: option('--associate-public-ip-address', {
      metavar: '{true,false}',
      type: flexibleBool,
      help: '[VPC only] whether to give instances a public address',
    }),
    blockDeviceMapping: option('--block-device-mapping', {
      metavar: 'DEVICE1=MAPPED1,DEVICE2=MAPPED2,...',
      type: launchMappings,
      help: 'block devices of the instances: "DEVICE=none", "DEVICE=ephemeralN", or "DEVICE=[SNAP-ID]:[GiB]:[true|false]:[TYPE]:[IOPS]"',
    }),
    ebsOptimized: constant('--ebs-optimized', 'true', { help: 'optimize the instances for EBS I/O' }),
    group: option('--group', {
      metavar: 'GROUP1,GROUP2,...',
      type: list,
      help: 'security groups of the instances, by name or ID',
    }),
    iamInstanceProfile: option('--iam-instance-profile', {
      metavar: 'PROFILE',
      help: 'name or ARN of the instance profile of the instances',
    }),
    kernel: option('--kernel', { metavar: 'KERNEL', help: 'kernel to launch the instances with' }),
    key: option('--key', { metavar: 'KEYPAIR', help: 'key pair to launch the instances with' }),
    monitoring: lastOf({
      true: { flags: '--monitoring-enabled', help: 'monitor the instances in detail (default)' },
      false: { flags: '--monitoring-disabled', help: 'monitor the instances as usual' },
    }),
    ramdisk: option('--ramdisk', { metavar: 'RAMDISK', help: 'ramdisk to launch the instances with' }),
    spotPrice: option('--spot-price', { metavar: 'PRICE', help: 'highest hourly price for spot instances' }),
    ...userDataOptions,
  },
  rules: checkUserData,
  call: async (scaling, args, context) =>
    scaling.createLaunchConfiguration({
      LaunchConfigurationName: args.launchConfiguration,
      ImageId: args.image,
      InstanceType: args.instanceType,
      AssociatePublicIpAddress: args.associatePublicIpAddress,
      BlockDeviceMappings: args.blockDeviceMapping,
      ...(args.ebsOptimized && { EbsOptimized: true }),
      SecurityGroups: args.group,
      IamInstanceProfile: args.iamInstanceProfile,
      KernelId: args.kernel,
      KeyName: args.key,
      ...(args.monitoring && { InstanceMonitoring: { Enabled: truth(args.monitoring) } }),
      RamdiskId: args.ramdisk,
      SpotPrice: args.spotPrice,
      UserData: await userDataOf(args, context),
    }),
})
