// SPDX-License-Identifier: BSD-2-Clause
// Whose snapshots may be read and written. What the caller may not see is as unknown as what never was.
import { blockBytes } from '../bytes/blocks'
import type { Snapshot } from '../ec2/schema/volumes'
import { mayManageSnapshot, mayRestore } from '../ec2/snapshot-access'
import type { Tx } from '../operation'
import { refuseAccess, refuseInput, refuseMissing } from './refusals'
import type { DirectSnapshot } from './schema'

/** A snapshot that the caller may make volumes from, and so read, in any state. */
export const visibleSnapshot = (tx: Tx, id = ''): Snapshot => {
  if (!/^snap-[0-9a-f]{1,59}$/.test(id))
    refuseInput('INVALID_SNAPSHOT_ID', `The snapshot ID '${id}' is not valid.`)
  const snapshot = tx.snapshots.get(id)
  return snapshot && mayRestore(tx.caller, snapshot) ? snapshot : refuseMissing(id)
}

/** A snapshot whose blocks the caller may read: all of them are there. */
export const readableSnapshot = (tx: Tx, id: string | undefined): Snapshot => {
  const snapshot = visibleSnapshot(tx, id)
  return snapshot.state === 'completed'
    ? snapshot
    : refuseInput('INVALID_SNAPSHOT_ID', `The snapshot '${snapshot.id}' is not completed.`)
}

/** The caller's own snapshot that was begun by StartSnapshot. */
export const ownDirectSnapshot = (tx: Tx, id: string | undefined): Snapshot => {
  const snapshot = visibleSnapshot(tx, id)
  if (!mayManageSnapshot(tx.caller, snapshot))
    refuseAccess(`The snapshot '${snapshot.id}' belongs to another account.`)
  return snapshot.direct
    ? snapshot
    : refuseInput('INVALID_SNAPSHOT_ID', `The snapshot '${snapshot.id}' was not begun by StartSnapshot.`)
}

/** The caller's own snapshot that can still be written to. */
export const writableSnapshot = (
  tx: Tx,
  id: string | undefined,
): { readonly snapshot: Snapshot; readonly direct: DirectSnapshot } => {
  const snapshot = ownDirectSnapshot(tx, id)
  const direct = tx.directSnapshots.get(snapshot.id)
  return snapshot.state === 'pending' && direct && !direct.sealed
    ? { snapshot, direct }
    : refuseInput('INVALID_SNAPSHOT_ID', `The snapshot '${snapshot.id}' is not pending.`)
}

/** How many places a snapshot has. */
export const placesOf = ({ sizeGib }: Snapshot): number => (sizeGib * 2 ** 30) / blockBytes

export const base64Of = (hash: string): string => Buffer.from(hash, 'hex').toString('base64')
