// SPDX-License-Identifier: BSD-2-Clause
import { keptMapping } from '../../cli/argument-types'
import { instanceChange } from '../../cli/ec2/instance-change'
import { append, exclusive, option, positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'

export default ec2.command({
  summary: 'Modify an attribute of an instance',
  description: 'Type, kernel, ramdisk and user data can only be changed while the instance is stopped.',
  options: {
    instance: positional('INSTANCE', { help: 'ID of the instance to modify (required)' }),
    attribute: exclusive(
      { required: true },
      {
        blockDeviceMapping: append('-b --block-device-mapping', {
          metavar: 'DEVICE=::(true|false)',
          type: keptMapping,
          help: 'whether the volume attached as DEVICE is deleted when the instance terminates',
        }),
        disableApiTermination: option('--disable-api-termination', {
          choices: ['true', 'false'],
          help: 'whether to prevent API users from terminating the instance',
        }),
        ebsOptimized: option('--ebs-optimized', {
          choices: ['true', 'false'],
          help: 'whether to optimize the instance for EBS I/O',
        }),
        group: append('-g --group-id', {
          metavar: 'GROUP',
          help: '[VPC only] ID of a security group that the instance is to be in; replaces all others',
        }),
        instanceInitiatedShutdownBehavior: option('--instance-initiated-shutdown-behavior', {
          choices: ['stop', 'terminate'],
          help: 'whether the instance stops or terminates when it shuts down',
        }),
        instanceType: option('-t --instance-type', { metavar: 'INSTANCETYPE', help: 'type of instance' }),
        kernel: option('--kernel', { metavar: 'IMAGE', help: 'ID of the kernel' }),
        ramdisk: option('--ramdisk', { metavar: 'IMAGE', help: 'ID of the ramdisk' }),
        sourceDestCheck: option('--source-dest-check', {
          choices: ['true', 'false'],
          help: '[VPC only] whether to check source and destination of traffic',
        }),
        sriov: option('--sriov', {
          metavar: 'simple',
          choices: ['simple'],
          help: 'type of enhanced networking to use',
        }),
        userData: option('--user-data', {
          metavar: 'DATA',
          help: 'user data in base64; an empty value removes it',
        }),
        userDataFile: option('--user-data-file', {
          metavar: 'FILE',
          help: 'file with user data, which is sent in base64; "-" is standard input',
        }),
      },
    ),
  },
  call: async (ec2, args, context) =>
    ec2.modifyInstanceAttribute({ InstanceId: args.instance, ...(await instanceChange(args, context)) }),
})
