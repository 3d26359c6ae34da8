// SPDX-License-Identifier: BSD-2-Clause
import { table } from '../store/table'

/** A file of bytes that some record points at. The file exists before this record does. */
export interface Blob {
  readonly id: string
  readonly bytes: number
}

/**
 * A piece of a disk, 512 KiB that are not all zero, named by what is in it: snapshots that have the same piece share it.
 * The bytes are a blob.
 */
export interface Block {
  /** SHA-256, hex. */
  readonly hash: string
  readonly blob: string
  /** How many places of how many snapshots have it; the block goes with the last. */
  readonly references: number
}

/** A place of a snapshot. What is zero has no record. */
export interface SnapshotBlock {
  readonly snapshotId: string
  /** In units of `blockBytes`, from 0. */
  readonly index: number
  readonly hash: string
}

export const bytesTables = {
  blobs: table<Blob>({ scope: 'cloud', key: blob => blob.id, large: true }),
  blocks: table<Block>({ scope: 'cloud', key: block => block.hash, large: true }),
  snapshotBlocks: table<SnapshotBlock>({
    scope: 'cloud',
    key: block => [block.snapshotId, block.index],
    large: true,
  }),
}
