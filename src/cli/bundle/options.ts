// SPDX-License-Identifier: BSD-2-Clause
// Options that the tools of bundles share, in help order.
import { filesize, hexInt, int, list, manifestBlockDeviceMappings } from '../argument-types'
import { constant, exclusive, flag, option } from '../options'

const architectures = ['i386', 'x86_64', 'armhf', 'ppc', 'ppc64', 'ppc64le'] as const

/** What is bundled, for whom, and under which keys. */
export const bundleOptions = {
  image: option('-i --image', {
    metavar: 'FILE',
    required: true,
    help: 'image to bundle, or - for standard input (required)',
  }),
  prefix: option('-p --prefix', { help: "prefix of the bundle's files (default: the image's file name)" }),
  destination: option('-d --destination', {
    metavar: 'DIR',
    help: 'where to place the bundle (default: a new directory in a temporary one)',
  }),
  arch: option('-r --arch', {
    choices: architectures,
    required: true,
    help: 'CPU architecture of the image (required)',
  }),
  privatekey: option('-k --privatekey', {
    metavar: 'FILE',
    help: 'file with your private key to sign the manifest with',
  }),
  cert: option('-c --cert', { metavar: 'FILE', help: 'file with your X.509 certificate' }),
  ec2cert: option('--ec2cert', { metavar: 'FILE', help: "file with the cloud's X.509 certificate" }),
  user: option('-u --user', { metavar: 'ACCOUNT', help: 'your account ID' }),
  kernel: option('--kernel', {
    metavar: 'IMAGE',
    help: 'ID of the kernel to associate with the image; "true" makes the bundle a kernel',
  }),
  ramdisk: option('--ramdisk', {
    metavar: 'IMAGE',
    help: 'ID of the ramdisk to associate with the image; "true" makes the bundle a ramdisk',
  }),
  bootstrapUrl: option('--bootstrap-url', {
    help: "endpoint of the bootstrap service, to fetch the cloud's certificate from",
  }),
  bootstrapService: option('--bootstrap-service', { hidden: true }),
  bootstrapAuth: option('--bootstrap-auth', { hidden: true }),
  blockDeviceMappings: option('-B --block-device-mappings', {
    metavar: 'VIRTUAL1=DEVICE1,VIRTUAL2=DEVICE2,...',
    type: manifestBlockDeviceMappings,
    help: 'default block device mappings of the image',
  }),
  productcodes: option('--productcodes', {
    metavar: 'CODE1,CODE2,...',
    type: list,
    default: [],
    help: 'product codes to associate with the image',
  }),
  imageType: option('--image-type', {
    choices: ['machine', 'kernel', 'ramdisk'],
    default: 'machine',
    hidden: true,
  }),
  imageSize: option('--image-size', {
    type: filesize,
    help: 'size of the image in bytes (required when bundling from standard input)',
  }),
  partSize: option('--part-size', { type: filesize, default: 10 * 1024 * 1024, hidden: true }),
  encKey: option('--enc-key', { type: hexInt, hidden: true }),
  encIv: option('--enc-iv', { type: hexInt, hidden: true }),
  batch: flag('--batch', { hidden: true }),
} as const

const text64 = (text: string): string => Buffer.from(text).toString('base64')

const bucket = option('-b --bucket', {
  metavar: 'BUCKET[/PREFIX]',
  required: true,
  help: 'bucket to use, and the folder in it (required)',
})

/** Where a bundle is uploaded to, and how. */
export const uploadOptions = {
  bucket,
  acl: option('--acl', {
    choices: ['public-read', 'aws-exec-read', 'ec2-bundle-read'],
    default: 'aws-exec-read',
    help: 'canned ACL of the uploaded objects (default: %(default)s)',
  }),
  policy: exclusive(
    { required: false },
    {
      uploadPolicy: option('--upload-policy', {
        metavar: 'POLICY',
        type: text64,
        help: 'upload policy to use instead of a signature by your secret key',
      }),
      uploadPolicyFile: option('--upload-policy-file', {
        metavar: 'FILE',
        help: 'file with the upload policy',
      }),
    },
  ),
  uploadPolicySignature: option('--upload-policy-signature', {
    metavar: 'SIGNATURE',
    help: 'signature of the upload policy',
  }),
  location: option('--location', { help: 'location constraint of the bucket, if it has to be made' }),
  retry: constant('--retry', '5', { help: 'try again when an upload times out' }),
} as const

export const maxPendingParts = option('--max-pending-parts', {
  type: int,
  default: 2,
  help: 'how many parts may wait for their upload (default: %(default)s)',
})

/** Which bundle of a bucket: by manifest, by prefix, or by a manifest on this machine. */
export const bundlePlaceOptions = {
  bucket,
  which: exclusive(
    { required: true },
    {
      manifest: option('-m --manifest', { help: "name of the bundle's manifest in the bucket" }),
      prefix: option('-p --prefix', {
        // As the original has it, which tells usage the name of what it makes of the prefix.
        metavar: 'MANIFEST',
        type: (text: string) => `${text}.manifest.xml`,
        help: "prefix of the bundle's files: the manifest's name without .manifest.xml",
      }),
      localManifest: option('--local-manifest', {
        metavar: 'FILE',
        help: 'use a manifest on this machine instead of the one in the bucket',
      }),
    },
  ),
} as const

const unbundlingHelp = 'file with the private key that the bundle was made for'

/** The key to unbundle with; the original's tools call its value differently. */
export const unbundlingKey = {
  privatekey: option('-k --privatekey', { help: unbundlingHelp }),
} as const
export const unbundlingKeyFile = {
  privatekey: option('-k --privatekey', { metavar: 'FILE', help: unbundlingHelp }),
} as const
