// SPDX-License-Identifier: BSD-2-Clause
// Schemas are imported one by one: what is not named here is not in the bundle.
import { createHash } from 'node:crypto'
import {
  CompleteSnapshot$,
  GetSnapshotBlock$,
  ListChangedBlocks$,
  ListSnapshotBlocks$,
  PutSnapshotBlock$,
  StartSnapshot$,
} from '@aws-sdk/client-ebs'
import type { Connection } from './connection'
import { ClientError } from './errors'
import { jsonSender } from './json-client'
import type { EbsClient } from './operations'
import { methodsOf } from './query-client'

type Got = Awaited<ReturnType<EbsClient['getSnapshotBlock']>>

/** The block, if it is what its sender meant to send. */
const verified = (answer: Got, what: string): Got => {
  const { BlockData, DataLength, Checksum, ChecksumAlgorithm } = answer
  const isWhole = DataLength === undefined || DataLength === BlockData.length
  const isRight =
    ChecksumAlgorithm !== 'SHA256' || Checksum === createHash('sha256').update(BlockData).digest('base64')
  if (isWhole && isRight) return answer
  throw new ClientError('checksum', `${what} did not come as it was sent: its checksum or length is another`)
}

export const open = (connection: Connection): EbsClient => {
  const client = methodsOf<EbsClient>(jsonSender(connection), {
    completeSnapshot: CompleteSnapshot$,
    getSnapshotBlock: GetSnapshotBlock$,
    listChangedBlocks: ListChangedBlocks$,
    listSnapshotBlocks: ListSnapshotBlocks$,
    putSnapshotBlock: PutSnapshotBlock$,
    startSnapshot: StartSnapshot$,
  })
  return {
    ...client,
    getSnapshotBlock: async (input, options) =>
      verified(
        await client.getSnapshotBlock(input, options),
        `block ${input.BlockIndex} of ${input.SnapshotId}`,
      ),
  }
}
