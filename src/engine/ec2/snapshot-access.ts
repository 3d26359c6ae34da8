// SPDX-License-Identifier: BSD-2-Clause
// Finding snapshots by ids as typed, and who may do what with them.
import { refuse } from '../errors'
import type { Caller, Tx } from '../operation'
import type { Snapshot } from './schema/volumes'

const syntax = /^snap-(?:[0-9a-f]{8}|[0-9a-f]{17})$/

/** The id as records have it; another text is `InvalidParameterValue`. `parameter` is what the message calls it. */
export const checkSnapshotId = (text: string | undefined, parameter = 'snapshotId'): string => {
  const id = (text ?? '').toLowerCase()
  return syntax.test(id)
    ? id
    : refuse(
        'InvalidParameterValue',
        `Value (${text}) for parameter ${parameter} is invalid. Expected: 'snap-...'.`,
      )
}

/** A snapshot by an id as typed, whoever's it is. */
export const snapshotNamed = (tx: Tx, text: string | undefined): Snapshot =>
  tx.snapshots.must(checkSnapshotId(text))

/** Its account, or a cloud administrator. */
export const mayManageSnapshot = (caller: Caller, snapshot: Snapshot): boolean =>
  caller.account === snapshot.account || caller.isCloudAdmin

/** Public, the account's own, or shared with it: what it may make volumes from without being an administrator. */
export const isRestorable = (account: string, snapshot: Snapshot): boolean =>
  snapshot.isPublic || snapshot.account === account || snapshot.volumeAccounts.includes(account)

/** Whether the caller may see a snapshot, and make volumes from it. */
export const mayRestore = (caller: Caller, snapshot: Snapshot): boolean =>
  isRestorable(caller.account, snapshot) || caller.isCloudAdmin

/** A completed snapshot that the caller may make volumes from: UnauthorizedOperation, IncorrectState. */
export const restorableSnapshot = (tx: Tx, text: string | undefined): Snapshot => {
  const snapshot = snapshotNamed(tx, text)
  if (!mayRestore(tx.caller, snapshot)) {
    refuse('UnauthorizedOperation', `Not authorized to use snapshot ${snapshot.id} by ${tx.caller.userName}`)
  }
  mustBeCompleted(snapshot)
  return snapshot
}

/** Refuse to read what is not complete: IncorrectState. */
export const mustBeCompleted = ({ id, state }: Snapshot): void => {
  if (state !== 'completed') refuse('IncorrectState', `Snapshot ${id} is in invalid state - ${state}`)
}
