// SPDX-License-Identifier: BSD-2-Clause
import { blockDeviceMapping } from '../../cli/argument-types'
import { someOf } from '../../cli/ec2/given'
import { append, constant, option, positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { imageAvailable } from '../../install/goals'

export default ec2.command({
  summary: 'Create an image from an instance that boots from a volume',
  options: {
    instance: positional('INSTANCE', { help: 'ID of the instance to create an image of (required)' }),
    name: option('-n --name', { required: true, help: 'name of the new image (required)' }),
    description: option('-d --description', { metavar: 'DESC', help: 'description of the new image' }),
    noReboot: constant('--no-reboot', 'true', {
      help: 'do not shut the instance down while its volumes are captured. What it has not written yet is not in the image',
    }),
    blockDeviceMapping: append('-b --block-device-mapping', {
      metavar: 'DEVICE=MAPPED',
      type: blockDeviceMapping,
      help: 'a block device of instances of the image: "DEVICE=none", "DEVICE=ephemeralN", or "DEVICE=[SNAP-ID]:[GiB]:[true|false]:[TYPE]:[IOPS]"',
    }),
  },
  call: (ec2, { instance, name, description, noReboot, blockDeviceMapping }) =>
    ec2.createImage({
      InstanceId: instance,
      Name: name,
      Description: description,
      ...(noReboot && { NoReboot: true }),
      BlockDeviceMappings: someOf(blockDeviceMapping),
    }),
  rows: ({ ImageId }) => [['IMAGE', ImageId]],
  wait: { until: imageAvailable, of: ({ ImageId }) => [ImageId] },
})
