// SPDX-License-Identifier: BSD-2-Clause
// What tests of the EBS direct APIs share: blocks, and snapshots written through them.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import {
  CompleteSnapshotCommand,
  GetSnapshotBlockCommand,
  ListSnapshotBlocksCommand,
  PutSnapshotBlockCommand,
  type PutSnapshotBlockCommandInput,
  StartSnapshotCommand,
  type StartSnapshotCommandInput,
} from '@aws-sdk/client-ebs'
import { blockBytes } from '../../../src/engine/bytes/blocks'
import type { Clients } from '../../support/cloud'

/** A block that repeats a number, other than 0 for other content. */
export const blockOf = (content: number): Buffer => {
  const block = Buffer.alloc(blockBytes)
  for (let at = 0; at < blockBytes; at += 512) block.writeUInt32LE(content, at)
  return block
}

export const sha256 = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest()

export const start = async (
  who: Clients,
  input: Partial<StartSnapshotCommandInput> = {},
): Promise<string> => {
  const { SnapshotId = '' } = await who.ebs().send(new StartSnapshotCommand({ VolumeSize: 1, ...input }))
  return SnapshotId
}

export const put = (
  who: Clients,
  SnapshotId: string,
  BlockIndex: number,
  BlockData: Buffer,
  more: Partial<PutSnapshotBlockCommandInput> = {},
) =>
  who.ebs().send(
    new PutSnapshotBlockCommand({
      ...{ SnapshotId, BlockIndex, BlockData, DataLength: blockBytes, ChecksumAlgorithm: 'SHA256' },
      Checksum: sha256(BlockData).toString('base64'),
      ...more,
    }),
  )

export const complete = (who: Clients, SnapshotId: string, ChangedBlocksCount: number) =>
  who.ebs().send(new CompleteSnapshotCommand({ SnapshotId, ChangedBlocksCount }))

/** A completed snapshot with these blocks, by place. */
export const written = async (
  who: Clients,
  blocks: Readonly<Record<number, Buffer>>,
  input: Partial<StartSnapshotCommandInput> = {},
): Promise<string> => {
  const id = await start(who, input)
  for (const [index, bytes] of Object.entries(blocks)) await put(who, id, Number(index), bytes)
  await complete(who, id, Object.keys(blocks).length)
  return id
}

/** One block, its checksum verified. */
export const get = async (
  who: Clients,
  SnapshotId: string,
  BlockIndex: number,
  BlockToken: string | undefined,
) => {
  const answer = await who
    .ebs()
    .send(new GetSnapshotBlockCommand({ SnapshotId, BlockIndex, BlockToken: BlockToken ?? '' }))
  const bytes = Buffer.from((await answer.BlockData?.transformToByteArray()) ?? [])
  assert.equal(answer.DataLength, bytes.length)
  assert.deepEqual([answer.ChecksumAlgorithm, answer.Checksum], ['SHA256', sha256(bytes).toString('base64')])
  return bytes
}

export const list = (who: Clients, SnapshotId: string) =>
  who.ebs().send(new ListSnapshotBlocksCommand({ SnapshotId }))

/** All blocks of a snapshot, by place, as its reader gets them. */
export const contentsOf = async (who: Clients, id: string): Promise<Record<number, Buffer>> => {
  const { Blocks = [] } = await list(who, id)
  const found: Record<number, Buffer> = {}
  for (const { BlockIndex = -1, BlockToken } of Blocks)
    found[BlockIndex] = await get(who, id, BlockIndex, BlockToken)
  return found
}

/** A call that must be refused: its exception's name, status, and reason if it has one. */
export const refusedAs = async (
  call: Promise<unknown>,
  name: string,
  reason?: string,
  message = /./,
): Promise<void> => {
  const error = await call.then(
    () => assert.fail(`not refused: ${name} ${reason ?? ''}`),
    one => one as Error & { Reason?: string },
  )
  assert.deepEqual([error.name, error.Reason], [name, reason], error.message)
  assert.match(error.message, message)
}
