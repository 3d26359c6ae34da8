// SPDX-License-Identifier: BSD-2-Clause
import { bundleOptions, uploadOptions } from '../../cli/bundle/options'
import { option } from '../../cli/options'
import { local } from '../../cli/suites'

const { image, prefix, user, kernel, ramdisk, blockDeviceMappings, productcodes } = bundleOptions

/** What it had no options for. */
const byDefault = {
  privatekey: undefined,
  cert: undefined,
  ec2cert: undefined,
  bootstrapUrl: undefined,
  encKey: undefined,
  encIv: undefined,
  imageType: 'machine',
  imageSize: undefined,
  partSize: 10 * 1024 * 1024,
  uploadPolicyFile: undefined,
  location: undefined,
  retry: undefined,
  maxPendingParts: 2,
} as const

export default local.command({
  summary: 'Bundle an image and upload it, with the options and the output of older releases',
  description:
    'Today it is euca-bundle-and-upload-image. Keys and certificates are those of the environment.',
  common: ['region', 'service-url', 'credentials'],
  urlService: 's3',
  olderSpellings: {
    '--product-codes': '--productcodes',
    '--block-device-mapping': '--block-device-mappings',
  },
  options: {
    bucket: uploadOptions.bucket,
    image,
    user,
    destination: option('-d --directory', {
      metavar: 'DIR',
      help: 'where to make the bundle, which stays there',
    }),
    uploadPolicy: option('-c --policy', { help: 'upload policy, in Base64' }),
    uploadPolicySignature: option('--policysignature', {
      metavar: 'SIGNATURE',
      help: 'signature of the upload policy',
    }),
    prefix,
    kernel,
    ramdisk,
    productcodes,
    blockDeviceMappings,
    arch: option('-r --arch', {
      choices: ['i386', 'x86_64'],
      default: 'x86_64',
      help: 'CPU architecture of the image (default: %(default)s)',
    }),
    acl: option('--acl', {
      default: 'ec2-bundle-read',
      help: 'canned ACL of the objects (default: %(default)s)',
    }),
  },
  call: async (context, args) => {
    const { bundleToStore } = await import('../../install/upload')
    const given = { ...byDefault, ...args, preserveBundle: args.destination !== undefined }
    return { uploaded: await bundleToStore(context, await context.settings(), given) }
  },
  rows: ({ uploaded }) => [`Uploaded image as ${uploaded}`],
})
