// SPDX-License-Identifier: BSD-2-Clause
import { oneOf, positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { instanceAttributeRows } from '../../rows/instance-attributes'

export default ec2.command({
  summary: 'Show information about an attribute of an instance',
  options: {
    instance: positional('INSTANCE', { help: 'ID of the instance to describe (required)' }),
    attribute: oneOf(
      { required: true },
      {
        blockDeviceMapping: {
          flags: '-b --block-device-mapping',
          help: 'list the volumes that are attached',
        },
        disableApiTermination: {
          flags: '--disable-api-termination',
          help: 'show whether API users are prevented from terminating the instance',
        },
        ebsOptimized: {
          flags: '--ebs-optimized',
          help: 'show whether the instance is optimized for EBS I/O',
        },
        groupSet: { flags: '-g --group-id', help: 'list the security groups that the instance is in' },
        productCodes: { flags: '-p --product-code', help: 'list associated product codes' },
        instanceInitiatedShutdownBehavior: {
          flags: '--instance-initiated-shutdown-behavior',
          help: 'show whether the instance stops or terminates when it shuts down',
        },
        instanceType: { flags: '-t --instance-type', help: "show the instance's type" },
        kernel: { flags: '--kernel', help: 'show the ID of the kernel' },
        ramdisk: { flags: '--ramdisk', help: 'show the ID of the ramdisk' },
        rootDeviceName: { flags: '--root-device-name', help: 'show the name of the root device' },
        sourceDestCheck: {
          flags: '--source-dest-check',
          help: '[VPC only] show whether source and destination of traffic are checked',
        },
        userData: { flags: '--user-data', help: "show the instance's user data" },
      },
    ),
  },
  call: (ec2, { instance, attribute }) =>
    ec2.describeInstanceAttribute({ InstanceId: instance, Attribute: attribute }),
  rows: (result, { attribute }) => instanceAttributeRows(result, attribute),
})
