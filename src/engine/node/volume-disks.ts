// SPDX-License-Identifier: BSD-2-Clause
// Jobs on the files of volumes: making, removing, and showing them in instances' folders. Each may be cut short at any
// line and is then run again from its start, so that a file gets its name when it is complete, and records change last.
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises'
import { readAt, writeAt } from '../../format/file-access'
import type { Blobs } from '../bytes/blobs'
import { blockBytes, someBlocks } from '../bytes/blocks'
import type { SnapshotBlock } from '../bytes/schema'
import type { Volume } from '../ec2/schema/volumes'
import {
  releaseVolume,
  volumeFailed,
  volumeFilled,
  volumeGrown,
  volumeNotGrown,
  volumeRemoved,
} from '../ec2/volume-life'
import { Later } from '../jobs'
import type { JobContext, Tx } from '../operation'
import { clearIfOff } from './instance-disks'
import { isOpenForWriting } from './open-files'
import { linkDevice, unlinkDevice, volumeFile, volumesFolder } from './volume-files'

const portion = 256
// Blocks on their way at a time: enough to keep two cores busy, and 4 MiB of memory.
const concurrent = 8

const readWhole = async (path: string, into: Buffer): Promise<void> => {
  const file = await open(path, 'r')
  try {
    const done = await readAt(file, into, 0)
    if (done < into.length) throw new Error(`${path} is shorter than a block`)
  } finally {
    await file.close()
  }
}

type Piece = SnapshotBlock & { readonly path: string }

/** Nobody wants the file any more. */
class Unwanted extends Error {
  override readonly name = 'Unwanted'
}

/**
 * A snapshot's blocks with the files that hold them, a portion at a time. They are kept as long as `isWanted` is true;
 * it is asked with each portion, and `Unwanted` thrown when it is not.
 */
function* pieces(
  context: JobContext,
  blobs: Blobs,
  snapshotId: string,
  isWanted: (tx: Tx) => boolean,
): Generator<readonly Piece[]> {
  for (let from = 0; ; ) {
    const some = context.transact(tx => {
      if (!isWanted(tx)) throw new Unwanted()
      return someBlocks(tx, snapshotId, from, portion).map(place => ({
        ...place,
        path: blobs.path(tx.blocks.must(place.hash).blob),
      }))
    })
    if (some.length > 0) yield some
    const last = some.at(-1)
    if (!last || some.length < portion) return
    from = last.index + 1
  }
}

/** Write a snapshot's blocks to their places in a file. See `pieces`. */
const writeBlocks = async (
  context: JobContext,
  snapshotId: string,
  file: FileHandle,
  isWanted: (tx: Tx) => boolean,
): Promise<void> => {
  const buffers = Array.from({ length: concurrent }, () => Buffer.allocUnsafe(blockBytes))
  for (const some of pieces(context, context.blobs, snapshotId, isWanted)) {
    const waiting = some[Symbol.iterator]()
    const write = async (buffer: Buffer): Promise<void> => {
      for (const { index, path } of waiting) {
        context.signal.throwIfAborted()
        await readWhole(path, buffer)
        await writeAt(file, buffer, index * blockBytes)
      }
    }
    await Promise.all(buffers.map(write))
  }
}

const creating = (tx: Tx, id: string): Volume | undefined => {
  const volume = tx.volumes.get(id)
  return volume?.state === 'creating' ? volume : undefined
}

const make = async (context: JobContext, { id, sizeGib, snapshotId }: Volume): Promise<void> => {
  await mkdir(volumesFolder(context.home), { recursive: true, mode: 0o700 })
  const part = `${volumeFile(context.home, id)}.part`
  await rm(part, { force: true })
  try {
    const file = await open(part, 'wx', 0o600)
    try {
      await file.truncate(sizeGib * 2 ** 30)
      // Its snapshot may be deleted meanwhile; the blocks go when nobody is `creating` from them.
      if (snapshotId) await writeBlocks(context, snapshotId, file, tx => creating(tx, id) !== undefined)
    } finally {
      await file.close()
    }
    await rename(part, volumeFile(context.home, id))
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
}

/** A volume's file is not what it was left as. */
export class VolumeFileError extends Error {
  override readonly name = 'VolumeFileError'
}

/** What is wrong with a file or its file system, in words for an owner; `undefined` when it is something else. */
export const diskFailure = (error: unknown): string | undefined =>
  error instanceof VolumeFileError
    ? error.message
    : error instanceof Error && 'syscall' in error
      ? error.message.replace(/, \w+( '.*)?$/, '')
      : undefined

/** Whether a snapshot is still being taken of the volume. */
const isBeingTaken = (tx: Tx, volumeId: string): boolean =>
  tx.snapshots.list().some(snapshot => snapshot.volumeId === volumeId && snapshot.state === 'pending')

/** Whether a volume's file is to go: its volume is gone or on its way, and no snapshot wants it first. */
const isDoomed = (tx: Tx, id: string): boolean => {
  const state = tx.volumes.get(id)?.state
  return (state === undefined || state === 'deleting' || state === 'deleted') && !isBeingTaken(tx, id)
}

const removeFiles = async (home: string, id: string): Promise<void> => {
  const file = volumeFile(home, id)
  await rm(file, { force: true })
  await rm(`${file}.part`, { force: true })
}

const fill = async (context: JobContext, volume: Volume): Promise<void> => {
  const { id } = volume
  try {
    await make(context, volume)
  } catch (error) {
    if (error instanceof Unwanted) return
    if (context.signal.aborted) throw error
    const reason = diskFailure(error)
    context.transact(tx => volumeFailed(tx, id, reason ?? 'internal error'))
    if (reason === undefined) throw error
    return
  }
  context.transact(tx => volumeFilled(tx, id))
}

/** Job: make a volume's file, from nothing or from a snapshot. */
export const fillVolume = async (context: JobContext, id: string): Promise<void> => {
  const volume = context.transact(tx => creating(tx, id))
  if (volume) await fill(context, volume)
  // It may have been deleted meanwhile, by a job that found no file yet; also in a run that was cut short here.
  if (context.transact(tx => isDoomed(tx, id))) await removeFiles(context.home, id)
}

/** Job: remove a volume's file. A snapshot that is being taken comes first, and starts this job when it is done. */
export const removeVolume = async (context: JobContext, id: string): Promise<void> => {
  if (!context.transact(tx => isDoomed(tx, id))) return
  await removeFiles(context.home, id)
  context.transact(tx => volumeRemoved(tx, id))
}

/** Job: give a volume's file the size that ModifyVolume was asked for. What it has more is zero. */
export const growVolume = async (context: JobContext, id: string): Promise<void> => {
  const volume = context.transact(tx => tx.volumes.get(id))
  if (volume?.state !== 'available' || volume.modification?.state !== 'modifying') return
  const bytes = volume.modification.after.sizeGib * 2 ** 30
  try {
    const file = await open(volumeFile(context.home, id), 'r+')
    try {
      const { size } = await file.stat()
      if (size < bytes) await file.truncate(bytes)
    } finally {
      await file.close()
    }
  } catch (error) {
    const reason = diskFailure(error)
    if (reason === undefined) throw error
    context.transact(tx => volumeNotGrown(tx, id, reason))
    return
  }
  context.transact(tx => volumeGrown(tx, id))
}

/** A volume that an instance with a folder is to get or to lose. */
const attached = (tx: Tx, id: string, state: 'attaching' | 'detaching') => {
  const volume = tx.volumes.get(id)
  const instance = volume?.attachment && tx.instances.get(volume.attachment.instanceId)
  return volume?.attachment?.state === state ? { volume, instance, attachment: volume.attachment } : undefined
}

/** The volume cannot be shown: it is free again. */
const attachFailed = (tx: Tx, id: string, reason: string): void => {
  const now = attached(tx, id, 'attaching')
  if (!now) return
  tx.event('EBS', 'ERROR', `Volume ${id} could not be attached to ${now.attachment.instanceId}: ${reason}`)
  releaseVolume(tx, now.volume)
}

/** Job: show an attaching volume in its instance. */
export const showVolume = async (context: JobContext, id: string): Promise<void> => {
  const found = context.transact(tx => attached(tx, id, 'attaching'))
  if (!found) return
  const { volume, instance } = found
  if (volume.state === 'creating') throw new Later(1)
  try {
    if (instance?.state === 'running') await linkDevice(context.home, instance, volume)
  } catch (error) {
    const reason = diskFailure(error)
    if (context.signal.aborted || reason === undefined) throw error
    context.transact(tx => attachFailed(tx, id, reason))
    return
  }
  const isShown = context.transact(tx => {
    const now = attached(tx, id, 'attaching')
    if (now) tx.volumes.put({ ...now.volume, attachment: { ...now.attachment, state: 'attached' } })
    // Its folder may have been removed, and this have made it anew.
    if (instance) clearIfOff(tx, instance)
    return now !== undefined
  })
  // Detached meanwhile, by a job that found no link yet.
  if (!isShown && instance) await unlinkDevice(context.home, instance, volume)
}

// How often, a second apart, a machine is waited for that still writes to what is taken from it.
const detachAttempts = 10

/**
 * Job: take a detaching volume out of its instance's folder, and free it. Who has it open for writing is given some
 * seconds to let go, unless the request was to force it; afterwards he keeps the file, which is the volume's no less.
 */
export const hideVolume = async (context: JobContext, id: string): Promise<void> => {
  const found = context.transact(tx => attached(tx, id, 'detaching'))
  if (!found) return
  const { volume, instance, attachment } = found
  const mayWait = !attachment.isForced && context.attempt <= detachAttempts
  if (mayWait && (await isOpenForWriting(volumeFile(context.home, id)))) return context.sleep(1)
  if (instance) await unlinkDevice(context.home, instance, volume)
  context.transact(tx => {
    const now = attached(tx, id, 'detaching')
    if (now) releaseVolume(tx, now.volume)
  })
}
