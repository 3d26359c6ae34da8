// SPDX-License-Identifier: BSD-2-Clause
import { oneOf, positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'

export default ec2.command({
  summary: 'Reset an attribute of an instance to its default value',
  options: {
    instance: positional('INSTANCE', {
      help: 'ID of the instance whose attribute should be reset (required)',
    }),
    attribute: oneOf(
      { required: true },
      {
        kernel: { flags: '--kernel', help: "reset the kernel to the image's" },
        ramdisk: { flags: '--ramdisk', help: "reset the ramdisk to the image's" },
        sourceDestCheck: {
          flags: '--source-dest-check',
          help: '[VPC only] check source and destination of traffic again',
        },
      },
    ),
  },
  call: (ec2, { instance, attribute }) =>
    ec2.resetInstanceAttribute({ InstanceId: instance, Attribute: attribute }),
})
