// SPDX-License-Identifier: BSD-2-Clause
import { Leave, UsageError } from '../../cli/errors'
import { catalogAddress } from '../../cli/eustore-options'
import { exclusive, flag, option } from '../../cli/options'
import { eustore } from '../../cli/suites'

const hypervisors = ['xen', 'kvm', 'universal'] as const

export default eustore.command({
  summary: 'Install an image from the image store, or from a tarball, into the cloud',
  description:
    'Kernel and ramdisk are installed with it, which only the cloud administrator may do; others name existing ones.',
  common: ['progress'],
  // Of 2.x.
  olderSpellings: { '--image_name': '--image-name', '--kernel_type': '--kernel-type' },
  options: {
    source: exclusive(
      { required: true, asked: true },
      {
        imageName: option('-i --image-name', {
          metavar: 'EUIMAGE',
          help: 'name of the image in the image store; on a terminal, left out, the images are offered to choose from',
        }),
        tarball: option('-t --tarball', {
          metavar: 'FILE',
          help: 'tarball to install from; needs -a and --hypervisor',
        }),
      },
    ),
    bucket: option('-b --bucket', { required: true, help: 'bucket to upload the images to (required)' }),
    description: option('-s --description', { metavar: 'DESC', help: 'description of the new image' }),
    architecture: option('-a --architecture', {
      choices: ['i386', 'x86_64', 'armhf'],
      help: 'CPU architecture of the image',
    }),
    prefix: option('-p --prefix', { help: 'accepted for old scripts, without effect' }),
    hypervisor: option('--hypervisor', {
      choices: hypervisors,
      help: 'hypervisor that the kernel is for, unless the image has one kernel for all',
    }),
    kernelType: option('-k --kernel-type', { choices: hypervisors, hidden: true }),
    directory: option('-d --directory', {
      metavar: 'DIR',
      help: 'where to place the files, which stay there (default: a temporary directory)',
    }),
    padName: flag('--pad-name', { help: 'add eight random digits to the name of the image' }),
    kernel: option('--kernel', { help: 'ID of an existing kernel to use' }),
    ramdisk: option('--ramdisk', { help: 'ID of an existing ramdisk to use' }),
    accessKeyId: option('-I --access-key-id', { metavar: 'KEY_ID', help: 'access key ID' }),
    secretKey: option('-S --secret-key', { metavar: 'KEY', help: 'secret key' }),
    cert: option('-c --cert', { metavar: 'FILE', help: 'file with your X.509 certificate' }),
    privatekey: option('--privatekey', { metavar: 'FILE', help: 'file with your private key' }),
    ec2cert: option('--ec2cert', { metavar: 'FILE', help: "file with the cloud's X.509 certificate" }),
    user: option('-u --user', { metavar: 'ACCOUNT', help: 'your account ID' }),
    ec2Url: option('--ec2-url', { metavar: 'URL', help: 'endpoint of the compute service' }),
    iamUrl: option('--iam-url', { metavar: 'URL', help: 'endpoint of the identity service' }),
    s3Url: option('--s3-url', { metavar: 'URL', help: 'endpoint of the object store' }),
    yes: flag('-y --yes', { hidden: true }),
    ...catalogAddress,
  },
  rules: (args, context) => {
    const { imageName, tarball, hypervisor, kernelType, architecture, kernel, ramdisk } = args
    if ((kernel === undefined) !== (ramdisk === undefined)) {
      throw new UsageError('arguments --kernel and --ramdisk must be given together')
    }
    if (tarball !== undefined && (architecture === undefined || (hypervisor ?? kernelType) === undefined)) {
      throw new UsageError('argument -t/--tarball needs -a/--architecture and --hypervisor')
    }
    const { stdin, stdout } = context.io
    if (imageName === undefined && tarball === undefined && !(stdin.isTTY && stdout.isTTY)) {
      throw new UsageError('one of the arguments -i/--image-name -t/--tarball is required')
    }
  },
  call: async (context, args) => {
    const { install } = await import('../../install/eustore')
    const installed = await install(context, args)
    if (installed !== undefined) return installed
    const { leftStatus } = await import('../../install/prompt')
    throw new Leave('', '', leftStatus)
  },
  rows: ({ imageId }) => [`Installed new image ${imageId}`],
})
