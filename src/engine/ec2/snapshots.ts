// SPDX-License-Identifier: BSD-2-Clause
import { refuse } from '../errors'
import { freshId } from '../ids'
import type { Tx } from '../operation'
import { volumeProperties } from './properties'
import type { Snapshot, Volume } from './schema/volumes'
import { crashConsistent } from './volume-life'

/** Refuse what is more than the cloud keeps of snapshots, by their volumes' sizes: SnapshotLimitExceeded. */
const checkLimit = (tx: Tx, sizeGib: number): void => {
  const { maxSnapshotsGib } = volumeProperties
  const taken = tx.snapshots.list().reduce((sum, snapshot) => sum + snapshot.sizeGib, 0)
  if (taken + sizeGib > maxSnapshotsGib) {
    refuse(
      'SnapshotLimitExceeded',
      `Total snapshot size ${taken + sizeGib} GB exceeds the maximum of ${maxSnapshotsGib} GB`,
    )
  }
}

/** The latest completed snapshot of a volume. */
const latestOf = (tx: Tx, volumeId: string): Snapshot | undefined =>
  tx.snapshots
    .list()
    .filter(snapshot => snapshot.volumeId === volumeId && snapshot.state === 'completed')
    .reduce<Snapshot | undefined>(
      (latest, one) => (latest && latest.startedAt >= one.startedAt ? latest : one),
      undefined,
    )

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
  checkLimit(tx, volume.sizeGib)
  const { attachment } = volume
  const isRunning = attachment && tx.instances.get(attachment.instanceId)?.state === 'running'
  const parent = latestOf(tx, volume.id)
  const snapshot = tx.snapshots.put({
    id: freshId(tx, 'snap', id => tx.snapshots.get(id) !== undefined),
    account: tx.caller.account,
    volumeId: volume.id,
    sizeGib: volume.sizeGib,
    state: 'pending',
    progress: 0,
    ...(description && { description }),
    startedAt: tx.now,
    isPublic: false,
    volumeAccounts: [],
    productCodes: [],
    ...(parent && { parentId: parent.id }),
    ...(isRunning && !isQuiet && { message: crashConsistent }),
  })
  if (!isLater) tx.start('snapshot.take', snapshot.id)
  return snapshot
}
