// SPDX-License-Identifier: BSD-2-Clause
// Taking a snapshot: every block of the volume's file that is not all zero gets its place, and bytes that the cloud does
// not have yet are kept.
//
// A snapshot is the disk at one moment. Where the file system has reflinks a copy is made first, at that moment. Elsewhere
// the file itself is read, and read again if it was written to meanwhile: only a pass that nobody disturbed counts. So what
// comes out is what a machine would find after its power was cut, also when somebody holds the file open; who keeps
// writing and writing gets no snapshot, and is told why.

import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { copyFile, type FileHandle, open, rm, stat, writeFile } from 'node:fs/promises'
import { dataRanges } from '../../format/data-ranges'
import type { Run } from '../../format/tar-reader'
import type { StagedFile } from '../bytes/blobs'
import { blockBytes, blocksOf, clearBlock, clearBlocks, type PlacedBlock, placeBlocks } from '../bytes/blocks'
import { isBeingInherited } from '../ebs/snapshots'
import type { Snapshot } from '../ec2/schema/volumes'
import { crashConsistent, snapshotCompleted, snapshotFailed } from '../ec2/volume-life'
import { isOutOfStorage, Later } from '../jobs'
import type { JobContext, Tx } from '../operation'
import { isOpenForWriting } from './open-files'
import { diskFailure, VolumeFileError } from './volume-disks'
import { volumeFile } from './volume-files'

const restless =
  'The volume was written to again and again while it was read; detach it, or stop what writes, and try again'

const chunkBlocks = 8
/** Blocks that one transaction places. */
const portion = 128
// Passes over a file that is written to: at once, then after a pause, and in the end the snapshot is given up.
const passes = 3
const rounds = 5
const pauseSeconds = 3

const zeros = Buffer.alloc(blockBytes)

const isZero = (bytes: Buffer): boolean => zeros.compare(bytes, 0, bytes.length, 0, bytes.length) === 0

const tooShort = () => new VolumeFileError('The file of the volume is shorter than the volume')

const readFully = async (file: FileHandle, into: Buffer, position: number): Promise<void> => {
  for (let done = 0; done < into.length; ) {
    const { bytesRead } = await file.read(into, done, into.length - done, position + done)
    if (bytesRead === 0) throw tooShort()
    done += bytesRead
  }
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
const readVolume = async (context: JobContext, snapshot: Snapshot, path: string): Promise<void> => {
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

/** When the file was last written to (ns), by the file system's clock. */
const changedAt = async (path: string): Promise<bigint> => (await stat(path, { bigint: true })).mtimeNs

const markerOf = (home: string, id: string): string => `${volumeFile(home, id)}.now`

/** What the file system's clock says. */
const fileSystemNow = async (home: string, id: string): Promise<bigint> => {
  const marker = markerOf(home, id)
  await writeFile(marker, '')
  try {
    return await changedAt(marker)
  } finally {
    await rm(marker, { force: true })
  }
}

/** One pass over the file itself. Tells whether nobody wrote to it meanwhile. */
const readUndisturbed = async (context: JobContext, snapshot: Snapshot, path: string): Promise<boolean> => {
  const before = await changedAt(path)
  const start = await fileSystemNow(context.home, snapshot.id)
  await readVolume(context, snapshot, path)
  // Times have the grain of the kernel's ticks: a write in the tick of the start would leave no trace.
  return before < start && (await changedAt(path)) === before
}

const withoutReflinks = /^(ENOTSUP|EOPNOTSUPP|EXDEV|EINVAL|ENOTTY|ENOSYS)$/

/** A copy of this moment, where the file system makes one at no cost. */
const freeze = async (path: string, copy: string): Promise<boolean> => {
  await rm(copy, { force: true })
  try {
    await copyFile(path, copy, constants.COPYFILE_FICLONE_FORCE)
    return true
  } catch (error) {
    await rm(copy, { force: true })
    if (withoutReflinks.test((error as NodeJS.ErrnoException).code ?? '')) return false
    throw error
  }
}

const read = async (context: JobContext, snapshot: Snapshot): Promise<'quiet' | 'in use' | 'restless'> => {
  const path = volumeFile(context.home, snapshot.volumeId)
  const copy = `${volumeFile(context.home, snapshot.id)}.part`
  const isInUse = snapshot.message !== undefined || (await isOpenForWriting(path))
  if (await freeze(path, copy)) {
    await readVolume(context, snapshot, copy)
    await rm(copy, { force: true })
    return isInUse ? 'in use' : 'quiet'
  }
  for (let pass = 1; pass <= passes; pass++) {
    if (await readUndisturbed(context, snapshot, path)) return isInUse || pass > 1 ? 'in use' : 'quiet'
  }
  return 'restless'
}

const pending = (tx: Tx, id: string): Snapshot | undefined => {
  const snapshot = tx.snapshots.get(id)
  return snapshot?.state === 'pending' && !snapshot.direct ? snapshot : undefined
}

/** What a run that was cut short may have left beside the volumes. */
const removeFiles = async (home: string, id: string): Promise<void> => {
  await rm(`${volumeFile(home, id)}.part`, { force: true })
  await rm(markerOf(home, id), { force: true })
}

const giveUp = async (context: JobContext, id: string, message: string): Promise<void> => {
  await removeFiles(context.home, id)
  context.transact(tx => snapshotFailed(tx, id, message))
}

/** Job: take a pending snapshot of its volume. */
export const takeSnapshot = async (context: JobContext, id: string): Promise<void> => {
  const snapshot = context.transact(tx => pending(tx, id))
  if (!snapshot) {
    await removeFiles(context.home, id)
    return context.transact(tx => tx.start('snapshot.discard', id))
  }
  try {
    const found = await read(context, snapshot)
    if (found === 'restless' && context.attempt < rounds) return await context.sleep(pauseSeconds)
    if (found === 'restless') return await giveUp(context, id, restless)
    context.transact(tx => {
      // Deleted meanwhile: what it was given since then goes as well.
      if (!tx.snapshots.get(id)) tx.start('snapshot.discard', id)
      snapshotCompleted(tx, id, found === 'in use' ? crashConsistent : undefined)
    })
  } catch (error) {
    if (context.signal.aborted || error instanceof Later) throw error
    const reason = isOutOfStorage(error) ? error.message : diskFailure(error)
    await giveUp(context, id, reason ?? 'internal error')
    if (reason === undefined) throw error
  }
}

/** Whether some volume is still being made from the snapshot, or another snapshot takes over its blocks. */
const isBeingRead = (tx: Tx, id: string): boolean =>
  tx.volumes.list().some(volume => volume.snapshotId === id && volume.state === 'creating') ||
  isBeingInherited(tx, id)

const discardPauseSeconds = 2

/** Job: let go of the blocks of a snapshot that is gone or failed, a portion at a time. */
export const discardSnapshot = async (context: JobContext, id: string): Promise<void> => {
  for (;;) {
    const state = context.transact(tx => {
      const snapshot = tx.snapshots.get(id)
      if (snapshot && snapshot.state !== 'error') return 'wanted'
      if (isBeingRead(tx, id)) return 'read'
      return clearBlocks(tx, id, portion) ? 'empty' : 'more'
    })
    if (state === 'read') return context.sleep(discardPauseSeconds)
    if (state !== 'more') return
    context.signal.throwIfAborted()
  }
}
