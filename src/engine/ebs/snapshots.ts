// SPDX-License-Identifier: BSD-2-Clause
// Snapshots that are written block by block. Every block has its place as soon as it is written; what the snapshot has of
// its parent comes by a job meanwhile, and nowhere takes the place of what was written. It is complete when both are
// done.
import { createHash } from 'node:crypto'
import type {
  CompleteSnapshotRequest,
  CompleteSnapshotResponse,
  PutSnapshotBlockRequest,
  PutSnapshotBlockResponse,
} from '@aws-sdk/client-ebs'
import { blockBytes, clearBlock, placeBlocks, someBlocks } from '../bytes/blocks'
import { snapshotCompleted, snapshotFailed } from '../ec2/volume-life'
import type { JobContext, Operation, StagedBytes, Tx } from '../operation'
import { base64Of, ownDirectSnapshot, placesOf, writableSnapshot } from './access'
import { isZeroHash } from './blocks'
import { refuseInput, refuseValue } from './refusals'
import type { DirectSnapshot } from './schema'

type Staged = Omit<PutSnapshotBlockRequest, 'BlockData'> & { readonly BlockData: StagedBytes }

const checkAlgorithm = (algorithm: string | undefined): void => {
  if (algorithm !== 'SHA256') refuseValue(`The checksum algorithm must be SHA256, not ${algorithm}.`)
}

const checkBlock = ({ BlockData, DataLength, Checksum, ChecksumAlgorithm }: Staged): void => {
  if (DataLength !== blockBytes)
    refuseInput('INVALID_BLOCK', `A block has ${blockBytes} bytes, not ${DataLength}.`)
  if (BlockData.bytes !== blockBytes)
    refuseInput('INVALID_BLOCK', `${BlockData.bytes} bytes were received where ${blockBytes} were announced.`)
  checkAlgorithm(ChecksumAlgorithm)
  if (Checksum !== base64Of(BlockData.sha256))
    refuseInput('INVALID_BLOCK', 'The checksum is not that of the data received.')
}

const checkProgress = (percent: number | undefined): void => {
  if (percent !== undefined && (percent < 0 || percent > 100))
    refuseValue(`Progress must be between 0 and 100, not ${percent}.`)
}

export const putSnapshotBlock: Operation<Staged, PutSnapshotBlockResponse> = (tx, input) => {
  const { snapshot, direct } = writableSnapshot(tx, input.SnapshotId)
  const { id } = snapshot
  const { BlockIndex: index = 0, BlockData: staged, Progress: progress } = input
  if (index < 0 || index >= placesOf(snapshot))
    refuseInput('INVALID_BLOCK', `The block index ${index} is beyond the volume's ${snapshot.sizeGib} GiB.`)
  checkBlock(input)
  checkProgress(progress)
  const hash = staged.sha256
  if (isZeroHash(hash)) clearBlock(tx, id, index)
  else placeBlocks(tx, id, [{ index, hash, staged }])
  const isNew = tx.directWrites.get(id, index) === undefined
  tx.directWrites.put({ snapshotId: id, index, hash })
  tx.directSnapshots.put({ ...direct, touchedAt: tx.now, written: direct.written + (isNew ? 1 : 0) })
  if (progress !== undefined && progress !== snapshot.progress) tx.snapshots.put({ ...snapshot, progress })
  return { Checksum: base64Of(hash), ChecksumAlgorithm: 'SHA256' }
}

/** `LINEAR`: SHA-256 over the SHA-256 of every written block, in order. */
const linearChecksum = (tx: Tx, id: string): string => {
  const sum = createHash('sha256')
  for (const { hash } of tx.directWrites.scan({ under: [id] })) sum.update(Buffer.from(hash, 'hex'))
  return sum.digest('base64')
}

const checkWhole = (
  tx: Tx,
  { snapshotId, written }: DirectSnapshot,
  input: CompleteSnapshotRequest,
): void => {
  const { ChangedBlocksCount, Checksum, ChecksumAlgorithm, ChecksumAggregationMethod } = input
  if (ChangedBlocksCount !== written)
    refuseValue(`${written} blocks were written, not ${ChangedBlocksCount}.`)
  if (Checksum === undefined) return
  checkAlgorithm(ChecksumAlgorithm)
  if (ChecksumAggregationMethod !== 'LINEAR')
    refuseValue(`The checksum aggregation method must be LINEAR, not ${ChecksumAggregationMethod}.`)
  if (Checksum !== linearChecksum(tx, snapshotId))
    refuseValue('The checksum is not that of the blocks that were written.')
}

/** A snapshot that has all it is to have is complete at once. To complete it again changes nothing. */
export const completeSnapshot: Operation<CompleteSnapshotRequest, CompleteSnapshotResponse> = (tx, input) => {
  const { id, state } = ownDirectSnapshot(tx, input.SnapshotId)
  const sealed = tx.directSnapshots.get(id)?.sealed === true
  if (state === 'completed' || (state === 'pending' && sealed)) return { Status: state }
  const { direct } = writableSnapshot(tx, id)
  checkWhole(tx, direct, input)
  tx.directSnapshots.put({ ...direct, sealed: true })
  if (!direct.inherits) snapshotCompleted(tx, id)
  return { Status: direct.inherits ? 'pending' : 'completed' }
}

/** Task: a snapshot that nobody has written to for as long as StartSnapshot said is given up. */
export const snapshotOverdue = (tx: Tx, id: string): void => {
  const direct = tx.directSnapshots.get(id)
  if (!direct || direct.sealed || tx.snapshots.get(id)?.state !== 'pending') return
  const seconds = direct.timeoutMinutes * 60 - (tx.now.getTime() - direct.touchedAt.getTime()) / 1000
  if (seconds > 0) tx.after(seconds, 'snapshot.overdue', id)
  else
    snapshotFailed(
      tx,
      id,
      `Nothing was written for ${direct.timeoutMinutes} minutes, and it was not completed`,
    )
}

/** Places that one transaction takes over or forgets. */
const portion = 256

/** Take over some of the parent's blocks. Returns whether there may be more. */
const inheritSome = (tx: Tx, id: string): boolean => {
  const direct = tx.directSnapshots.get(id)
  if (!direct?.inherits || tx.snapshots.get(id)?.state !== 'pending') return false
  const { inherits, ...rest } = direct
  const some = someBlocks(tx, inherits.from, inherits.next, portion)
  const missing = placeBlocks(
    tx,
    id,
    some.filter(({ index }) => tx.directWrites.get(id, index) === undefined),
  )
  if (missing.length > 0) throw new Error(`blocks of ${inherits.from} are gone, which ${id} was to have`)
  const last = some.at(-1)
  if (last && some.length === portion) {
    tx.directSnapshots.put({ ...direct, inherits: { ...inherits, next: last.index + 1 } })
    return true
  }
  tx.directSnapshots.put(rest)
  if (direct.sealed) snapshotCompleted(tx, id)
  return false
}

/** Job: a snapshot takes over the blocks of its parent. */
export const inheritBlocks = async (context: JobContext, id: string): Promise<void> => {
  while (context.transact(tx => inheritSome(tx, id))) context.signal.throwIfAborted()
}

/** Whether another snapshot has not got all of this one's blocks yet, which it is to have. */
export const isBeingInherited = (tx: Tx, parentId: string): boolean => {
  for (const { inherits, snapshotId } of tx.directSnapshots.scan()) {
    if (inherits?.from === parentId && tx.snapshots.get(snapshotId)?.state === 'pending') return true
  }
  return false
}

const forgetSome = (tx: Tx, id: string): boolean => {
  if (tx.snapshots.get(id)?.state === 'pending') return false
  const some: number[] = []
  for (const { index } of tx.directWrites.scan({ under: [id] })) {
    if (some.push(index) === portion) break
  }
  for (const index of some) tx.directWrites.delete(id, index)
  if (some.length === portion) return true
  tx.directSnapshots.delete(id)
  return false
}

/** Job: what was known of the writing of a snapshot goes, once that has ended one way or another. */
export const forgetWrites = async (context: JobContext, id: string): Promise<void> => {
  while (context.transact(tx => forgetSome(tx, id))) context.signal.throwIfAborted()
}
