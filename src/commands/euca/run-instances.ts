// SPDX-License-Identifier: BSD-2-Clause
import { blockDeviceMapping, flexibleBool, vpcInterface } from '../../cli/argument-types'
import { checkLaunch, launchRequest } from '../../cli/ec2/launch'
import { userDataOptions } from '../../cli/ec2/user-data'
import { append, constant, exclusive, option, positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { running } from '../../install/goals'
import { reservationRows } from '../../rows/instances'

export default ec2.command({
  summary: 'Launch instances of a machine image',
  options: {
    image: positional('IMAGE', { help: 'ID of the image to instantiate (required)' }),
    count: option('-n --instance-count', {
      metavar: 'MIN[-MAX]',
      default: '1',
      help: 'number of instances to launch. If this number of instances cannot be launched, none will. With a range, as many as possible will be launched (default: 1)',
    }),
    group: append('-g --group', { help: 'security groups to start the instances in' }),
    key: option('-k --key', { metavar: 'KEYPAIR', help: 'name of the key pair to use' }),
    ...userDataOptions,
    addressing: option('--addressing', {
      choices: ['public', 'private'],
      help: '"private" launches without public addresses, "public" with them',
    }),
    instanceType: option('-t --instance-type', {
      metavar: 'INSTANCETYPE',
      help: 'type of instance to launch',
    }),
    availabilityZone: option('-z --availability-zone', {
      metavar: 'ZONE',
      help: 'availability zone to launch the instances in',
    }),
    kernel: option('--kernel', { metavar: 'KERNEL', help: 'ID of the kernel to launch the instances with' }),
    ramdisk: option('--ramdisk', {
      metavar: 'RAMDISK',
      help: 'ID of the ramdisk to launch the instances with',
    }),
    blockDeviceMapping: append('-b --block-device-mapping', {
      metavar: 'DEVICE=MAPPED',
      type: blockDeviceMapping,
      help: 'a block device of the instances: "DEVICE=none", "DEVICE=ephemeralN", or "DEVICE=[SNAP-ID]:[GiB]:[true|false]:[TYPE]:[IOPS]"',
    }),
    monitor: constant('-m --monitor', 'true', { help: 'enable detailed monitoring for the instances' }),
    disableApiTermination: constant('--disable-api-termination', 'true', {
      help: 'prevent API users from terminating the instances',
    }),
    instanceInitiatedShutdownBehavior: option('--instance-initiated-shutdown-behavior', {
      choices: ['stop', 'terminate'],
      help: 'whether the instances stop (if EBS) or terminate when they shut down',
    }),
    placementGroup: option('--placement-group', {
      metavar: 'PLGROUP',
      help: 'name of a placement group to launch into',
    }),
    tenancy: option('--tenancy', {
      choices: ['default', 'dedicated'],
      help: '"dedicated" runs the instances on hardware of their own',
    }),
    clientToken: option('--client-token', {
      metavar: 'TOKEN',
      help: 'unique identifier to ensure that a repeated request launches nothing more',
    }),
    subnet: option('-s --subnet', {
      metavar: 'SUBNET',
      help: "[VPC only] subnet to create the instances' network interface in",
    }),
    associatePublicIpAddress: option('--associate-public-ip-address', {
      type: flexibleBool,
      help: '[VPC only] whether to give the instances a public address',
    }),
    privateIpAddress: option('--private-ip-address', {
      metavar: 'ADDRESS',
      help: '[VPC only] specific primary private IP address',
    }),
    secondary: exclusive(
      { required: false },
      {
        secondaryAddress: append('--secondary-address --secondary-private-ip-address', {
          metavar: 'ADDRESS',
          help: '[VPC only] a specific secondary private IP address',
        }),
        secondaryCount: option('--secondary-count --secondary-private-ip-address-count', {
          metavar: 'COUNT',
          type: 'int',
          help: '[VPC only] number of secondary private IP addresses to assign',
        }),
      },
    ),
    networkInterface: append('-a --network-interface', {
      metavar: 'INTERFACE',
      type: vpcInterface,
      help: '[VPC only] a network interface: "[ENI]:INDEX:[SUBNET]:[DESCRIPTION]:[PRIV-IP]:[SG1,SG2,...]:[true|false]:[SEC-IP-COUNT]:[SEC-IP1,SEC-IP2,...]"',
    }),
    iamProfile: option('-p --iam-profile', {
      metavar: 'IPROFILE',
      help: 'name or ARN of the IAM instance profile to associate with the instances',
    }),
    ebsOptimized: constant('--ebs-optimized', 'true', { help: 'optimize the instances for EBS I/O' }),
  },
  rules: checkLaunch,
  call: async (ec2, args, context) => ec2.runInstances(await launchRequest(args, context)),
  rows: reservationRows,
  wait: { until: running, of: ({ Instances = [] }) => Instances.map(({ InstanceId }) => InstanceId) },
})
