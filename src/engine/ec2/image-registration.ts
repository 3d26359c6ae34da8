// SPDX-License-Identifier: BSD-2-Clause
// RegisterImage, from a manifest; from a snapshot in image-from-snapshot.ts. The order of the checks is Eucalyptus' (engine-images §3, whose numbers are in the
// comments), as it decides what a request with two faults is told.
import type { RegisterImageRequest, RegisterImageResult } from '@aws-sdk/client-ec2'
import { ManifestError } from '../../format/bundle/errors'
import type { BundleManifest } from '../../format/bundle/manifest'
import { parseManifest } from '../../format/bundle/manifest-reader'
import { refuse } from '../errors'
import type { Operation, Tx } from '../operation'
import { putTags, specifiedTags } from '../tags'
import { completeMapping, mappingRules, readMappings } from './block-device-mappings'
import { readManifest } from './bundle-source'
import { requestCaching } from './image-cache'
import {
  architectures,
  checkArchitecture,
  checkDescription,
  checkDuplicate,
  checkName,
  kernelAsked,
  networkDrivers,
  ramdiskAsked,
} from './image-checks'
import { registerFromSnapshot, rootOfRequest } from './image-from-snapshot'
import { freshImageId } from './image-ids'
import { formatOf, kernelOf, kindByName, kindOf, platformOf, ramdiskOf } from './manifest-kind'
import { imageProperties } from './properties'
import { checkImageQuota, madeBy } from './quotas'
import type { Image, ImageKind } from './schema/images'

type Request = RegisterImageRequest & { readonly Platform?: string }

const idPrefix = { machine: 'emi', kernel: 'eki', ramdisk: 'eri' } as const satisfies Record<
  ImageKind,
  string
>

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
const withoutManifest = (tx: Tx, input: Request): RegisterImageResult => {
  const root = rootOfRequest(input)
  if (root !== undefined) return registerFromSnapshot(tx, input, root)
  return refuse(
    'MissingParameter',
    'Invalid request:  the request must specify either ImageLocation for an instance-store image or a snapshot for the root device for an EBS image.',
  )
}

const architectureOf = (input: Request, manifest: BundleManifest): string => {
  if (input.Architecture === undefined) {
    return architectures.find(known => known === manifest.architecture) ?? 'other'
  }
  return checkArchitecture(input.Architecture)
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
  if (!input.ImageLocation) return withoutManifest(tx, input)
  // 6
  const mappings = readMappings(
    tx,
    input.BlockDeviceMappings,
    mappingRules.registerInstanceStore,
    (message, code = 'InvalidBlockDeviceMapping') => refuse(code, message),
  ).map(mapping => completeMapping(mapping, 0))
  const { location, bucket, key } = checkLocation(input.ImageLocation)
  checkAdministrator(tx, kindByName(location))
  const manifest = manifestAt(tx, bucket, key)
  const kind = kindOf(location, manifest)
  checkAdministrator(tx, kind)
  // 10
  if (manifest.user !== tx.caller.account) refuse('AuthFailure', 'Manifest is not accessible')
  const machine =
    kind === 'machine'
      ? { ...machineParts(input, location, manifest, virtualization), ...networkDrivers(input) }
      : { platform: 'linux' as const }
  checkSize(manifest.size)
  const tags = specifiedTags(input.TagSpecifications, 'image')
  checkImageQuota(tx)
  const image: Image = {
    id: freshImageId(tx, idPrefix[kind]),
    ...madeBy(tx),
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
