// SPDX-License-Identifier: BSD-2-Clause
// Copying a snapshot: the copy shares every block, so that no byte is moved.
import { shareBlocks } from '../bytes/blocks'
import type { Snapshot } from '../ec2/schema/volumes'
import { snapshotCompleted, snapshotFailed } from '../ec2/volume-life'
import { isOutOfStorage } from '../jobs'
import type { JobContext, Tx } from '../operation'

/** Blocks that one transaction shares. */
const portion = 1024

/** A snapshot that is being copied from another. */
const copying = (tx: Tx, id: string): Snapshot | undefined => {
  const snapshot = tx.snapshots.get(id)
  return snapshot?.state === 'pending' && snapshot.sourceId !== undefined ? snapshot : undefined
}

const share = async (context: JobContext, id: string): Promise<void> => {
  for (let start: number | undefined = 0; start !== undefined; ) {
    const from: number = start
    start = context.transact(tx => {
      const copy = copying(tx, id)
      if (!copy?.sourceId) return undefined
      const next = shareBlocks(tx, copy.sourceId, id, from, portion)
      if (next === undefined) snapshotCompleted(tx, id)
      return next
    })
    context.signal.throwIfAborted()
    // Others want the lock, too.
    await new Promise(resolve => setImmediate(resolve))
  }
}

/** Job: give a pending copy the blocks of its source. What it has already, from a run that was cut short, it keeps. */
export const copySnapshotBlocks = async (context: JobContext, id: string): Promise<void> => {
  try {
    await share(context, id)
  } catch (error) {
    if (!context.signal.aborted && !isOutOfStorage(error)) {
      context.transact(tx => snapshotFailed(tx, id, 'internal error'))
    }
    throw error
  }
}
