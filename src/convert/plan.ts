// SPDX-License-Identifier: BSD-2-Clause
// What a conversion will do, found out before it does anything: the image and its bundle, and the image to be.
import type { BlockDeviceMapping, Image, Tag } from '@aws-sdk/client-ec2'
import { fetchManifest, type ObjectStore, parsePlace } from '../bundle/transfer'
import type { BundleManifest } from '../format/bundle/manifest'
import { ConversionError } from './errors'
import { ephemeralMappings } from './mappings'
import type { ConversionRequest } from './record'
import type { ConversionServices, ImageDirectory } from './services'

const gib = 2 ** 30

/** Plain data: it is kept in the conversion's record. */
export interface Plan {
  readonly imageId: string
  /** `BUCKET/KEY` of the manifest. */
  readonly location: string
  /** Of the manifest, hex: what the image will be checked against. */
  readonly digest: string
  /** Bytes of the image, and of its bundle. */
  readonly bytes: number
  readonly bundledBytes: number
  readonly partCount: number
  /** Whether /etc/fstab is looked at. */
  readonly editsFstab: boolean
  readonly sizeGib: number
  readonly name: string
  readonly description?: string | undefined
  readonly architecture: string
  readonly kernelId?: string | undefined
  readonly ramdiskId?: string | undefined
  readonly virtualizationType?: string | undefined
  readonly platform?: string | undefined
  readonly rootDeviceName: string
  /** Beside the root. */
  readonly mappings: readonly BlockDeviceMapping[]
  readonly tags: readonly Tag[]
}

/** Where the manifest of an image is. */
const manifestPlace = (location: string) => {
  const at = location.lastIndexOf('/')
  if (at <= 0) throw new ConversionError(`the image's location is not that of a manifest: ${location}`)
  return { place: parsePlace(location.slice(0, at)), object: location.slice(at + 1) }
}

/** Read a bundle's manifest from where its image says. */
export const manifestOf = async (
  store: ObjectStore,
  location: string,
  signal: AbortSignal,
): Promise<BundleManifest> => {
  const { place, object } = manifestPlace(location)
  return (await fetchManifest(store, place, { object }, signal)).manifest
}

export const bundlePlace = manifestPlace

const imageNamed = async (directory: ImageDirectory, id: string): Promise<Image> => {
  const { Images: images = [] } = await directory.describeImages({ ImageIds: [id] })
  const image = images.find(({ ImageId }) => ImageId?.toLowerCase() === id.toLowerCase())
  if (!image) throw new ConversionError(`there is no image ${id}`)
  if (image.RootDeviceType === 'ebs') throw new ConversionError(`image ${id} is backed by EBS already`)
  if (image.ImageType !== undefined && image.ImageType !== 'machine')
    throw new ConversionError(`image ${id} is a ${image.ImageType}, not a machine`)
  if (!image.ImageLocation) throw new ConversionError(`image ${id} has no location`)
  return image
}

const sizeOf = ({ sizeGib }: ConversionRequest, bytes: number): number => {
  const least = Math.max(1, Math.ceil(bytes / gib))
  if (sizeGib !== undefined && sizeGib < least)
    throw new ConversionError(
      `the image has ${bytes} bytes, which do not fit into ${sizeGib} GiB: ${least} would do`,
    )
  return sizeGib ?? least
}

const isTaken = async (directory: ImageDirectory, name: string): Promise<boolean> => {
  const { Images: images = [] } = await directory.describeImages({
    Owners: ['self'],
    Filters: [{ Name: 'name', Values: [name] }],
  })
  return images.some(({ Name }) => Name === name)
}

// EC2's limits on names of images. Not every service takes all that AWS does, so less is used without being asked for.
const longestName = 128
const named = /^[A-Za-z0-9()[\] ./'@_-]{3,128}$/
const strange = /[^A-Za-z0-9()./_-]/g

/** The image's own name; with `-ebs` where that is taken, as it is when both images are in one account. */
const nameOf = async (
  target: ImageDirectory,
  { name }: ConversionRequest,
  image: Image,
  manifest: BundleManifest,
): Promise<string> => {
  if (name !== undefined) {
    if (!named.test(name)) throw new ConversionError(`'${name}' cannot be the name of an image`)
    if (await isTaken(target, name)) throw new ConversionError(`there is an image named '${name}' already`)
    return name
  }
  const own = (image.Name || manifest.name).replace(strange, '-').padEnd(3, '-')
  const names = [own.slice(0, longestName), `${own.slice(0, longestName - 4)}-ebs`]
  for (const candidate of names) if (!(await isTaken(target, candidate))) return candidate
  throw new ConversionError(
    `there are images named ${names.map(each => `'${each}'`).join(' and ')} already; choose another name`,
  )
}

/** A kernel or ramdisk to carry over, which must be in the cloud where the new image is to be. */
const companion = async (
  target: ImageDirectory,
  what: 'kernel' | 'ramdisk',
  given: string | undefined,
  own: string | undefined,
): Promise<string | undefined> => {
  const id = given ?? own
  if (!id || id === 'none') return undefined
  const isThere = await target.describeImages({ ImageIds: [id] }).then(
    ({ Images }) => (Images ?? []).length > 0,
    (error: unknown) => {
      if ((error as { code?: unknown }).code === 'InvalidAMIID.NotFound') return false
      throw error
    },
  )
  if (isThere) return id
  throw new ConversionError(
    `the ${what} ${id} is not in the cloud where the new image is to be; name one that is, or none, with --${what}`,
  )
}

/** What boots the image; one that is paravirtual cannot boot by itself. */
const bootOf = async (
  target: ImageDirectory,
  { kernelId: kernel, ramdiskId: ramdisk }: ConversionRequest,
  image: Image,
  manifest: BundleManifest,
) => {
  const kernelId = await companion(target, 'kernel', kernel, image.KernelId ?? manifest.kernelId)
  const ramdiskId = await companion(target, 'ramdisk', ramdisk, image.RamdiskId ?? manifest.ramdiskId)
  if (image.VirtualizationType === 'paravirtual' && kernelId === undefined)
    throw new ConversionError(`image ${image.ImageId} is paravirtual, which takes a kernel`)
  return { kernelId, ramdiskId, virtualizationType: image.VirtualizationType }
}

/** Tags of the cloud's own cannot be given by anybody else. */
const isOwnTag = ({ Key }: Tag): boolean => Key !== undefined && !/^(aws|euca):/i.test(Key)

/**
 * Plan a conversion. Nothing is changed anywhere. Throws ConversionError for what cannot be done, and whatever the
 * services say.
 */
export const planConversion = async (
  { source, target, signal }: Pick<ConversionServices, 'source' | 'target' | 'signal'>,
  request: ConversionRequest,
): Promise<Plan> => {
  const { compute } = target
  const image = await imageNamed(source.directory, request.imageId)
  const location = image.ImageLocation ?? ''
  const manifest = await manifestOf(source.store, location, signal)
  if (manifest.type !== 'machine')
    throw new ConversionError(`the bundle ${location} is of a ${manifest.type}, not of a machine`)
  const isWindows = image.Platform?.toLowerCase() === 'windows'
  const rootDeviceName = image.RootDeviceName || '/dev/sda1'
  return {
    imageId: image.ImageId ?? request.imageId,
    location,
    digest: manifest.digest,
    bytes: manifest.size,
    bundledBytes: manifest.bundledSize,
    partCount: manifest.parts.length,
    editsFstab: !request.keepFstab && !isWindows,
    sizeGib: sizeOf(request, manifest.size),
    name: await nameOf(compute, request, image, manifest),
    description: request.description ?? (image.Description || undefined),
    architecture: image.Architecture ?? manifest.architecture,
    ...(await bootOf(compute, request, image, manifest)),
    ...(isWindows && { platform: 'windows' }),
    rootDeviceName,
    mappings: ephemeralMappings(image.BlockDeviceMappings, manifest.blockDeviceMappings, rootDeviceName),
    tags: (image.Tags ?? []).filter(isOwnTag).map(({ Key, Value = '' }) => ({ Key, Value })),
  }
}
