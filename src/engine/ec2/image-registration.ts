// SPDX-License-Identifier: BSD-2-Clause
// RegisterImage from a manifest. The order of the checks is Eucalyptus' (engine-images §3, whose numbers are in the
// comments), as it decides what a request with two faults is told.
import type { RegisterImageRequest, RegisterImageResult } from '@aws-sdk/client-ec2'
import { ManifestError } from '../../format/bundle/errors'
import type { BundleManifest } from '../../format/bundle/manifest'
import { parseManifest } from '../../format/bundle/manifest-reader'
import { refuse } from '../errors'
import type { Operation, Tx } from '../operation'
import { putTags, specifiedTags } from '../tags'
import { readManifest } from './bundle-source'
import { ephemeralMappings } from './ephemeral-mappings'
import { isStandard } from './image-access'
import { requestCaching } from './image-cache'
import { checkImageId, freshImageId } from './image-ids'
import { formatOf, kernelOf, kindByName, kindOf, platformOf, ramdiskOf } from './manifest-kind'
import { imageProperties } from './properties'
import type { Image, ImageKind } from './schema/images'

type Request = RegisterImageRequest & { readonly Platform?: string }

const idPrefix = { machine: 'emi', kernel: 'eki', ramdisk: 'eri' } as const satisfies Record<
  ImageKind,
  string
>

// Those that bundle tools write, and `other` of EC2's first API.
const architectures = ['i386', 'x86_64', 'arm64', 'armhf', 'ppc', 'ppc64', 'ppc64le', 'other']

// 1
const kernelAsked = (id: string | undefined): string | undefined =>
  id === undefined || id === 'windows' ? id : checkImageId(id, 'image')

const ramdiskAsked = (id: string | undefined): string | undefined =>
  id === undefined ? undefined : checkImageId(id, 'image')

// 2
const checkName = (name: string): void => {
  if (!/^[A-Za-z0-9()./_-]{3,128}$/.test(name)) {
    refuse(
      'InvalidAMIName.Malformed',
      "AMI names must be between 3 and 128 characters long, and may contain letters, numbers, '(', ')', '.', '-', '/' and '_'",
    )
  }
}

// 3
const checkDuplicate = (tx: Tx, name: string): void => {
  const holder = tx.images
    .list()
    .find(image => image.account === tx.caller.account && image.name === name && isStandard(image))
  if (holder) refuse('InvalidAMIName.Duplicate', `AMI name ${name} is already in use by EMI ${holder.id}`)
}

// 4
const checkDescription = (description: string | undefined): void => {
  if ((description ?? '').length > 255) {
    refuse('InvalidParameter', 'AMI descriptions must be less than 256 characters long')
  }
}

// 5
const virtualizationAsked = (type: string | undefined): 'paravirtual' | 'hvm' => {
  const known = (['paravirtual', 'hvm'] as const).find(
    known => known === (type ?? 'paravirtual').toLowerCase(),
  )
  return known ?? refuse('InvalidParameterValue', `Unknown virtualization-type: ${type}`)
}

// 7
const checkLocation = (text: string): { location: string; bucket: string; key: string } => {
  const location = text.replace(/^\/+/, '')
  const slash = location.indexOf('/')
  if (slash < 2 || slash === location.length - 1) {
    refuse('InvalidManifest', `Invalid image location: ${text}`)
  }
  return { location, bucket: location.slice(0, slash), key: location.slice(slash + 1) }
}

// 8
const checkAdministrator = (tx: Tx, kind: ImageKind): void => {
  if (kind !== 'machine' && !tx.caller.isCloudAdmin) {
    refuse('OperationNotPermitted', `Only administrators can register ${kind} images.`)
  }
}

// 9
const manifestAt = (tx: Tx, bucket: string, key: string): BundleManifest => {
  const unreadable = () => refuse('InvalidManifest', `Failed to read manifest file: ${bucket}/${key}`)
  const text = readManifest(tx, bucket, key, imageProperties.maxManifestBytes) ?? unreadable()
  try {
    return parseManifest(text)
  } catch (error) {
    if (error instanceof ManifestError) return unreadable()
    throw error
  }
}

// 13
const checkSize = (bytes: number): void => {
  const limit = imageProperties.maxImageSizeGib
  if (limit > 0 && bytes > limit * 2 ** 30) {
    refuse(
      'InvalidManifest',
      `Cannot register image of size: ${bytes} bytes because it exceeds the configured maximum instance-store image size of ${limit} GB. Please contact your administrator`,
    )
  }
}

// 14
const refuseWithoutLocation = (input: Request): never => {
  if (input.BlockDeviceMappings?.some(mapping => mapping.Ebs?.SnapshotId)) {
    refuse('UnsupportedOperation', 'Registering an image from a snapshot is not supported by this cloud yet')
  }
  return refuse(
    'MissingParameter',
    'Invalid request:  the request must specify either ImageLocation for an instance-store image or a snapshot for the root device for an EBS image.',
  )
}

const architectureOf = (input: Request, manifest: BundleManifest): string => {
  if (input.Architecture === undefined) {
    return architectures.find(known => known === manifest.architecture) ?? 'other'
  }
  if (!architectures.includes(input.Architecture)) {
    refuse('InvalidParameterValue', `Value (${input.Architecture}) for parameter architecture is invalid.`)
  }
  return input.Architecture
}

/** What only machine images have: checks 11 and 12. */
const machineParts = (
  input: Request,
  location: string,
  manifest: BundleManifest,
  virtualization: 'paravirtual' | 'hvm',
) => {
  const isWindows =
    (input.Platform ?? '').toLowerCase() === 'windows' ||
    input.KernelId === 'windows' ||
    platformOf(location, manifest) === 'windows'
  const virtualizationType = isWindows ? ('hvm' as const) : virtualization
  const platform = isWindows ? ('windows' as const) : ('linux' as const)
  const format = formatOf(manifest, virtualizationType)
  const base = { platform, virtualizationType, format, rootDeviceName: rootDevice(input, format) }
  if (virtualizationType === 'hvm') return base
  const kernelId =
    kernelAsked(input.KernelId) ??
    kernelOf(manifest) ??
    refuse('MissingParameter', 'Kernel ID must be specified')
  const ramdiskId =
    ramdiskAsked(input.RamdiskId) ??
    ramdiskOf(manifest) ??
    refuse('MissingParameter', 'Ramdisk ID must be specified')
  return { ...base, kernelId, ramdiskId }
}

// DescribeImageAttribute's fixed answer has the root of a partition image there.
const rootDevice = (input: Request, format: 'partitioned' | 'fulldisk'): string =>
  input.RootDeviceName ?? (format === 'partitioned' ? '/dev/sda1' : '/dev/sda')

export const registerImage: Operation<Request, RegisterImageResult> = (tx, input) => {
  const name = input.Name ?? ''
  kernelAsked(input.KernelId)
  ramdiskAsked(input.RamdiskId)
  checkName(name)
  checkDuplicate(tx, name)
  checkDescription(input.Description)
  const virtualization = virtualizationAsked(input.VirtualizationType)
  if (!input.ImageLocation) return refuseWithoutLocation(input)
  // 6
  const mappings = ephemeralMappings(input.BlockDeviceMappings, {
    refuse: message => refuse('InvalidBlockDeviceMapping', message),
    extra: 'refuse',
  })
  const { location, bucket, key } = checkLocation(input.ImageLocation)
  checkAdministrator(tx, kindByName(location))
  const manifest = manifestAt(tx, bucket, key)
  const kind = kindOf(location, manifest)
  checkAdministrator(tx, kind)
  // 10
  if (manifest.user !== tx.caller.account) refuse('AuthFailure', 'Manifest is not accessible')
  const machine =
    kind === 'machine'
      ? machineParts(input, location, manifest, virtualization)
      : { platform: 'linux' as const }
  checkSize(manifest.size)
  const tags = specifiedTags(input.TagSpecifications, 'image')
  const image: Image = {
    id: freshImageId(tx, idPrefix[kind]),
    account: tx.caller.account,
    name,
    ...(input.Description && { description: input.Description }),
    location,
    kind,
    architecture: architectureOf(input, manifest),
    ...machine,
    mappings: kind === 'machine' ? mappings : [],
    state: 'available',
    isPublic: imageProperties.defaultVisibility,
    launchAccounts: [],
    productCodes: kind === 'machine' ? manifest.productCodes : [],
    bytes: manifest.size,
    bundledBytes: manifest.bundledSize,
    createdAt: tx.now,
  }
  tx.images.put(image)
  putTags(tx, image.id, tags)
  tx.event('Images', 'INFO', `Triggering cache population in Walrus for: ${image.id}`)
  requestCaching(tx, image)
  return { ImageId: image.id }
}
