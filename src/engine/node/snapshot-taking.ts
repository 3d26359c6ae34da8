// SPDX-License-Identifier: BSD-2-Clause
// Taking a snapshot: the volume is kept as it is, which CreateSnapshot's answer waits for, and the snapshot completed.
//
// A snapshot is the disk at one moment. Where the file system has reflinks a copy is made first, at that moment. Elsewhere
// the file itself is read, and read again if it was written to meanwhile: only a pass that nobody disturbed counts. So what
// comes out is what a machine would find after its power was cut, also when somebody holds the file open; who keeps
// writing and writing gets no snapshot, and is told why.

import { constants } from 'node:fs'
import { copyFile, rm, stat, writeFile } from 'node:fs/promises'
import { clearBlocks } from '../bytes/blocks'
import { isBeingInherited } from '../ebs/snapshots'
import type { Snapshot } from '../ec2/schema/volumes'
import { crashConsistent, snapshotCompleted, snapshotFailed } from '../ec2/volume-life'
import { isOutOfStorage, Later } from '../jobs'
import type { JobContext, Tx } from '../operation'
import { isOpenForWriting } from './open-files'
import { diskFailure } from './volume-disks'
import { volumeFile } from './volume-files'
import { readVolume } from './volume-reading'

const restless =
  'The volume was written to again and again while it was read; detach it, or stop what writes, and try again'

// Passes over a file that is written to: at once, then after a pause, and in the end the snapshot is given up.
const passes = 3
const rounds = 5
const pauseSeconds = 3

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

/** Read the volume into the snapshot's places. Returns whether it was in use, `undefined` when there is no snapshot to be had. */
const capture = async (
  context: JobContext,
  snapshot: Snapshot,
): Promise<{ readonly isInUse: boolean } | undefined> => {
  const { id } = snapshot
  try {
    const found = await read(context, snapshot)
    if (found !== 'restless') return { isInUse: found === 'in use' }
    if (context.attempt < rounds) return await context.sleep(pauseSeconds)
    await giveUp(context, id, restless)
  } catch (error) {
    if (context.signal.aborted || error instanceof Later) throw error
    const reason = isOutOfStorage(error) ? error.message : diskFailure(error)
    await giveUp(context, id, reason ?? 'internal error')
    if (reason === undefined) throw error
  }
  return undefined
}

/** A pending snapshot; `undefined` when it is gone, and then what it has goes as well. */
const begin = async (context: JobContext, id: string): Promise<Snapshot | undefined> => {
  const snapshot = context.transact(tx => pending(tx, id))
  if (snapshot) return snapshot
  await removeFiles(context.home, id)
  context.transact(tx => tx.start('snapshot.discard', id))
  return undefined
}

const ended = (tx: Tx, id: string, isInUse: boolean): void => {
  // Deleted meanwhile: what it was given since then goes as well.
  if (!tx.snapshots.get(id)) tx.start('snapshot.discard', id)
  snapshotCompleted(tx, id, isInUse ? crashConsistent : undefined)
}

/** Job: keep a volume as it is now, for a snapshot that is completed afterwards. */
export const captureSnapshot = async (context: JobContext, id: string): Promise<void> => {
  const snapshot = await begin(context, id)
  if (!snapshot || snapshot.captured) return
  const captured = await capture(context, snapshot)
  if (!captured) return
  context.transact(tx => {
    const now = pending(tx, id)
    if (now) {
      tx.snapshots.put({ ...now, captured: true, ...(captured.isInUse && { message: crashConsistent }) })
    }
    tx.start('snapshot.take', id)
  })
}

/** Job: complete a pending snapshot, of the volume as it was kept, or else as it is. */
export const takeSnapshot = async (context: JobContext, id: string): Promise<void> => {
  const snapshot = await begin(context, id)
  if (!snapshot) return
  const captured = snapshot.captured
    ? { isInUse: snapshot.message !== undefined }
    : await capture(context, snapshot)
  if (captured) context.transact(tx => ended(tx, id, captured.isInUse))
}

/** Whether some volume is still being made from the snapshot, or another snapshot takes over its blocks. */
const isBeingRead = (tx: Tx, id: string): boolean =>
  tx.volumes.list().some(volume => volume.snapshotId === id && volume.state === 'creating') ||
  tx.snapshots.list().some(({ sourceId, state }) => sourceId === id && state === 'pending') ||
  isBeingInherited(tx, id)

/** Blocks that one transaction lets go of. */
const portion = 128
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
