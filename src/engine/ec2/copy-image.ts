// SPDX-License-Identifier: BSD-2-Clause
// CopyImage, within this cloud: other regions, if it had any, would be other clouds. A copy of an EBS image has snapshots
// of its own, whose blocks are shared; one of an instance-store image has the same bundle.
import type { CopyImageRequest, CopyImageResult } from '@aws-sdk/client-ec2'
import { refuse } from '../errors'
import type { Operation, Tx } from '../operation'
import { putTags, specifiedTags, tagsOf } from '../tags'
import { mayRun } from './image-access'
import { requestCaching } from './image-cache'
import { checkDescription, checkDuplicate, checkName } from './image-checks'
import { beginCreation } from './image-creation'
import { freshImageId, imageByTypedId } from './image-ids'
import { imageProperties } from './properties'
import { checkImageQuota, madeBy } from './quotas'
import type { DeviceMapping, Image } from './schema/images'
import { mayRestore, mustBeCompleted } from './snapshot-access'
import { checkRegion, newCopy } from './snapshots'

const refuseUnsupported = (input: CopyImageRequest): void => {
  if (input.Encrypted || input.KmsKeyId) {
    refuse('UnsupportedOperation', 'Snapshots are not encrypted in this cloud.')
  }
  if (input.DestinationOutpostArn) refuse('UnsupportedOperation', 'This cloud has no outposts.')
  if (input.DestinationAvailabilityZone || input.DestinationAvailabilityZoneId) {
    refuse('UnsupportedOperation', 'This cloud has no local zones.')
  }
}

/** An image that the caller may see, and that is complete. */
const sourceOf = (tx: Tx, text: string | undefined): Image => {
  const image = imageByTypedId(tx, text)
  if (!mayRun(tx.caller, image)) {
    refuse('InvalidAMIID.NotFound', `The image id '[${image.id}]' does not exist`)
  }
  if (image.state !== 'available') {
    refuse('InvalidAMIID.Unavailable', `The image id '[${image.id}]' is ${image.state}, and cannot be copied`)
  }
  return image
}

/** The same devices of snapshots of the copy's own. One that is mapped twice is copied once. */
const copiedMappings = (tx: Tx, { id, mappings }: Image) => {
  const copies = new Map<string, string>()
  const copyOf = (snapshotId: string): string => {
    const known = copies.get(snapshotId)
    if (known !== undefined) return known
    const source = tx.snapshots.must(snapshotId)
    if (!mayRestore(tx.caller, source)) {
      refuse('InvalidRequest', 'You do not have permission to access the storage of this ami')
    }
    mustBeCompleted(source)
    const copy = newCopy(tx, source, `Copied for CopyImage of ${id} from ${source.id}`)
    copies.set(snapshotId, copy.id)
    return copy.id
  }
  const copied = mappings.map(
    ({ ebs, ...mapping }): DeviceMapping => ({
      ...mapping,
      ...(ebs && { ebs: { ...ebs, ...(ebs.snapshotId && { snapshotId: copyOf(ebs.snapshotId) }) } }),
    }),
  )
  return { mappings: copied, snapshotIds: [...copies.values()] }
}

/** Who may have registered the bundle himself. */
const checkBundle = (tx: Tx, { kind, account }: Image): void => {
  if (kind !== 'machine' && !tx.caller.isCloudAdmin) {
    refuse('OperationNotPermitted', `Only administrators can register ${kind} images.`)
  }
  if (account !== tx.caller.account) refuse('AuthFailure', 'Manifest is not accessible')
}

/** What the copy has of the source, whose devices are the copy's own by now. */
const copied = (tx: Tx, source: Image, name: string, description: string | undefined): Image => {
  const { description: was, createdBy: _, ...rest } = source
  const text = description ?? was
  const [prefix = ''] = source.id.split('-')
  return {
    ...rest,
    id: freshImageId(tx, prefix.replace(/^a/, 'e') as 'emi'), // The source's: emi, eki or eri.
    ...madeBy(tx),
    name,
    ...(text && { description: text }),
    isPublic: imageProperties.defaultVisibility,
    launchAccounts: [],
    createdAt: tx.now,
    source: { imageId: source.id, region: tx.region },
  }
}

export const copyImage: Operation<CopyImageRequest, CopyImageResult> = (tx, input) => {
  refuseUnsupported(input)
  checkRegion(tx, input.SourceRegion, 'SourceRegion')
  const types = ['image', 'snapshot']
  const tags = specifiedTags(input.TagSpecifications, 'image', types)
  const snapshotTags = specifiedTags(input.TagSpecifications, 'snapshot', types)
  const source = sourceOf(tx, input.SourceImageId)
  const name = input.Name ?? source.name
  checkName(name)
  checkDuplicate(tx, name)
  checkDescription(input.Description)
  const isEbs = source.rootDeviceType === 'ebs'
  if (!isEbs) checkBundle(tx, source)
  checkImageQuota(tx)
  const { mappings, snapshotIds } = copiedMappings(tx, source)
  const copy = tx.images.put({
    ...copied(tx, source, name, input.Description),
    mappings,
    ...(isEbs && {
      location: `${tx.caller.account}/${name}`,
      state: 'pending',
      creation: { step: 'creating_snapshot', reboots: false, snapshotIds, startedAt: tx.now },
    }),
  })
  const own = input.CopyImageTags
    ? tagsOf(tx, source.id)
        .map(({ Key = '', Value = '' }) => ({ key: Key, value: Value }))
        // The cloud's own are about the source alone.
        .filter(({ key }) => !/^(aws|euca):/.test(key))
    : []
  putTags(tx, copy.id, [...own, ...tags])
  for (const id of snapshotIds) putTags(tx, id, snapshotTags)
  if (isEbs) beginCreation(tx, copy)
  else requestCaching(tx, copy)
  return { ImageId: copy.id }
}
