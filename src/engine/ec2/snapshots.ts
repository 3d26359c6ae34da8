// SPDX-License-Identifier: BSD-2-Clause
import type {
  CopySnapshotRequest,
  CopySnapshotResult,
  CreateSnapshotRequest,
  DeleteSnapshotRequest,
  DescribeSnapshotsRequest,
  DescribeSnapshotsResult,
  Snapshot as SnapshotView,
  Tag,
} from '@aws-sdk/client-ec2'
import { refuse } from '../errors'
import { type FilterTable, matchFilters, withoutMatch } from '../filters'
import { freshId } from '../ids'
import type { Operation, Tx } from '../operation'
import { page } from '../pages'
import { putTags, specifiedTags, tagFilters, tagIndex, tagsOf } from '../tags'
import { askedFor } from '../verbose'
import { permitted, seenBy } from './access/lists'
import { snapshotDemand } from './access/resources'
import { snapshotInUse } from './image-snapshots'
import { checkSnapshotQuota, madeBy } from './quotas'
import { type Snapshot, type Volume, withoutVolume } from './schema/volumes'
import {
  checkSnapshotId,
  isRestorable,
  mayManageSnapshot,
  mayRestore,
  restorableSnapshot,
  snapshotNamed,
} from './snapshot-access'
import { checkSnapshotLimit } from './storage-limits'
import { checkVolumeId } from './volume-ids'
import { crashConsistent, removeSnapshot } from './volume-life'

// ---- CreateSnapshot ----------------------------------------------------------------------------------------------

/** The latest completed snapshot of a volume. */
const latestOf = (tx: Tx, volumeId: string): Snapshot | undefined =>
  tx.snapshots
    .list()
    .filter(snapshot => snapshot.volumeId === volumeId && snapshot.state === 'completed')
    .reduce<Snapshot | undefined>(
      (latest, one) => (latest && latest.startedAt >= one.startedAt ? latest : one),
      undefined,
    )

/** A pending snapshot of the caller's on record. Refused with SnapshotLimitExceeded. */
const putSnapshot = (
  tx: Tx,
  about: Pick<Snapshot, 'volumeId' | 'sizeGib'> & Partial<Snapshot>,
  description: string | undefined,
): Snapshot => {
  checkSnapshotLimit(tx, about.sizeGib)
  checkSnapshotQuota(tx)
  return tx.snapshots.put({
    id: freshId(tx, 'snap', id => tx.snapshots.get(id) !== undefined),
    ...madeBy(tx),
    state: 'pending',
    progress: 0,
    ...(description && { description }),
    startedAt: tx.now,
    isPublic: false,
    volumeAccounts: [],
    productCodes: [],
    ...about,
  })
}

export interface SnapshotOptions {
  /** The machine that has the volume is, or will be, switched off while it is taken. */
  readonly isQuiet?: boolean
  /** The caller starts `snapshot.take` himself, later. */
  readonly isLater?: boolean
}

/** Make a snapshot of the caller's, in state `pending`; its blocks come by a job. Refused with SnapshotLimitExceeded. */
export const newSnapshot = (
  tx: Tx,
  volume: Volume,
  description?: string,
  { isQuiet = false, isLater = false }: SnapshotOptions = {},
): Snapshot => {
  const { attachment } = volume
  const isRunning = attachment && tx.instances.get(attachment.instanceId)?.state === 'running'
  const parent = latestOf(tx, volume.id)
  const about = {
    volumeId: volume.id,
    sizeGib: volume.sizeGib,
    ...(parent && { parentId: parent.id }),
    ...(isRunning && !isQuiet && { message: crashConsistent }),
  }
  const snapshot = putSnapshot(tx, about, description)
  // What is written once the call was answered is not in it.
  if (!isLater) tx.startBeforeAnswer('snapshot.capture', snapshot.id)
  return snapshot
}

// AWS' limit.
const descriptionLength = 255

export const checkDescription = (text: string | undefined): string | undefined =>
  (text ?? '').length <= descriptionLength
    ? text
    : refuse(
        'InvalidParameterValue',
        `Snapshot descriptions may have no more than ${descriptionLength} characters`,
      )

/** Of the account itself: an administrator takes none of what is another's. */
const ownVolume = (tx: Tx, text: string | undefined): Volume => {
  const volume = tx.volumes.get(checkVolumeId(text))
  return volume?.account === tx.caller.account
    ? volume
    : refuse('InvalidVolume.NotFound', `The volume '${text}' does not exist.`)
}

export const createSnapshot: Operation<CreateSnapshotRequest, SnapshotView> = (tx, input) => {
  if (input.OutpostArn) refuse('UnsupportedOperation', 'This cloud has no outposts.')
  if (input.Location === 'local') refuse('UnsupportedOperation', 'This cloud has no local zones.')
  const tags = specifiedTags(input.TagSpecifications, 'snapshot')
  const description = checkDescription(input.Description)
  const volume = ownVolume(tx, input.VolumeId)
  if (volume.state !== 'available') refuse('IncorrectState', `Volume ${volume.id} not yet ready`)
  const snapshot = newSnapshot(tx, volume, description)
  putTags(tx, snapshot.id, tags)
  return snapshotView(tx, snapshot, tagsOf(tx, snapshot.id))
}

// ---- CopySnapshot ------------------------------------------------------------------------------------------------

/** Only within this cloud: its other regions, if it had any, would be other clouds. */
export const checkRegion = (tx: Tx, name: string | undefined, parameter: string): void => {
  if (name !== undefined && name !== tx.region && name !== tx.request.region) {
    refuse('InvalidParameterValue', `Value (${name}) for parameter ${parameter} is invalid.`)
  }
}

/**
 * Make a snapshot of the caller's with the blocks of a completed one, in state `pending`; they come by a job. Refused with
 * SnapshotLimitExceeded.
 */
export const newCopy = (tx: Tx, source: Snapshot, description?: string): Snapshot => {
  const about = { volumeId: withoutVolume, sizeGib: source.sizeGib, sourceId: source.id }
  const copy = putSnapshot(tx, about, description)
  tx.start('snapshot.copy', copy.id)
  return copy
}

export const copySnapshot: Operation<CopySnapshotRequest, CopySnapshotResult> = (tx, input) => {
  if (input.Encrypted || input.KmsKeyId) {
    refuse('UnsupportedOperation', 'Snapshots are not encrypted in this cloud.')
  }
  if (input.DestinationOutpostArn) refuse('UnsupportedOperation', 'This cloud has no outposts.')
  if (input.DestinationAvailabilityZone) refuse('UnsupportedOperation', 'This cloud has no local zones.')
  checkRegion(tx, input.SourceRegion, 'SourceRegion')
  checkRegion(tx, input.DestinationRegion, 'DestinationRegion')
  const tags = specifiedTags(input.TagSpecifications, 'snapshot')
  const description = checkDescription(input.Description)
  const copy = newCopy(tx, restorableSnapshot(tx, input.SourceSnapshotId), description)
  putTags(tx, copy.id, tags)
  return { SnapshotId: copy.id, Tags: [...tagsOf(tx, copy.id)] }
}

// ---- DeleteSnapshot ----------------------------------------------------------------------------------------------

/** What is still being taken or copied is left alone: `return` is false, and there is no error (engine-ebs §7). */
export const deleteSnapshot: Operation<DeleteSnapshotRequest, { readonly Return: boolean }> = (
  tx,
  { SnapshotId },
) => {
  const snapshot = snapshotNamed(tx, SnapshotId)
  if (!mayManageSnapshot(tx.caller, snapshot)) {
    refuse(
      'UnauthorizedOperation',
      `Not authorized to delete snapshot ${snapshot.id} by ${tx.caller.userName}`,
    )
  }
  if (snapshot.state === 'pending' && !snapshot.direct) return { Return: false }
  snapshotInUse(tx, snapshot.id)
  removeSnapshot(tx, snapshot)
  return { Return: true }
}

// ---- DescribeSnapshots -------------------------------------------------------------------------------------------

const isOwnedBy = (tx: Tx, snapshot: Snapshot, owners: readonly string[]): boolean =>
  owners.some(owner =>
    // An account may call itself so, and is not the caller's for that.
    owner === 'self'
      ? snapshot.account === tx.caller.account
      : owner === snapshot.account || owner === tx.accounts.get(snapshot.account)?.alias,
  )

/** `self`, like the caller's account number, finds the caller's own as well: they may be restored without a permission. */
const isRestorableBy = (tx: Tx, snapshot: Snapshot, users: readonly string[]): boolean =>
  users.some(user => {
    if (user === 'all') return snapshot.isPublic
    const account = user === 'self' ? tx.caller.account : user
    const isOwn = account === tx.caller.account && snapshot.account === account
    return isOwn || snapshot.volumeAccounts.includes(account)
  })

const refuseUnknown = (ids: readonly string[]): never =>
  refuse(
    'InvalidSnapshot.NotFound',
    ids.length === 1
      ? `The snapshot '${ids[0]}' does not exist.`
      : `The snapshots '${ids.join(', ')}' do not exist.`,
  )

/** All that may be restored; of a cloud administrator who says `verbose`, or names an owner, those of all accounts. */
const visibleSnapshots = (tx: Tx, { SnapshotIds, OwnerIds }: DescribeSnapshotsRequest) => {
  const { caller } = tx
  const { isVerbose, named } = askedFor(caller, SnapshotIds)
  const ids = [...new Set(named.map(id => checkSnapshotId(id, 'snapshots')))]
  if (ids.length === 0) {
    const showsAll = isVerbose || (caller.isCloudAdmin && (OwnerIds?.length ?? 0) > 0)
    const all = tx.snapshots.list().filter(one => showsAll || isRestorable(caller.account, one))
    return permitted(tx, all, snapshotDemand)
  }
  const found = ids
    .map(id => tx.snapshots.get(id))
    .filter(snapshot => snapshot !== undefined)
    .filter(snapshot => mayRestore(caller, snapshot))
    .filter(seenBy(tx, snapshotDemand))
  const unknown = ids.filter(id => !found.some(snapshot => snapshot.id === id))
  return unknown.length > 0 ? refuseUnknown(unknown) : found
}

export const describeSnapshots: Operation<DescribeSnapshotsRequest, DescribeSnapshotsResult> = (
  tx,
  input,
) => {
  const matches = matchFilters(input.Filters, snapshotFilters(tx))
  const snapshots = visibleSnapshots(tx, input).filter(
    snapshot =>
      (!input.OwnerIds?.length || isOwnedBy(tx, snapshot, input.OwnerIds)) &&
      (!input.RestorableByUserIds?.length || isRestorableBy(tx, snapshot, input.RestorableByUserIds)) &&
      matches(snapshot),
  )
  const { items, nextToken } = page(snapshots, input, {
    key: snapshot => snapshot.id,
    ids: input.SnapshotIds?.length ? 'snapshotSet' : undefined,
  })
  const tags = tagIndex(tx)
  return {
    Snapshots: items.map(snapshot => snapshotView(tx, snapshot, tags(snapshot.id))),
    NextToken: nextToken,
  }
}

// ---- filters -----------------------------------------------------------------------------------------------------

const snapshotFilters = (tx: Tx): FilterTable<Snapshot> => ({
  ...withoutMatch<Snapshot>(['transfer-type']),
  description: snapshot => snapshot.description,
  encrypted: () => false,
  'owner-alias': snapshot => tx.accounts.get(snapshot.account)?.alias,
  'owner-id': snapshot => snapshot.account,
  progress: snapshot => `${snapshot.progress}%`,
  'snapshot-id': snapshot => snapshot.id,
  'start-time': snapshot => snapshot.startedAt,
  status: snapshot => snapshot.state,
  'storage-tier': () => 'standard',
  'volume-id': snapshot => snapshot.volumeId,
  'volume-size': snapshot => snapshot.sizeGib,
  ...tagFilters<Snapshot>(tx, snapshot => snapshot.id),
})

// ---- view --------------------------------------------------------------------------------------------------------

const snapshotView = (tx: Tx, snapshot: Snapshot, tags: readonly Tag[]): SnapshotView => ({
  SnapshotId: snapshot.id,
  VolumeId: snapshot.volumeId,
  State: snapshot.state,
  StateMessage: snapshot.message,
  StartTime: snapshot.startedAt,
  CompletionTime: snapshot.completedAt,
  Progress: `${snapshot.progress}%`,
  OwnerId: snapshot.account,
  OwnerAlias: tx.accounts.get(snapshot.account)?.alias,
  Description: snapshot.description ?? '',
  VolumeSize: snapshot.sizeGib,
  Encrypted: false,
  StorageTier: 'standard',
  Tags: [...tags],
})
