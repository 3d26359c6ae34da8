// SPDX-License-Identifier: BSD-2-Clause
// The life of a conversion task (engine-autoscaling §6): the table of its states, and what each change brings with it.
import { refuse } from '../errors'
import { runningWorker, wantWorkers, zonesWithWorkers } from '../imaging/workers'
import { machine } from '../machine'
import type { Tx } from '../operation'
import { imageOfSnapshot } from './image-snapshots'
import { conversionProperties } from './properties'
import type { Conversion, ConversionDisk, ConversionState } from './schema/conversions'
import { beginDelete, removeSnapshot } from './volume-life'

type ConversionEvent =
  | 'queue'
  | 'convert'
  | 'requeue'
  | 'instantiate'
  | 'complete'
  | 'fail'
  | 'cancel'
  | 'stop'

const conversionLife = machine<ConversionState, ConversionEvent>({
  NEW: { queue: 'PENDING', fail: 'FAILED', cancel: 'CANCELLING' },
  PENDING: { convert: 'CONVERTING', fail: 'FAILED', cancel: 'CANCELLING' },
  CONVERTING: {
    requeue: 'PENDING',
    instantiate: 'INSTANTIATING',
    complete: 'COMPLETED',
    fail: 'FAILED',
    cancel: 'CANCELLING',
  },
  INSTANTIATING: { complete: 'COMPLETED', fail: 'FAILED', cancel: 'CANCELLING' },
  CANCELLING: { stop: 'CANCELLED' },
  CANCELLED: {},
  COMPLETED: {},
  FAILED: {},
})

/** What a task says of itself. */
export const conversionTexts = {
  waiting: 'Pending import-image upload',
  creating: 'Creating volumes',
  queued: 'Pending conversion',
  converting: 'Converting images',
  launching: 'Launching instance',
  completed: 'Import task finished successfully',
  cancelled: 'Cancelled by user',
  expired: 'Import task is expired',
  overdue: 'Image conversion timed out',
  unexpected: 'Import task failed unexpectedly',
  unconverted: 'Image conversion failed',
  unsnapshot: 'Failed to create snapshot',
  unregistered: 'Failed to register image',
} as const

const endings: readonly ConversionState[] = ['CANCELLED', 'COMPLETED', 'FAILED']

const isOver = ({ state }: Conversion): boolean => endings.includes(state)

const changed = (
  tx: Tx,
  { convertingSince: _, reportedAt: __, ...conversion }: Conversion,
  event: ConversionEvent,
  message: string,
  change: Partial<Conversion> = {},
): Conversion => {
  const state = conversionLife.next(conversion.state, event)
  const after = tx.conversions.put({ ...conversion, ...change, state, message, changedAt: tx.now })
  if (isOver(after)) tx.after(conversionProperties.listedSeconds, 'conversion.purged', after.id)
  return after
}

const secondsSince = (tx: Tx, time: Date): number => (tx.now.getTime() - time.getTime()) / 1000

/** Refuse to touch a volume that a task writes to, or is going to: VolumeInUse. Eucalyptus' worker has it attached. */
export const checkNotImporting = (tx: Tx, volumeId: string): void => {
  const conversion = tx.conversions
    .list()
    .find(one => !isOver(one) && one.disks.some(disk => disk.volumeId === volumeId))
  if (conversion) {
    refuse('VolumeInUse', `Volume ${volumeId} is in use by the import task ${conversion.id}`)
  }
}

/** A task that was just accepted. */
export const beginConversion = (tx: Tx, conversion: Conversion): void => {
  tx.conversions.put(conversion)
  tx.after(conversionProperties.expirySeconds, 'conversion.expired', conversion.id)
  tx.start('conversion.advance', conversion.id)
  tx.event('Imaging', 'INFO', `Import task ${conversion.id} was accepted`)
}

/** The task will not be done. `why` is for its owner, after the words that Eucalyptus has. */
export const failConversion = (tx: Tx, conversion: Conversion, text: string, why?: string): void => {
  const message = why === undefined ? text : `${text}: ${why}`
  tx.event('Imaging', 'ERROR', `Import task ${conversion.id} failed: ${message}`)
  changed(tx, conversion, 'fail', message)
}

/** Its volumes are there. */
export const queueConversion = (tx: Tx, conversion: Conversion): void => {
  changed(tx, conversion, 'queue', conversionTexts.queued)
  wantWorkers(tx)
}

/** Whoever had it has it no more, and it is as if it had just been queued. */
const requeue = (
  tx: Tx,
  { workerId: _, ...conversion }: Conversion,
  change: Partial<Conversion> = {},
): void => {
  changed(tx, conversion, 'requeue', conversionTexts.queued, change)
  // Its time may have run out while it was being worked on.
  tx.after(Math.max(0, -secondsSince(tx, conversion.expiresAt)), 'conversion.expired', conversion.id)
  wantWorkers(tx)
}

/** The oldest task that waits for a worker of this zone; when there is none, of those that have no worker of their own. */
const oldestFor = (tx: Tx, zone: string): Conversion | undefined => {
  const waiting = tx.conversions
    .list()
    .filter(({ state }) => state === 'PENDING')
    .sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime())
  const tended = zonesWithWorkers(tx)
  return waiting.find(one => one.zone === zone) ?? waiting.find(one => !tended.has(one.zone))
}

/**
 * The task for a worker: one that it began in a process that died, or else the oldest that waits. With `convertingSince`,
 * by which the worker's reports are known.
 */
export const takeConversion = (tx: Tx, workerId: string): Conversion | undefined => {
  const worker = runningWorker(tx, workerId)
  if (!worker) return undefined
  const begun = tx.conversions
    .list()
    .find(conversion => conversion.state === 'CONVERTING' && conversion.workerId === workerId)
  if (begun) return begun
  const oldest = oldestFor(tx, worker.zone)
  if (!oldest) return undefined
  tx.after(conversionProperties.timeoutSeconds, 'conversion.overdue', oldest.id)
  tx.after(conversionProperties.silenceSeconds, 'conversion.silent', oldest.id)
  tx.event('Imaging', 'INFO', `Worker ${workerId} takes import task ${oldest.id}`)
  const taken = changed(tx, oldest, 'convert', conversionTexts.converting)
  return tx.conversions.put({ ...taken, convertingSince: tx.now, workerId, reportedAt: tx.now })
}

/**
 * The task if the worker that took it may go on: it may have been cancelled, or be another worker's by now, or the worker
 * may be no more.
 */
export const ownedConversion = (tx: Tx, taken: Conversion): Conversion | undefined => {
  const now = tx.conversions.get(taken.id)
  if (now?.state !== 'CONVERTING' || !runningWorker(tx, now.workerId)) return undefined
  return now.convertingSince?.getTime() === taken.convertingSince?.getTime() ? now : undefined
}

/** A worker tells what has become of a disk. */
export const reportDisk = (
  tx: Tx,
  conversion: Conversion,
  index: number,
  change: Partial<ConversionDisk>,
): Conversion => tx.conversions.put({ ...putDisk(tx, conversion, index, change), reportedAt: tx.now })

/** Change what is on record of a disk. */
export const putDisk = (
  tx: Tx,
  conversion: Conversion,
  index: number,
  change: Partial<ConversionDisk>,
): Conversion =>
  tx.conversions.put({
    ...conversion,
    disks: conversion.disks.map((disk, at) => (at === index ? { ...disk, ...change } : disk)),
  })

/** All disks are written. */
export const finishConverting = (tx: Tx, conversion: Conversion): void => {
  if (!conversion.launch) {
    changed(tx, conversion, 'complete', conversionTexts.completed)
    return
  }
  changed(tx, conversion, 'instantiate', conversionTexts.launching)
  tx.start('conversion.advance', conversion.id)
}

/** The instance runs, or an image is all that came of it. */
export const completeConversion = (
  tx: Tx,
  conversion: Conversion,
  message: string,
  change: Partial<Conversion> = {},
): void => {
  changed(tx, conversion, 'complete', message, change)
}

/** Begin to cancel. One that is cancelled, or has failed, stays as it is; whether the task can be cancelled. */
export const cancelConversion = (tx: Tx, conversion: Conversion): boolean => {
  if (!conversionLife.can(conversion.state, 'cancel')) return conversion.state !== 'COMPLETED'
  changed(tx, conversion, 'cancel', conversionTexts.cancelled)
  tx.after(conversionProperties.cancelSeconds, 'conversion.cancelled', conversion.id)
  return true
}

// ---- tasks -------------------------------------------------------------------------------------------------------

/** Task: whoever worked on a cancelled one has noticed by now. */
export const conversionCancelled = (tx: Tx, id: string): void => {
  const conversion = tx.conversions.get(id)
  if (conversion?.state === 'CANCELLING') changed(tx, conversion, 'stop', conversion.message)
}

/** Task: an upload was not complete in time, or no worker came. */
export const conversionExpired = (tx: Tx, id: string): void => {
  const conversion = tx.conversions.get(id)
  if (conversion?.state === 'NEW' || conversion?.state === 'PENDING') {
    failConversion(tx, conversion, conversionTexts.expired)
  }
}

/** Task: a conversion took too long. It gets a second chance. */
export const conversionOverdue = (tx: Tx, id: string): void => {
  const conversion = tx.conversions.get(id)
  if (conversion?.state !== 'CONVERTING' || !conversion.convertingSince) return
  if (secondsSince(tx, conversion.convertingSince) < conversionProperties.timeoutSeconds) return
  if (conversion.isRequeued) {
    failConversion(tx, conversion, conversionTexts.overdue)
    return
  }
  requeue(tx, conversion, { isRequeued: true })
}

/** Task: a worker may have ended without a word. Its task is another's then. */
export const conversionSilent = (tx: Tx, id: string): void => {
  const conversion = tx.conversions.get(id)
  if (conversion?.state !== 'CONVERTING' || !conversion.reportedAt) return
  const left = conversionProperties.silenceSeconds - secondsSince(tx, conversion.reportedAt)
  if (left > 0) {
    tx.after(left, 'conversion.silent', id)
    return
  }
  tx.event('Imaging', 'WARN', `Worker ${conversion.workerId} has given no word of ${id} for too long`)
  requeue(tx, conversion)
}

/** Take back what workers of older releases have begun, who were no instances. */
export const freeUnowned = (tx: Tx): void => {
  for (const conversion of tx.conversions.list()) {
    if (conversion.state === 'CONVERTING' && !conversion.workerId) requeue(tx, conversion)
  }
}

/** What an unsuccessful task made goes with it, unless somebody uses it by now. */
const discard = (tx: Tx, { disks, imageId }: Conversion): void => {
  for (const { volumeId = '', snapshotId = '' } of disks) {
    const volume = tx.volumes.get(volumeId)
    if (volume && !volume.attachment) beginDelete(tx, volume)
    const snapshot = imageId === undefined ? tx.snapshots.get(snapshotId) : undefined
    if (snapshot && !imageOfSnapshot(tx, snapshotId)) removeSnapshot(tx, snapshot)
  }
}

/** Task: an ended one has been listed for long enough. */
export const conversionPurged = (tx: Tx, id: string): void => {
  const conversion = tx.conversions.get(id)
  if (!conversion || !isOver(conversion)) return
  if (conversion.state !== 'COMPLETED') discard(tx, conversion)
  tx.conversions.delete(id)
}
