// SPDX-License-Identifier: BSD-2-Clause
// Reading snapshots: lists of blocks, of what differs between two snapshots, and the blocks themselves.
//
// Zeros have no record, so that they are not listed. Where a block of one snapshot is all zero in the other it is listed
// as a change all the same, and its token gives zeros.
import { createHash } from 'node:crypto'
import type {
  ChangedBlock,
  GetSnapshotBlockRequest,
  GetSnapshotBlockResponse,
  ListChangedBlocksRequest,
  ListChangedBlocksResponse,
  ListSnapshotBlocksRequest,
  ListSnapshotBlocksResponse,
} from '@aws-sdk/client-ebs'
import { blockBytes, blocksOf, someBlocks } from '../bytes/blocks'
import type { Snapshot } from '../ec2/schema/volumes'
import type { BlobSlices, Operation, Tx } from '../operation'
import { base64Of, placesOf, readableSnapshot } from './access'
import { refuseInput, refuseValue } from './refusals'
import { tokensOf } from './tokens'

// AWS' limits. Fewer than the least is taken for the least, as AWS' FAQ has it.
const leastResults = 100
const mostResults = 10_000
// AWS' term for tokens of blocks.
const tokenSeconds = 7 * 24 * 3600
// So many blocks one request compares; a snapshot of 100 GiB has 204,800.
const comparedBlocks = 50_000

const blockPurpose = (snapshotId: string): string => `block ${snapshotId}`

const expiryOf = (tx: Tx): Date => new Date((Math.floor(tx.now.getTime() / 1000) + tokenSeconds) * 1000)

let zeros: { readonly bytes: Buffer; readonly hash: string } | undefined

/** A block of zeros. */
const zeroBlock = () => {
  if (!zeros) {
    const bytes = Buffer.alloc(blockBytes)
    zeros = { bytes, hash: createHash('sha256').update(bytes).digest('hex') }
  }
  return zeros
}

export const isZeroHash = (hash: string): boolean => hash === zeroBlock().hash

type WithData = Omit<GetSnapshotBlockResponse, 'BlockData'> & { readonly BlockData: BlobSlices | Buffer }

export const getSnapshotBlock: Operation<GetSnapshotBlockRequest, WithData> = (tx, input) => {
  const { id } = readableSnapshot(tx, input.SnapshotId)
  const index = tokensOf(tx).read(blockPurpose(id), input.BlockToken)
  if (index === undefined || index !== input.BlockIndex)
    refuseInput(
      'INVALID_BLOCK_TOKEN',
      `The block token is not one of block ${input.BlockIndex} of the snapshot '${id}', or has expired.`,
    )
  const hash = tx.snapshotBlocks.get(id, index ?? 0)?.hash
  const about = (checksum: string) => ({
    DataLength: blockBytes,
    Checksum: base64Of(checksum),
    ChecksumAlgorithm: 'SHA256' as const,
  })
  if (hash === undefined) return { ...about(zeroBlock().hash), BlockData: zeroBlock().bytes }
  const { blob } = tx.blocks.must(hash)
  return { ...about(hash), BlockData: { slices: [{ blob, start: 0, end: blockBytes }] } }
}

interface PageRequest {
  readonly NextToken?: string | undefined
  readonly MaxResults?: number | undefined
  readonly StartingBlockIndex?: number | undefined
}

/** Where a page begins, and how much it may hold. */
const pageOf = (tx: Tx, purpose: string, { NextToken, MaxResults, StartingBlockIndex = 0 }: PageRequest) => {
  const most = MaxResults ?? mostResults
  if (most < 1 || most > mostResults)
    refuseValue(`MaxResults must be between ${leastResults} and ${mostResults}, not ${MaxResults}.`)
  const limit = Math.max(most, leastResults)
  // A token has the last word on where to begin.
  if (NextToken !== undefined) {
    const invalid = () => refuseInput('INVALID_PAGE_TOKEN', 'The page token is not valid, or has expired.')
    return { limit, from: tokensOf(tx).read(purpose, NextToken) ?? invalid() }
  }
  if (StartingBlockIndex < 0)
    refuseValue(`StartingBlockIndex must not be negative, but is ${StartingBlockIndex}.`)
  return { limit, from: StartingBlockIndex }
}

/** What lists of blocks have in common. */
const listOf = (snapshot: Snapshot, ExpiryTime: Date, NextToken: string | undefined) => ({
  ExpiryTime,
  VolumeSize: snapshot.sizeGib,
  BlockSize: blockBytes,
  ...(NextToken !== undefined && { NextToken }),
})

export const listSnapshotBlocks: Operation<ListSnapshotBlocksRequest, ListSnapshotBlocksResponse> = (
  tx,
  input,
) => {
  const snapshot = readableSnapshot(tx, input.SnapshotId)
  const { id } = snapshot
  const purpose = `page ${id}`
  const { limit, from } = pageOf(tx, purpose, input)
  const found = someBlocks(tx, id, from, limit + 1)
  const tokens = tokensOf(tx)
  const expiry = expiryOf(tx)
  const next = found[limit]
  return {
    Blocks: found.slice(0, limit).map(({ index }) => ({
      BlockIndex: index,
      BlockToken: tokens.make(blockPurpose(id), index, expiry),
    })),
    ...listOf(snapshot, expiry, next && tokens.make(purpose, next.index, expiry)),
  }
}

interface Pair {
  readonly index: number
  readonly first: string | undefined
  readonly second: string | undefined
}

/** The places of two snapshots side by side, in order; those that are zero in both are left out. */
function* pairs(tx: Tx, first: string, second: string, from: number): Generator<Pair> {
  const lefts = blocksOf(tx, first, from)[Symbol.iterator]()
  const rights = blocksOf(tx, second, from)[Symbol.iterator]()
  let left = lefts.next()
  let right = rights.next()
  while (!left.done || !right.done) {
    const index = Math.min(left.done ? Infinity : left.value.index, right.done ? Infinity : right.value.index)
    const isLeft = !left.done && left.value.index === index
    const isRight = !right.done && right.value.index === index
    yield {
      index,
      first: isLeft ? left.value.hash : undefined,
      second: isRight ? right.value.hash : undefined,
    }
    if (isLeft) left = lefts.next()
    if (isRight) right = rights.next()
  }
}

// Longer than any chain that somebody would make; records that point at each other in a circle end here.
const ancestorsLimit = 1000

/** What a snapshot descends from: its parents, as far as they are on record, and the volumes they were taken of. */
const lineageOf = (tx: Tx, snapshot: Snapshot): ReadonlySet<string> => {
  const lineage = new Set<string>()
  let next: Snapshot | undefined = snapshot
  for (let count = 0; next && count < ancestorsLimit; count++) {
    lineage.add(next.id)
    if (!next.direct) lineage.add(next.volumeId)
    // The parent may be gone; what descends from it is related nonetheless.
    if (next.parentId) lineage.add(next.parentId)
    next = next.parentId ? tx.snapshots.get(next.parentId) : undefined
  }
  return lineage
}

const checkRelated = (tx: Tx, first: Snapshot, second: Snapshot): void => {
  const lineage = lineageOf(tx, first)
  if ([...lineageOf(tx, second)].some(one => lineage.has(one))) return
  refuseInput(
    'UNRELATED_SNAPSHOTS',
    `The snapshots '${first.id}' and '${second.id}' are not of the same volume or lineage.`,
  )
}

export const listChangedBlocks: Operation<ListChangedBlocksRequest, ListChangedBlocksResponse> = (
  tx,
  input,
) => {
  const second = readableSnapshot(tx, input.SecondSnapshotId)
  if (input.FirstSnapshotId === undefined)
    refuseValue('FirstSnapshotId must be given together with SecondSnapshotId.')
  const first = readableSnapshot(tx, input.FirstSnapshotId)
  checkRelated(tx, first, second)
  const purpose = `changes ${first.id} ${second.id}`
  const { limit, from } = pageOf(tx, purpose, input)
  const tokens = tokensOf(tx)
  const expiry = expiryOf(tx)
  const changed: ChangedBlock[] = []
  const token = (id: string, index: number): string => tokens.make(blockPurpose(id), index, expiry)
  let next: number | undefined
  let compared = 0
  for (const { index, first: before, second: after } of pairs(tx, first.id, second.id, from)) {
    // The second may be of a smaller volume.
    if (index >= placesOf(second)) break
    if (changed.length === limit || compared === comparedBlocks) {
      next = index
      break
    }
    compared += 1
    if (before === after) continue
    changed.push({
      BlockIndex: index,
      ...(before !== undefined && { FirstBlockToken: token(first.id, index) }),
      SecondBlockToken: token(second.id, index),
    })
  }
  const NextToken = next === undefined ? undefined : tokens.make(purpose, next, expiry)
  return { ChangedBlocks: changed, ...listOf(second, expiry, NextToken) }
}
