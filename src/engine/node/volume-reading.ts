// SPDX-License-Identifier: BSD-2-Clause
// From a volume's file into the places of a snapshot, in one pass: what is not all zero is named by its content, and
// bytes that the cloud does not have yet are kept.
import { createHash } from 'node:crypto'
import { type FileHandle, open, stat, writeFile } from 'node:fs/promises'
import { dataRanges } from '../../format/data-ranges'
import { readAt } from '../../format/file-access'
import type { Run } from '../../format/tar-reader'
import type { StagedFile } from '../bytes/blobs'
import { blockBytes, blocksOf, clearBlock, type PlacedBlock, placeBlocks } from '../bytes/blocks'
import type { Snapshot } from '../ec2/schema/volumes'
import type { JobContext } from '../operation'
import { VolumeFileError } from './volume-disks'

const chunkBlocks = 8
/** Blocks that one transaction places. */
const portion = 128

const zeros = Buffer.alloc(blockBytes)

const isZero = (bytes: Buffer): boolean => zeros.compare(bytes, 0, bytes.length, 0, bytes.length) === 0

const tooShort = () => new VolumeFileError('The file of the volume is shorter than the volume')

const readFully = async (file: FileHandle, into: Buffer, position: number): Promise<void> => {
  if ((await readAt(file, into, position)) < into.length) throw tooShort()
}

/** Blocks of one pass on their way to their places. */
class Pass {
  readonly #context: JobContext
  readonly #snapshot: Snapshot
  /** Places that an earlier pass filled. */
  readonly #before: Set<number>
  readonly #total: number
  #placed: PlacedBlock[] = []
  #cleared: number[] = []

  constructor(context: JobContext, snapshot: Snapshot) {
    this.#context = context
    this.#snapshot = snapshot
    this.#total = (snapshot.sizeGib * 2 ** 30) / blockBytes
    this.#before = context.transact(tx => new Set([...blocksOf(tx, snapshot.id)].map(({ index }) => index)))
  }

  /** Places outside of what will be read are zero now. */
  clearOthers(chunks: readonly { readonly at: number; readonly length: number }[]): void {
    const outside = new Set(this.#before)
    for (const { at, length } of chunks) {
      for (let index = at / blockBytes; index < (at + length) / blockBytes; index++) outside.delete(index)
    }
    this.#cleared.push(...outside)
  }

  /** Take in some blocks that follow each other. The bytes may be overwritten once this has resolved. */
  async add(first: number, bytes: Buffer): Promise<void> {
    const found: { readonly index: number; readonly hash: string; readonly data: Buffer }[] = []
    for (let at = 0; at < bytes.length; at += blockBytes) {
      const data = bytes.subarray(at, at + blockBytes)
      const index = first + at / blockBytes
      if (!isZero(data)) found.push({ index, hash: createHash('sha256').update(data).digest('hex'), data })
      else if (this.#before.has(index)) this.#cleared.push(index)
    }
    if (found.length > 0) {
      const staged = new Map(this.#placed.map(block => [block.hash, block.staged]))
      const isKnown = this.#context.transact(tx => found.map(({ hash }) => tx.blocks.get(hash) !== undefined))
      const writing: Promise<void>[] = []
      for (const [position, { index, hash, data }] of found.entries()) {
        let file = staged.get(hash)
        if (!isKnown[position] && !file) {
          file = this.#context.blobs.stage()
          staged.set(hash, file)
          writing.push(writeFile(file.path, data, { mode: 0o600 }))
        }
        this.#placed.push({ index, hash, staged: file })
      }
      // All of them, so that none is still written when its name is dropped.
      for (const result of await Promise.allSettled(writing)) {
        if (result.status === 'rejected') throw result.reason
      }
    }
    if (this.#placed.length + this.#cleared.length >= portion) this.commit(first)
  }

  /** Place what has come together. Blocks that are gone again stay to be read once more. */
  commit(reached = this.#total): readonly number[] {
    const { id } = this.#snapshot
    const progress = Math.min(99, Math.floor((reached / this.#total) * 100))
    const missing = this.#context.transact(tx => {
      for (const index of this.#cleared) clearBlock(tx, id, index)
      const missing = placeBlocks(tx, id, this.#placed)
      const now = tx.snapshots.get(id)
      if (now?.state === 'pending') tx.snapshots.put({ ...now, progress })
      return missing
    })
    this.drop()
    this.#missing.push(...missing.map(({ index }) => index))
    return this.#missing
  }

  readonly #missing: number[] = []

  /** Let go of staged files; what was adopted stays as a blob. */
  drop(): void {
    const files = new Set(this.#placed.map(({ staged }) => staged).filter((one): one is StagedFile => !!one))
    for (const file of files) this.#context.blobs.drop(file)
    this.#placed = []
    this.#cleared = []
  }

  /** Blocks whose bytes the cloud let go of between being seen and being placed. */
  takeMissing(): readonly number[] {
    return this.#missing.splice(0)
  }
}

/** Which parts of a file to read: pieces of whole blocks, at most `chunkBlocks` long, that hold all of its data. */
function* chunksOf(ranges: readonly Run[], bytes: number): Generator<{ at: number; length: number }> {
  let done = 0
  for (const { offset, bytes: length } of ranges) {
    const end = Math.min(bytes, Math.ceil((offset + length) / blockBytes) * blockBytes)
    for (let at = Math.max(done, Math.floor(offset / blockBytes) * blockBytes); at < end; at = done) {
      done = Math.min(at + chunkBlocks * blockBytes, end)
      yield { at, length: done - at }
    }
  }
}

/** Read a file's data into the snapshot's places. The next piece is read while the last is hashed. */
export const readVolume = async (context: JobContext, snapshot: Snapshot, path: string): Promise<void> => {
  const bytes = snapshot.sizeGib * 2 ** 30
  // Beyond its end a file has no data, and what is missing would be taken for zeros.
  if ((await stat(path)).size < bytes) throw tooShort()
  const chunks = [...chunksOf((await dataRanges(path)) ?? [{ offset: 0, bytes }], bytes)]
  const pass = new Pass(context, snapshot)
  const file = await open(path, 'r')
  const buffers = [Buffer.allocUnsafe(chunkBlocks * blockBytes), Buffer.allocUnsafe(chunkBlocks * blockBytes)]
  const load = async (number: number): Promise<Buffer | undefined> => {
    const chunk = chunks[number]
    const buffer = chunk && buffers[number % 2]?.subarray(0, chunk.length)
    if (buffer) await readFully(file, buffer, chunk.at)
    return buffer
  }
  try {
    pass.clearOthers(chunks)
    let next = load(0)
    for (const [number, { at }] of chunks.entries()) {
      context.signal.throwIfAborted()
      const buffer = (await next) as Buffer
      next = load(number + 1)
      // Should this one fail first, nobody else would look at the other's failure.
      next.catch(() => {})
      await pass.add(at / blockBytes, buffer)
    }
    pass.commit()
    for (let again = pass.takeMissing(); again.length > 0; again = pass.takeMissing()) {
      for (const index of again) {
        const buffer = (buffers[0] as Buffer).subarray(0, blockBytes)
        await readFully(file, buffer, index * blockBytes)
        await pass.add(index, buffer)
      }
      pass.commit()
    }
  } finally {
    pass.drop()
    await file.close()
  }
}
