// SPDX-License-Identifier: BSD-2-Clause
import type {
  BlockDeviceMapping,
  DeregisterImageRequest,
  DeregisterImageResult,
  DescribeImagesRequest,
  DescribeImagesResult,
  EbsBlockDevice,
  Image as ImageView,
  Tag,
} from '@aws-sdk/client-ec2'
import { refuse } from '../errors'
import { type FilterTable, matchFilters, withoutMatch } from '../filters'
import type { Operation, Tx } from '../operation'
import { page } from '../pages'
import { forgetTags, tagFilters, tagIndex } from '../tags'
import { askedFor } from '../verbose'
import { seenBy } from './access/lists'
import { imageDemand } from './access/resources'
import { isStandard, mayManage, mayRun } from './image-access'
import { flushCached, isAwaited, isNeeded } from './image-cache'
import { leaveCreation } from './image-creation'
import { checkImageId, imageByTypedId } from './image-ids'
import { imageProperties } from './properties'
import type { DeviceMapping, EbsMapping, Image } from './schema/images'

// ---- DescribeImages ----------------------------------------------------------------------------------------------

const isOwnedBy = (tx: Tx, image: Image, owners: readonly string[]): boolean =>
  owners.some(owner =>
    // An account may call itself so, and is not the caller's for that.
    owner === 'self'
      ? image.account === tx.caller.account
      : owner === image.account || owner === tx.accounts.get(image.account)?.alias,
  )

/** `self` wants an explicit permission, `all` means public. */
const isExecutableBy = (tx: Tx, image: Image, users: readonly string[]): boolean =>
  users.some(user =>
    user === 'all'
      ? image.isPublic
      : image.launchAccounts.includes(user === 'self' ? tx.caller.account : user),
  )

/** The asked-for ids without `verbose`, which is a cloud administrator's word for "whatever state they are in". */
const readIds = (tx: Tx, asked: readonly string[] | undefined) => {
  const { isVerbose, named } = askedFor(tx.caller, asked)
  return { isVerbose, ids: [...new Set(named.map(id => checkImageId(id, 'images')))] }
}

const refuseUnknown = (ids: readonly string[]): never =>
  refuse(
    'InvalidAMIID.NotFound',
    ids.length === 1
      ? `The image id '[${ids[0]}]' does not exist`
      : `The image ids '[${ids.join(', ')}]' do not exist`,
  )

/** A failed image is shown to those who wait for it, until it is deregistered. */
const isListed = (image: Image): boolean => isStandard(image) || image.state === 'failed'

const visibleImages = (tx: Tx, { ImageIds, Owners }: DescribeImagesRequest): readonly Image[] => {
  const { isVerbose, ids } = readIds(tx, ImageIds)
  const showsAll = isVerbose || (tx.caller.isCloudAdmin && (Owners?.length ?? 0) > 0)
  const isSeen = seenBy(tx, imageDemand)
  const isVisible = (image: Image): boolean =>
    mayRun(tx.caller, image) && (showsAll || isListed(image)) && isSeen(image)
  if (ids.length === 0) return tx.images.list().filter(isVisible)
  const found = ids.map(id => tx.images.get(id)).filter(image => image !== undefined)
  const visible = found.filter(isVisible)
  const unknown = ids.filter(id => !visible.some(image => image.id === id))
  return unknown.length > 0 ? refuseUnknown(unknown) : visible
}

export const describeImages: Operation<DescribeImagesRequest, DescribeImagesResult> = (tx, input) => {
  // Most requests have no filters; their table is not worth making then.
  const matches = input.Filters?.length ? matchFilters(input.Filters, imageFilters(tx)) : () => true
  const images = visibleImages(tx, input).filter(
    image =>
      (!input.Owners?.length || isOwnedBy(tx, image, input.Owners)) &&
      (!input.ExecutableUsers?.length || isExecutableBy(tx, image, input.ExecutableUsers)) &&
      matches(image),
  )
  const { items, nextToken } = page(images, input, {
    key: image => image.id,
    minimum: 1,
    ids: input.ImageIds?.length ? 'imagesSet' : undefined,
  })
  const tags = tagIndex(tx)
  return { Images: items.map(image => imageView(image, tags(image.id))), NextToken: nextToken }
}

// ---- DeregisterImage ---------------------------------------------------------------------------------------------

/** Whether an instance that may still need the image's record names it. */
const isReferenced = (tx: Tx, id: string): boolean =>
  tx.instances
    .list()
    .some(
      instance =>
        instance.state !== 'terminated' &&
        (instance.imageId === id || instance.kernelId === id || instance.ramdiskId === id),
    )

const removeImage = (tx: Tx, image: Image): void => {
  tx.images.delete(image.id)
  forgetTags(tx, image.id)
}

const purgeFromNodes = (tx: Tx, image: Image): void => {
  for (const entry of tx.nodeCache.list()) {
    if (entry.imageId === image.id) tx.nodeCache.put({ ...entry, purge: true })
  }
}

/** The first call takes an image out of the lists, the second its record away (engine-images §5). */
export const deregisterImage: Operation<DeregisterImageRequest, DeregisterImageResult> = (
  tx,
  { ImageId },
) => {
  const image = imageByTypedId(tx, ImageId)
  if (!mayManage(tx.caller, image)) refuse('AuthFailure', 'Not authorized to deregister image')
  const isCached = image.rootDeviceType !== 'ebs'
  if (isCached && !isAwaited(tx, image.location)) flushCached(tx, image.location)
  if (isStandard(image)) {
    tx.images.put({ ...leaveCreation(tx, image), state: 'deregistered' })
    purgeFromNodes(tx, image)
    tx.after(imageProperties.cleanupSeconds, 'image.deregistered', image.id)
    return { Return: true }
  }
  if (isReferenced(tx, image.id)) {
    refuse('InvalidAMIID.Unavailable', `The image id '[${image.id}]' is in use and cannot be removed`)
  }
  removeImage(tx, image)
  return { Return: true }
}

/** Task: the sweeper, `cleanup_period` after the first deregistration and from then on until nothing uses the image. */
export const sweepImage = (tx: Tx, id: string): void => {
  const image = tx.images.get(id)
  if (image?.state !== 'deregistered') return
  if (isReferenced(tx, id)) {
    tx.after(imageProperties.cleanupSeconds, 'image.deregistered', id)
    return
  }
  if (image.rootDeviceType !== 'ebs' && !isNeeded(tx, image.location)) flushCached(tx, image.location)
  removeImage(tx, image)
}

// ---- filters -----------------------------------------------------------------------------------------------------

// Hypervisors are never known (engine-images §4).
const unmatched = withoutMatch<Image>([
  'boot-mode',
  'free-tier-eligible',
  'hypervisor',
  'image-allowed',
  'imds-support',
  'platform-details',
  'tpm-support',
  'usage-operation',
])

const volumes = ({ mappings }: Image): readonly EbsMapping[] =>
  mappings.map(({ ebs }) => ebs).filter(ebs => ebs !== undefined)

const imageFilters = (tx: Tx): FilterTable<Image> => ({
  ...unmatched,
  architecture: image => image.architecture,
  'block-device-mapping.delete-on-termination': image => volumes(image).map(ebs => ebs.deleteOnTermination),
  'block-device-mapping.device-name': image => image.mappings.map(mapping => mapping.deviceName),
  // No volume is encrypted, and an image without one matches neither answer.
  'block-device-mapping.encrypted': image => volumes(image).map(() => false),
  'block-device-mapping.snapshot-id': image => volumes(image).map(ebs => ebs.snapshotId),
  'block-device-mapping.volume-size': image => volumes(image).map(ebs => ebs.sizeGib),
  'block-device-mapping.volume-type': image => volumes(image).map(ebs => ebs.volumeType),
  'creation-date': image => image.createdAt,
  description: image => image.description,
  'image-id': image => image.id,
  'image-type': image => image.kind,
  'is-public': image => image.isPublic,
  'kernel-id': image => image.kernelId,
  'manifest-location': image => image.location,
  name: image => image.name,
  'owner-alias': image => tx.accounts.get(image.account)?.alias,
  'owner-id': image => image.account,
  platform: image => (image.platform === 'windows' ? 'windows' : undefined),
  'product-code': image => image.productCodes,
  'product-code.type': image => (image.productCodes.length > 0 ? 'marketplace' : undefined),
  'ramdisk-id': image => image.ramdiskId,
  'root-device-name': image => image.rootDeviceName,
  'root-device-type': image => image.rootDeviceType ?? 'instance-store',
  state: image => image.state,
  'ena-support': image => image.enaSupport,
  'source-image-id': image => image.source?.imageId,
  'source-image-region': image => image.source?.region,
  'source-instance-id': image => image.source?.instanceId,
  'sriov-net-support': image => image.sriovNetSupport,
  'state-reason-code': image => (image.reason === undefined ? undefined : failureCode),
  'state-reason-message': image => image.reason,
  'virtualization-type': image => image.virtualizationType,
  ...tagFilters<Image>(tx, image => image.id),
})

// ---- view --------------------------------------------------------------------------------------------------------

// A record that has not changed is the same object, and so are the tags of an unchanged table: the view is kept with
// them, as the same images are described over and over.
const views = new WeakMap<Image, { readonly tags: readonly Tag[]; readonly view: ImageView }>()

const imageView = (image: Image, tags: readonly Tag[]): ImageView => {
  const known = views.get(image)
  if (known?.tags === tags) return known.view
  const view: ImageView = Object.freeze(freshView(image, tags))
  views.set(image, { tags, view })
  return view
}

// AWS' code for an image that the cloud could not make.
const failureCode = 'Server.InternalError'

const mappingView = ({ deviceName, virtualName, ebs }: DeviceMapping): BlockDeviceMapping => {
  if (virtualName) return { DeviceName: deviceName, VirtualName: virtualName }
  if (!ebs) return { DeviceName: deviceName, NoDevice: 'true' }
  return {
    DeviceName: deviceName,
    Ebs: {
      SnapshotId: ebs.snapshotId,
      VolumeSize: ebs.sizeGib,
      DeleteOnTermination: ebs.deleteOnTermination,
      VolumeType: ebs.volumeType as EbsBlockDevice['VolumeType'],
      Iops: ebs.iops,
      Throughput: ebs.throughput,
      Encrypted: false,
    },
  }
}

/** Lists of the SDK's types are mutable; those of records are not and are copied. */
const freshView = (image: Image, tags: readonly Tag[]): ImageView => ({
  ImageId: image.id,
  ImageLocation: image.location,
  State: image.state as ImageView['State'],
  OwnerId: image.account,
  Public: image.isPublic,
  ProductCodes: image.productCodes.map(code => ({ ProductCodeId: code, ProductCodeType: 'marketplace' })),
  Architecture: image.architecture as ImageView['Architecture'],
  ImageType: image.kind,
  KernelId: image.kernelId,
  RamdiskId: image.ramdiskId,
  // EC2 writes it `Windows` in the schema and `windows` on the wire.
  Platform: image.platform === 'windows' ? ('windows' as ImageView['Platform']) : undefined,
  Name: image.name,
  Description: image.description,
  RootDeviceType: image.rootDeviceType ?? 'instance-store',
  RootDeviceName: image.rootDeviceName,
  BlockDeviceMappings: image.mappings.map(mappingView),
  VirtualizationType: image.virtualizationType,
  SriovNetSupport: image.sriovNetSupport,
  EnaSupport: image.enaSupport,
  StateReason: image.reason === undefined ? undefined : { Code: failureCode, Message: image.reason },
  SourceImageId: image.source?.imageId,
  SourceImageRegion: image.source?.region,
  SourceInstanceId: image.source?.instanceId,
  CreationDate: image.createdAt.toISOString(),
  Tags: [...tags],
})
