// SPDX-License-Identifier: BSD-2-Clause
import type {
  CreateVolumeRequest,
  DeleteVolumeRequest,
  DescribeVolumesRequest,
  DescribeVolumesResult,
  Tag,
  VolumeAttachment,
  Volume as VolumeView,
} from '@aws-sdk/client-ec2'
import { refuse } from '../errors'
import { type FilterTable, matchFilters, withoutMatch } from '../filters'
import { freshId } from '../ids'
import type { Operation, Tx } from '../operation'
import { page } from '../pages'
import { forgetTags, putTags, specifiedTags, tagFilters, tagIndex, tagsOf } from '../tags'
import { askedFor } from '../verbose'
import { permitted, seenBy } from './access/lists'
import { volumeDemand } from './access/resources'
import { checkNotImporting } from './conversion-life'
import { checkVolumeQuotas, madeBy } from './quotas'
import { type Attachment, type Snapshot, type Volume, withoutVolume } from './schema/volumes'
import { restorableSnapshot } from './snapshot-access'
import { checkVolumeLimits } from './storage-limits'
import { checkVolumeId, mayUseVolume, volumeNamed } from './volume-ids'
import { beginDelete, shownState } from './volume-life'
import { checkVolumeType, type Performance, shownIops } from './volume-types'
import { zoneNames } from './zones'

// ---- CreateVolume ------------------------------------------------------------------------------------------------

export interface VolumeWish extends Performance {
  readonly zone: string
  readonly sizeGib: number
  /** A completed one, no larger than the volume. */
  readonly snapshotId?: string | undefined
  /** Of a volume that is made for an instance. */
  readonly attachment?: Attachment
}

/** Make a volume of the caller's, in state `creating`; its file comes by a job. Refused with VolumeLimitExceeded. */
export const newVolume = (tx: Tx, wish: VolumeWish): Volume => {
  checkVolumeLimits(tx, wish.zone, wish.sizeGib)
  checkVolumeQuotas(tx, { count: 1, gib: wish.sizeGib })
  const { snapshotId, iops, throughput, attachment } = wish
  const volume = tx.volumes.put({
    id: freshId(tx, 'vol', id => id === withoutVolume || tx.volumes.get(id) !== undefined),
    ...madeBy(tx),
    sizeGib: wish.sizeGib,
    ...(snapshotId !== undefined && { snapshotId }),
    zone: wish.zone,
    state: 'creating',
    volumeType: wish.volumeType,
    ...(iops !== undefined && { iops }),
    ...(throughput !== undefined && { throughput }),
    createdAt: tx.now,
    ...(attachment && { attachment }),
  })
  tx.start('volume.fill', volume.id)
  return volume
}

const checkSize = (size: number | undefined, snapshot: Snapshot | undefined): number => {
  if (size !== undefined && snapshot && size < snapshot.sizeGib) {
    refuse('InvalidParameterValue', 'Volume size cannot be less than snapshot size')
  }
  if (size !== undefined && size <= 0) {
    refuse(
      'InvalidParameterValue',
      `Failed to create volume because the parameter size (${size}) must be greater than zero.`,
    )
  }
  return (
    size ??
    snapshot?.sizeGib ??
    refuse('MissingParameter', 'One of size or snapshotId is required as a parameter.')
  )
}

const zoneOf = ({ AvailabilityZone, AvailabilityZoneId }: CreateVolumeRequest): string => {
  const name = AvailabilityZone ?? AvailabilityZoneId
  if (!name) return refuse('MissingParameter', 'The request must contain the parameter availabilityZone')
  return (
    zoneNames.find(zone => zone.toLowerCase() === name.toLowerCase()) ??
    refuse('InvalidZone.NotFound', `The zone '${name}' does not exist.`)
  )
}

/** What is asked for and cannot be had is refused, as a volume without it would be another volume. */
const refuseUnsupported = (input: CreateVolumeRequest): void => {
  const no = (why: string): never => refuse('UnsupportedOperation', why)
  if (input.KmsKeyId && !input.Encrypted) {
    refuse('InvalidParameterDependency', 'The parameter KmsKeyId requires the parameter Encrypted to be set.')
  }
  if (input.Encrypted) no('Volumes are not encrypted in this cloud.')
  if (input.MultiAttachEnabled) no('A volume can be attached to one instance at a time in this cloud.')
  if (input.OutpostArn) no('This cloud has no outposts.')
  if (input.VolumeInitializationRate !== undefined) no('Volumes have no initialization rate in this cloud.')
  if (input.Operator) no('Volumes are not managed by service providers in this cloud.')
}

export const createVolume: Operation<CreateVolumeRequest, VolumeView> = (tx, input) => {
  refuseUnsupported(input)
  const tags = specifiedTags(input.TagSpecifications, 'volume')
  const snapshot = input.SnapshotId === undefined ? undefined : restorableSnapshot(tx, input.SnapshotId)
  const sizeGib = checkSize(input.Size, snapshot)
  const performance = checkVolumeType(input.VolumeType, input.Iops, input.Throughput)
  const volume = newVolume(tx, { ...performance, zone: zoneOf(input), sizeGib, snapshotId: snapshot?.id })
  putTags(tx, volume.id, tags)
  return volumeView(volume, tagsOf(tx, volume.id))
}

// ---- DeleteVolume ------------------------------------------------------------------------------------------------

export const deleteVolume: Operation<DeleteVolumeRequest, void> = (tx, { VolumeId }) => {
  const volume = volumeNamed(tx, VolumeId)
  const { id, state, attachment } = volume
  if (attachment) refuse('VolumeInUse', `Volume is currently attached to: ${attachment.instanceId}`)
  checkNotImporting(tx, id)
  if (state === 'creating') {
    refuse('IncorrectState', `Delete volume request failed because of: Volume ${id} is still being created`)
  }
  if (state === 'available') beginDelete(tx, volume)
  if (state === 'deleted' || state === 'error') {
    tx.volumes.delete(id)
    forgetTags(tx, id)
  }
  // Whatever there may be of its file; also when that could not be removed before.
  tx.start('volume.remove', id)
}

// ---- DescribeVolumes ---------------------------------------------------------------------------------------------

const refuseUnknown = (ids: readonly string[]): never =>
  refuse(
    'InvalidVolume.NotFound',
    ids.length === 1
      ? `The volume '${ids[0]}' does not exist.`
      : `The volumes '${ids.join(', ')}' do not exist.`,
  )

/** The caller's; of all accounts for a cloud administrator who says `verbose`; or those of these ids. */
export const visibleVolumes = (tx: Tx, asked?: readonly string[]): readonly Volume[] => {
  const { isVerbose, named } = askedFor(tx.caller, asked)
  const ids = [...new Set(named.map(id => checkVolumeId(id, 'volumes')))]
  if (ids.length === 0) {
    const all = tx.volumes.list()
    const own = isVerbose ? all : all.filter(one => one.account === tx.caller.account)
    return permitted(tx, own, volumeDemand)
  }
  const found = ids
    .map(id => tx.volumes.get(id))
    .filter(volume => volume !== undefined)
    .filter(volume => mayUseVolume(tx, volume))
    .filter(seenBy(tx, volumeDemand))
  const unknown = ids.filter(id => !found.some(volume => volume.id === id))
  return unknown.length > 0 ? refuseUnknown(unknown) : found
}

export const describeVolumes: Operation<DescribeVolumesRequest, DescribeVolumesResult> = (tx, input) => {
  const volumes = visibleVolumes(tx, input.VolumeIds).filter(matchFilters(input.Filters, volumeFilters(tx)))
  const { items, nextToken } = page(volumes, input, {
    key: volume => volume.id,
    ids: input.VolumeIds?.length ? 'volumeSet' : undefined,
  })
  const tags = tagIndex(tx)
  return { Volumes: items.map(volume => volumeView(volume, tags(volume.id))), NextToken: nextToken }
}

// ---- filters -----------------------------------------------------------------------------------------------------

const volumeFilters = (tx: Tx): FilterTable<Volume> => ({
  ...withoutMatch<Volume>(['operator.principal', 'source-volume-id']),
  'attachment.attach-time': volume => volume.attachment?.attachedAt,
  'attachment.delete-on-termination': volume => volume.attachment?.deleteOnTermination,
  'attachment.device': volume => volume.attachment?.device,
  'attachment.instance-id': volume => volume.attachment?.instanceId,
  'attachment.status': volume => volume.attachment?.state,
  'availability-zone': volume => volume.zone,
  'availability-zone-id': volume => volume.zone,
  'create-time': volume => volume.createdAt,
  encrypted: () => false,
  'fast-restored': () => false,
  'multi-attach-enabled': () => false,
  'operator.managed': () => false,
  size: volume => volume.sizeGib,
  'snapshot-id': volume => volume.snapshotId,
  status: shownState,
  'volume-id': volume => volume.id,
  'volume-type': volume => volume.volumeType,
  ...tagFilters<Volume>(tx, volume => volume.id),
})

// ---- view --------------------------------------------------------------------------------------------------------

export const attachmentView = (volumeId: string, attachment: Attachment): VolumeAttachment => ({
  VolumeId: volumeId,
  InstanceId: attachment.instanceId,
  Device: attachment.device,
  State: attachment.state,
  AttachTime: attachment.attachedAt,
  DeleteOnTermination: attachment.deleteOnTermination,
})

const volumeView = (volume: Volume, tags: readonly Tag[]): VolumeView => ({
  VolumeId: volume.id,
  Size: volume.sizeGib,
  // Empty, not absent, where there was none: clients of old look for the element.
  SnapshotId: volume.snapshotId ?? '',
  AvailabilityZone: volume.zone,
  AvailabilityZoneId: volume.zone,
  State: shownState(volume) as VolumeView['State'],
  CreateTime: volume.createdAt,
  Attachments: volume.attachment ? [attachmentView(volume.id, volume.attachment)] : [],
  Encrypted: false,
  VolumeType: volume.volumeType as VolumeView['VolumeType'],
  Iops: shownIops(volume),
  Throughput: volume.throughput,
  MultiAttachEnabled: false,
  Tags: [...tags],
})
