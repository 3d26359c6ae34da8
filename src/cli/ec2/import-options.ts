// SPDX-License-Identifier: BSD-2-Clause
// Options that the tools of imports share, and what they must not say.
import { filesize } from '../argument-types'
import { UsageError } from '../errors'
import { exclusive, flag, option, positional } from '../options'

/** Of which object store the parts are, and whose. */
export const storeOptions = {
  s3Url: option('--s3-url', { metavar: 'URL', help: 'endpoint of the object storage service' }),
  ownerAkid: option('-o --owner-akid', {
    metavar: 'KEY_ID',
    help: 'access key ID for the object storage, if not the same as for the compute service',
  }),
  ownerSak: option('-w --owner-sak', {
    metavar: 'KEY',
    help: 'secret key for the object storage, if not the same as for the compute service',
  }),
  s3Service: option('--s3-service', { hidden: true }),
  s3Auth: option('--s3-auth', { hidden: true }),
} as const

export const source = positional('FILE', { help: 'file with the disk image to import (required)' })

export const format = option('-f --format', {
  metavar: 'FORMAT',
  required: true,
  help: 'format of the image: "raw", "vhd" or "vmdk" (required)',
})

export const sizeOptions = {
  volumeSize: option('-s --volume-size', {
    metavar: 'GiB',
    type: 'int',
    help: "size of the new volume in GiB (default: the image's, rounded up)",
  }),
  imageSize: option('--image-size', {
    metavar: 'BYTES',
    type: filesize,
    help: 'size of the disk in the image (required for formats other than raw and vmdk)',
  }),
} as const

export const bucketOptions = {
  where: exclusive(
    { required: true },
    {
      bucket: option('-b --bucket', { help: 'bucket to upload the image to; it is made if there is none' }),
      manifestUrl: option('--manifest-url', {
        metavar: 'URL',
        help: 'a pre-signed URL of the import manifest, instead of a bucket to put it into',
      }),
    },
  ),
  prefix: option('--prefix', { help: "folder in the bucket for the image's parts (default: none)" }),
} as const

export const expires = option('-x --expires', {
  metavar: 'DAYS',
  type: 'int',
  default: 30,
  help: 'how many days the import manifest remains valid (default: %(default)s)',
})

export const noUpload = flag('--no-upload', {
  help: 'start the task without uploading the image; euca-resume-import uploads it later',
})

/** Accepted for the sake of scripts. `--dry-run` keeps the tool from doing anything. */
export const ignoredOptions = {
  ignoreRegionAffinity: flag('--ignore-region-affinity', { hidden: true }),
  dryRun: flag('--dry-run', { hidden: true }),
  dontVerifyFormat: flag('--dont-verify-format', { hidden: true }),
} as const

interface StoreArgs {
  readonly ownerAkid: string | undefined
  readonly ownerSak: string | undefined
}

/** Half a key pair is refused. */
export const checkOwner = ({ ownerAkid, ownerSak }: StoreArgs): void => {
  if (ownerAkid && !ownerSak)
    throw new UsageError('argument -o/--owner-akid: -w/--owner-sak is required as well')
  if (ownerSak && !ownerAkid)
    throw new UsageError('argument -w/--owner-sak: -o/--owner-akid is required as well')
}

/** A century: signatures count seconds in a number that has an end. */
const longestDays = 36_525

export const checkExpires = (days: number): void => {
  if (days < 0) throw new UsageError('argument -x/--expires: value must be positive')
  if (days > longestDays) throw new UsageError(`argument -x/--expires: value must be at most ${longestDays}`)
}
