// SPDX-License-Identifier: BSD-2-Clause
// Disks as snapshots keep them: pieces of 512 KiB, each kept once however many snapshots have it, and none for zeros.
//
// A block's bytes are a blob. Who has new bytes stages them first and has them adopted by the transaction that gives
// them their place; who has bytes that the cloud knew a moment ago may find them gone by then, and is told.
import type { Tx } from '../operation'
import type { StagedFile } from './blobs'
import type { SnapshotBlock } from './schema'

/** Of the EBS direct APIs (engine-ebs §9). */
export const blockBytes = 524_288

/** A block for a place. `staged` holds its bytes, unless the cloud was seen to have them. */
export interface PlacedBlock {
  readonly index: number
  /** SHA-256, hex. */
  readonly hash: string
  readonly staged?: StagedFile | undefined
}

const dropReference = (tx: Tx, hash: string): void => {
  const block = tx.blocks.get(hash)
  if (!block) throw new Error(`no block ${hash}, which a snapshot has`)
  if (block.references > 1) {
    tx.blocks.put({ ...block, references: block.references - 1 })
    return
  }
  tx.blocks.delete(hash)
  tx.release(block.blob)
}

/** One reference more; `false` when nobody has the bytes. */
const addReference = (tx: Tx, hash: string, staged: StagedFile | undefined): boolean => {
  const block = tx.blocks.get(hash)
  if (block) tx.blocks.put({ ...block, references: block.references + 1 })
  else if (staged) tx.blocks.put({ hash, blob: tx.adopt(staged, blockBytes).id, references: 1 })
  else return false
  return true
}

/**
 * Put blocks in their places in a snapshot; what was there before goes. Returns those whose bytes the cloud does not
 * have, which are left out. The caller drops every staged file afterwards, adopted or not.
 */
export const placeBlocks = (
  tx: Tx,
  snapshotId: string,
  blocks: readonly PlacedBlock[],
): readonly PlacedBlock[] =>
  blocks.filter(({ index, hash, staged }) => {
    const before = tx.snapshotBlocks.get(snapshotId, index)
    if (before?.hash === hash) return false
    if (!addReference(tx, hash, staged)) return true
    if (before) dropReference(tx, before.hash)
    tx.snapshotBlocks.put({ snapshotId, index, hash })
    return false
  })

/** A place of a snapshot is zero now. */
export const clearBlock = (tx: Tx, snapshotId: string, index: number): void => {
  const block = tx.snapshotBlocks.get(snapshotId, index)
  if (!block) return
  tx.snapshotBlocks.delete(snapshotId, index)
  dropReference(tx, block.hash)
}

/** A snapshot's blocks in order of their places, from a place on. */
export const blocksOf = (tx: Tx, snapshotId: string, from = 0): Iterable<SnapshotBlock> =>
  tx.snapshotBlocks.scan({ under: [snapshotId], from: [from] })

/** Up to `limit` of a snapshot's blocks, from a place on. */
export const someBlocks = (
  tx: Tx,
  snapshotId: string,
  from: number,
  limit: number,
): readonly SnapshotBlock[] => {
  const found: SnapshotBlock[] = []
  for (const block of blocksOf(tx, snapshotId, from)) {
    if (found.push(block) === limit) break
  }
  return found
}

/** Let go of up to `limit` of a snapshot's blocks. Returns whether none is left. */
export const clearBlocks = (tx: Tx, snapshotId: string, limit: number): boolean => {
  const some = someBlocks(tx, snapshotId, 0, limit)
  for (const { index } of some) clearBlock(tx, snapshotId, index)
  return some.length < limit
}

/** Give a snapshot up to `limit` of another's blocks, from a place on. Returns the next place, or `undefined` at the end. */
export const shareBlocks = (
  tx: Tx,
  from: string,
  to: string,
  start: number,
  limit: number,
): number | undefined => {
  const some = someBlocks(tx, from, start, limit)
  placeBlocks(tx, to, some)
  const last = some.at(-1)
  return last && some.length === limit ? last.index + 1 : undefined
}
