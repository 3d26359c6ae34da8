// SPDX-License-Identifier: BSD-2-Clause
import { UsageError } from '../../cli/errors'
import { option, positional } from '../../cli/options'
import { local } from '../../cli/suites'

export default local.command({
  summary: 'Install an image pack into the cloud',
  common: ['tabify', 'progress', 'region', 'service-url', 'credentials'],
  urlService: 's3',
  options: {
    pack: positional('FILE', { help: 'the pack to install (required)' }),
    profile: option('--profile', { help: 'which of the profiles of the image to use (default: default)' }),
    bucket: option('-b --bucket', {
      metavar: 'BUCKET[/PREFIX]',
      help: 'bucket to upload the image to (required)',
    }),
    location: option('--location', { help: 'location constraint of the bucket, if it has to be made' }),
    privatekey: option('--privatekey', {
      metavar: 'FILE',
      help: 'file with your private key to sign the manifest with',
    }),
    cert: option('--cert', { metavar: 'FILE', help: 'file with your X.509 certificate' }),
    ec2cert: option('--ec2cert', { metavar: 'FILE', help: "file with the cloud's X.509 certificate" }),
    user: option('--user', { metavar: 'ACCOUNT', help: 'your account ID' }),
    kernel: option('--kernel', { metavar: 'IMAGE', help: 'ID of the kernel to associate with the image' }),
    ramdisk: option('--ramdisk', { metavar: 'IMAGE', help: 'ID of the ramdisk to associate with the image' }),
    ec2Url: option('--ec2-url', { help: 'endpoint of the compute service' }),
    ec2Auth: option('--ec2-auth', { hidden: true }),
    ec2Service: option('--ec2-service', { hidden: true }),
  },
  rules: ({ bucket }) => {
    if (bucket === undefined) throw new UsageError('argument -b/--bucket is required')
  },
  call: async (context, args) => {
    const { installPack } = await import('../../install/pack')
    return installPack(context, { ...args, bucket: args.bucket ?? '' })
  },
  rows: ({ imageId }) => [['IMAGE', imageId]],
})
