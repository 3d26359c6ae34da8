// SPDX-License-Identifier: BSD-2-Clause
import type { RegisterImageRequest } from '@aws-sdk/client-ec2'
import { blockDeviceMapping } from '../../cli/argument-types'
import { someOf } from '../../cli/ec2/given'
import { checkRegistration, registrationDisks } from '../../cli/ec2/registration'
import { append, option, positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { imageAvailable } from '../../install/goals'

export default ec2.command({
  summary: 'Register a new image',
  description:
    'An instance-store image is registered from the manifest of its bundle, another one from a snapshot.',
  options: {
    manifest: positional('MANIFEST', {
      nargs: '?',
      help: 'location of the image manifest in S3: BUCKET/KEY (required for instance-store images)',
    }),
    name: option('-n --name', { required: true, help: 'name of the new image (required)' }),
    description: option('-d --description', { help: 'description of the new image' }),
    architecture: option('-a --architecture', {
      choices: ['i386', 'x86_64', 'armhf'],
      help: 'CPU architecture of the new image',
    }),
    kernel: option('--kernel', {
      metavar: 'KERNEL',
      help: 'ID of the kernel to associate with the new image',
    }),
    ramdisk: option('--ramdisk', {
      metavar: 'RAMDISK',
      help: 'ID of the ramdisk to associate with the new image',
    }),
    rootDeviceName: option('--root-device-name', {
      metavar: 'DEVICE',
      help: 'root device name (default: /dev/sda1); only for images made from snapshots',
    }),
    snapshot: option('-s --snapshot', { help: 'ID of the snapshot to use for the root device' }),
    blockDeviceMapping: append('-b --block-device-mapping', {
      metavar: 'DEVICE=MAPPED',
      type: blockDeviceMapping,
      help: 'a block device of instances of the image: "DEVICE=none", "DEVICE=ephemeralN", or "DEVICE=[SNAP-ID]:[GiB]:[true|false]:[TYPE]:[IOPS]"',
    }),
    virtualizationType: option('--virtualization-type', {
      choices: ['paravirtual', 'hvm'],
      help: 'virtualization type of the new image',
    }),
    platform: option('--platform', {
      metavar: 'windows',
      choices: ['windows'],
      help: "the new image's platform; only windows is special",
    }),
  },
  rules: checkRegistration,
  call: (ec2, args) => {
    const { root, mappings } = registrationDisks(args)
    return ec2.registerImage({
      Name: args.name,
      ImageLocation: args.manifest,
      Description: args.description,
      Architecture: args.architecture as RegisterImageRequest['Architecture'], // armhf is not in the SDK's list.
      KernelId: args.kernel,
      RamdiskId: args.ramdisk,
      RootDeviceName: root,
      BlockDeviceMappings: someOf(mappings),
      VirtualizationType: args.virtualizationType,
      ...(args.platform && { Platform: args.platform }),
    })
  },
  rows: ({ ImageId }) => [['IMAGE', ImageId]],
  wait: { until: imageAvailable, of: ({ ImageId }) => [ImageId] },
})
