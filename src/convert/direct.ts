// SPDX-License-Identifier: BSD-2-Clause
// Writing a snapshot through the EBS direct APIs, as awslabs/coldsnap does it (engine-ebs §9): the blocks that are not
// zero, many at a time, each with its SHA-256, and one over all of those at the end.
import { createHash, webcrypto } from 'node:crypto'
import { ConversionError } from './errors'
import { blocksOfImage, type ImageBlock } from './image-blocks'
import type { ConversionRecord } from './record'
import type { ConversionServices, SnapshotWriter } from './services'
import { conversionTag, snapshotCompleted, snapshotDescription, stateOfSnapshot } from './snapshots'
import { again, isMissing } from './waiting'

// Blocks in flight; coldsnap's 64 gain nothing on a cloud that is near, and cost memory.
const concurrency = 32
/** How many blocks are put between two notes of how far the writing has come. */
const recordedBlocks = 128
// Of an interruption that a conversion survives, in minutes; more than a day is not accepted by all.
const timeoutMinutes = 720

/** Drop a snapshot that came to nothing, so that another can be begun. */
const startOver = async (
  services: ConversionServices,
  record: ConversionRecord,
  id: string,
): Promise<void> => {
  try {
    await services.target.compute.deleteSnapshot({ SnapshotId: id })
  } catch (error) {
    if (!isMissing(error)) throw error
  }
  services.onEvent({ kind: 'note', text: `Snapshot ${id} came to nothing; another one is begun.` })
  await record.save({
    snapshotId: undefined,
    blockBytes: undefined,
    blocksDone: undefined,
    completing: undefined,
    attempts: (record.progress.attempts ?? 0) + 1,
  })
}

/** The snapshot to write to: the one that was begun, or a new one. */
const begin = async (
  writer: SnapshotWriter,
  services: ConversionServices,
  record: ConversionRecord,
): Promise<{ readonly id: string; readonly blockBytes: number; readonly isComplete: boolean }> => {
  const { snapshotId, blockBytes } = record.progress
  if (snapshotId !== undefined && blockBytes !== undefined) {
    const state = await stateOfSnapshot(services, snapshotId)
    if (state !== 'gone') return { id: snapshotId, blockBytes, isComplete: state === 'completed' }
    await startOver(services, record, snapshotId)
  }
  // The same token gives the same snapshot, should the answer have been lost.
  const started = await writer.startSnapshot({
    VolumeSize: record.plan.sizeGib,
    Description: snapshotDescription(record),
    ClientToken: `${record.token}-${record.progress.attempts ?? 0}`,
    Tags: [conversionTag(record)],
    Timeout: timeoutMinutes,
  })
  const { SnapshotId: id, BlockSize: size } = started
  if (!id || !size) throw new ConversionError('the service began a snapshot without saying which')
  await record.save({ snapshotId: id, blockBytes: size, blocksDone: 0 })
  return { id, blockBytes: size, isComplete: false }
}

/** Puts of blocks that are under way. The first failure is thrown when all of them have ended. */
class Puts {
  readonly #running = new Map<number, Promise<void>>()
  #failure: { readonly error: unknown } | undefined

  /** Begin with one, when there is room for it among those that are under way. */
  async begin(index: number, put: () => Promise<void>): Promise<void> {
    while (this.#running.size >= concurrency && !this.#failure) await Promise.race(this.#running.values())
    if (this.#failure) return this.settle()
    const running = put()
      .catch(error => {
        this.#failure ??= { error }
      })
      .finally(() => this.#running.delete(index))
    this.#running.set(index, running)
  }

  async settle(): Promise<void> {
    await Promise.all(this.#running.values())
    if (this.#failure) throw this.#failure.error
  }

  /** The first block that may not be there yet, of those before `next`. */
  before(next: number): number {
    return Math.min(next, ...this.#running.keys())
  }
}

/** SHA-256 on another thread, while this one sees to the blocks before. */
const sha256 = async (data: Buffer): Promise<Buffer> =>
  Buffer.from(await webcrypto.subtle.digest('SHA-256', data))

/** Put all blocks, and say what the whole must be. Blocks that are on record as put are only hashed. */
const putBlocks = async (
  writer: SnapshotWriter,
  services: ConversionServices,
  record: ConversionRecord,
  { id, blockBytes }: { readonly id: string; readonly blockBytes: number },
): Promise<{ readonly count: number; readonly checksum: string }> => {
  const { bytes } = record.plan
  const done = record.progress.blocksDone ?? 0
  const digests: Buffer[] = []
  const puts = new Puts()
  let sinceRecord = 0
  const put = async ({ index, data, release }: ImageBlock, place: number): Promise<void> => {
    try {
      const digest = await sha256(data)
      digests[place] = digest
      if (index < done) return
      const block = {
        SnapshotId: id,
        BlockIndex: index,
        BlockData: data,
        DataLength: data.length,
        Checksum: digest.toString('base64'),
        ChecksumAlgorithm: 'SHA256',
      } as const
      await again(services, () => writer.putSnapshotBlock(block))
    } finally {
      release()
    }
  }
  const onRead = (read: number) =>
    services.onEvent({ kind: 'progress', step: 'write', done: Math.min(read, bytes), total: bytes })
  let place = 0
  try {
    for await (const block of blocksOfImage(record.image, blockBytes, onRead)) {
      services.signal.throwIfAborted()
      const own = place++
      await puts.begin(block.index, () => put(block, own))
      if (block.index < done || ++sinceRecord < recordedBlocks) continue
      await record.save({ blocksDone: puts.before(block.index + 1) })
      sinceRecord = 0
    }
  } finally {
    await puts.settle()
  }
  const checksum = createHash('sha256').update(Buffer.concat(digests)).digest('base64')
  return { count: digests.length, checksum }
}

/** Write the image as a snapshot, from where it was left. Resolves to the snapshot's id when it is complete. */
export const writeDirect = async (
  services: ConversionServices,
  record: ConversionRecord,
): Promise<string> => {
  const writer = await services.target.writer()
  const snapshot = await begin(writer, services, record)
  if (!snapshot.isComplete && !record.progress.completing) {
    const { count, checksum } = await putBlocks(writer, services, record, snapshot)
    await writer.completeSnapshot({
      SnapshotId: snapshot.id,
      ChangedBlocksCount: count,
      Checksum: checksum,
      ChecksumAlgorithm: 'SHA256',
      ChecksumAggregationMethod: 'LINEAR',
    })
    await record.save({ completing: true })
  }
  await snapshotCompleted(services, snapshot.id, record.plan.sizeGib)
  return snapshot.id
}
