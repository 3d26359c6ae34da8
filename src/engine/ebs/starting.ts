// SPDX-License-Identifier: BSD-2-Clause
// StartSnapshot: what a snapshot may be that is to be written block by block.
import type { StartSnapshotRequest, StartSnapshotResponse, Tag } from '@aws-sdk/client-ebs'
import { blockBytes } from '../bytes/blocks'
import { checkSnapshotQuota, madeBy } from '../ec2/quotas'
import type { Snapshot } from '../ec2/schema/volumes'
import { checkSnapshotLimit } from '../ec2/storage-limits'
import { refuse } from '../errors'
import { freshId } from '../ids'
import type { Operation, Tx } from '../operation'
import { putTags } from '../tags'
import { readableSnapshot } from './access'
import { refuseInput, refuseValue, withinQuota } from './refusals'

// Limits of the API's model.
const largestGib = 65_536
const descriptionLength = 255
const tagKeyLength = 127
const tagValueLength = 255
const mostTags = 50
const timeoutMinutes = { least: 10, most: 4320, default: 60 }
// AWS' quota of an account.
const mostPending = 100

const checkSize = (size: number | undefined, parent: Snapshot | undefined): number => {
  if (size === undefined || !Number.isSafeInteger(size) || size < 1 || size > largestGib)
    return refuseInput(
      'INVALID_VOLUME_SIZE',
      `VolumeSize must be between 1 and ${largestGib} GiB, not ${size}.`,
    )
  if (parent && size < parent.sizeGib)
    refuseInput(
      'INVALID_VOLUME_SIZE',
      `VolumeSize must not be less than that of the parent snapshot, ${parent.sizeGib} GiB.`,
    )
  return size
}

const checkTimeout = (minutes: number = timeoutMinutes.default): number => {
  const { least, most } = timeoutMinutes
  if (!Number.isSafeInteger(minutes) || minutes < least || minutes > most)
    refuseValue(`Timeout must be between ${least} and ${most} minutes, not ${minutes}.`)
  return minutes
}

const checkTags = (tags: readonly Tag[] = []): readonly { key: string; value: string }[] => {
  const wrong = (message: string): never => refuseInput('INVALID_TAG', message)
  if (tags.length > mostTags) wrong(`A snapshot may have no more than ${mostTags} tags.`)
  const keys = new Set<string>()
  return tags.map(({ Key: key = '', Value: value = '' }) => {
    if (key === '' || key.length > tagKeyLength)
      wrong(`A tag's key must have between 1 and ${tagKeyLength} characters.`)
    if (/^(aws|euca):/i.test(key)) wrong(`The prefix of the tag key '${key}' is reserved.`)
    if (value.length > tagValueLength) wrong(`A tag's value may have ${tagValueLength} characters at most.`)
    if (keys.has(key)) wrong(`The tag key '${key}' is given twice.`)
    keys.add(key)
    return { key, value }
  })
}

const checkPending = (tx: Tx): void => {
  const pending = tx.snapshots
    .list()
    .filter(({ direct, state, account }) => direct && state === 'pending' && account === tx.caller.account)
  if (pending.length >= mostPending)
    refuse(
      'ConcurrentLimitExceededException',
      `${pending.length} snapshots are pending, which is as many as there may be.`,
    )
}

const checkEncryption = ({ Encrypted, KmsKeyArn, ParentSnapshotId }: StartSnapshotRequest): void => {
  if (Encrypted && ParentSnapshotId !== undefined)
    refuseValue('Encrypted and ParentSnapshotId cannot be given together.')
  if (Encrypted || KmsKeyArn !== undefined) refuseValue('This cloud does not encrypt snapshots.')
}

const checkDescription = (text: string | undefined): void => {
  if ((text ?? '').length > descriptionLength)
    refuseValue(`Description may have ${descriptionLength} characters at most.`)
}

export const startSnapshot: Operation<StartSnapshotRequest, StartSnapshotResponse> = (tx, input) => {
  checkEncryption(input)
  const { ParentSnapshotId, Description } = input
  const parent = ParentSnapshotId === undefined ? undefined : readableSnapshot(tx, ParentSnapshotId)
  const sizeGib = checkSize(input.VolumeSize, parent)
  const timeout = checkTimeout(input.Timeout)
  checkDescription(Description)
  const tags = checkTags(input.Tags)
  checkPending(tx)
  withinQuota(() => {
    checkSnapshotLimit(tx, sizeGib)
    checkSnapshotQuota(tx)
  })
  const snapshot = tx.snapshots.put({
    id: freshId(tx, 'snap', id => tx.snapshots.get(id) !== undefined),
    ...madeBy(tx),
    // As AWS has it for snapshots that are of no volume.
    volumeId: 'vol-ffffffff',
    sizeGib,
    state: 'pending',
    progress: 0,
    ...(Description && { description: Description }),
    startedAt: tx.now,
    isPublic: false,
    volumeAccounts: [],
    productCodes: [],
    ...(parent && { parentId: parent.id }),
    direct: true,
  })
  putTags(tx, snapshot.id, tags)
  tx.directSnapshots.put({
    snapshotId: snapshot.id,
    timeoutMinutes: timeout,
    touchedAt: tx.now,
    written: 0,
    ...(parent && { inherits: { from: parent.id, next: 0 } }),
    sealed: false,
  })
  if (parent) tx.start('snapshot.inherit', snapshot.id)
  tx.after(timeout * 60, 'snapshot.overdue', snapshot.id)
  return {
    SnapshotId: snapshot.id,
    OwnerId: snapshot.account,
    Status: 'pending',
    StartTime: snapshot.startedAt,
    VolumeSize: sizeGib,
    BlockSize: blockBytes,
    ...(Description && { Description }),
    ...(parent && { ParentSnapshotId: parent.id }),
    ...(tags.length > 0 && { Tags: tags.map(({ key, value }) => ({ Key: key, Value: value })) }),
    SseType: 'none',
  }
}
