// SPDX-License-Identifier: BSD-2-Clause
import { table } from '../store/table'

/** What is known of a snapshot while it is being written. It goes when the snapshot is complete, failed or deleted. */
export interface DirectSnapshot {
  readonly snapshotId: string
  readonly timeoutMinutes: number
  /** When it was begun, or last written to. */
  readonly touchedAt: Date
  /** How many blocks were written, each counted once. */
  readonly written: number
  /** The parent, while it has blocks from this place on that the snapshot lacks. */
  readonly inherits?: { readonly from: string; readonly next: number }
  /** CompleteSnapshot was called: nothing is written any more. */
  readonly sealed: boolean
}

/** A block that was written: also one of zeros, which has no place in the snapshot. */
export interface DirectWrite {
  readonly snapshotId: string
  readonly index: number
  /** SHA-256, hex. */
  readonly hash: string
}

export const ebsTables = {
  // Changes with every block that is written.
  directSnapshots: table<DirectSnapshot>({ scope: 'cloud', key: direct => direct.snapshotId, large: true }),
  directWrites: table<DirectWrite>({
    scope: 'cloud',
    key: write => [write.snapshotId, write.index],
    large: true,
  }),
}
