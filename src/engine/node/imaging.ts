// SPDX-License-Identifier: BSD-2-Clause
// What an imaging worker does: it takes import tasks one after the other, the oldest first, and writes their disks to the
// volumes that were made for them. The worker is an instance (imaging/workers.ts); its work is this job.
//
// A process that dies leaves the task as it is, and the worker's next one writes it anew from the beginning. One that is
// told that the task is not the worker's any more, since it was cancelled, took too long, or the worker has ended, leaves
// it alone.
import { type FileHandle, open } from 'node:fs/promises'
import { DiskFormatError } from '../../format/disk/errors'
import { type DiskFormat, type DiskImage, diskFormats } from '../../format/disk/image'
import { openDisk } from '../../format/disk/open'
import { type DiskSource, sliceSource } from '../../format/disk/source'
import { writeAt } from '../../format/file-access'
import {
  conversionTexts,
  failConversion,
  finishConverting,
  freeUnowned,
  ownedConversion,
  reportDisk,
  takeConversion,
} from '../ec2/conversion-life'
import {
  ConversionError,
  objectAt,
  placesOfParts,
  readImportManifest,
  slicesOfParts,
} from '../ec2/conversion-source'
import type { Conversion, ConversionDisk } from '../ec2/schema/conversions'
import { zoneNames } from '../ec2/zones'
import { Refusal } from '../errors'
import { orderingCaller } from '../iam/callers'
import { wantWorkers } from '../imaging/workers'
import type { JobContext, Tx } from '../operation'
import { diskFailure } from './volume-disks'
import { volumeFile } from './volume-files'

/** How much of a disk is done between two reports. */
const reportBytes = 64 * 2 ** 20

/** The task was taken from this worker. */
class Disowned extends Error {
  override readonly name = 'Disowned'
}

/** The task as it is now. Throws when it is not this worker's any more. */
const owned = (tx: Tx, taken: Conversion): Conversion => {
  const now = ownedConversion(tx, taken)
  if (!now) throw new Disowned()
  return now
}

/** The size of the volume, which may have grown since it was made. */
const bytesOfVolume = (tx: Tx, id: string): number => {
  const volume = tx.volumes.get(id)
  if (volume?.state !== 'available') throw new ConversionError(`The volume ${id} is gone`)
  return volume.sizeGib * 2 ** 30
}

/** The upload, as one run of bytes. */
const openUpload = async (
  context: JobContext,
  taken: Conversion,
  { manifestUrl }: ConversionDisk,
): Promise<DiskSource> => {
  const { endpoint } = taken
  const owner = context.transact(tx => orderingCaller(tx, taken))
  const place = await objectAt(manifestUrl, endpoint)
  const manifest = place && readImportManifest(context, place, owner)
  if (!manifest) throw new ConversionError('The import manifest is gone')
  const parts = await placesOfParts(manifest, endpoint)
  const slices = context.transact(tx => slicesOfParts(tx, manifest, parts), owner)
  return sliceSource(slices.map(({ blob, start, end }) => ({ path: context.blobs.path(blob), start, end })))
}

const formatOf = ({ format }: ConversionDisk): DiskFormat => {
  const known = diskFormats.find(one => one === format.toLowerCase())
  if (!known) throw new ConversionError(`The format ${format} is not known`)
  return known
}

const report = (context: JobContext, taken: Conversion, index: number, change: Partial<ConversionDisk>) =>
  context.transact(tx => reportDisk(tx, owned(tx, taken), index, change))

/** Make a volume's file one of zeros. */
const empty = async (file: FileHandle, volumeBytes: number): Promise<void> => {
  await file.truncate(0)
  await file.truncate(volumeBytes)
}

const writeDisk = async (
  context: JobContext,
  taken: Conversion,
  index: number,
  image: DiskImage,
  file: FileHandle,
): Promise<void> => {
  let reported = 0
  for await (const { offset, data } of image.extents()) {
    context.signal.throwIfAborted()
    await writeAt(file, data, offset)
    const done = offset + data.length
    if (done - reported < reportBytes) continue
    reported = done
    report(context, taken, index, { bytesConverted: done })
  }
  report(context, taken, index, { bytesConverted: image.virtualBytes, isConverted: true })
}

const convertDisk = async (context: JobContext, taken: Conversion, index: number): Promise<void> => {
  const disk = taken.disks[index]
  if (!disk || disk.isConverted) return
  const { volumeId = '' } = disk
  const source = await openUpload(context, taken, disk)
  try {
    const image = await openDisk(source, formatOf(disk))
    const volumeBytes = context.transact(tx => bytesOfVolume(tx, volumeId))
    if (image.virtualBytes > volumeBytes) {
      throw new ConversionError(
        `The disk has ${image.virtualBytes} bytes, more than the volume's ${volumeBytes}`,
      )
    }
    const file = await open(volumeFile(context.home, volumeId), 'r+')
    try {
      // An earlier worker may have written to it.
      await empty(file, volumeBytes)
      await writeDisk(context, taken, index, image, file)
    } catch (error) {
      // Half a disk is of no use; and where the disk is full, to write down why needs room.
      if (!context.signal.aborted && !(error instanceof Disowned)) await empty(file, volumeBytes)
      throw error
    } finally {
      await file.close()
    }
  } finally {
    await source.close()
  }
}

/** Why a disk cannot be converted, for its owner; `undefined` for a bug. */
const reasonOf = (error: unknown): string | undefined => {
  const isExpected =
    error instanceof ConversionError || error instanceof DiskFormatError || error instanceof Refusal
  if (isExpected) return error.message
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
    return 'A part of the upload or the volume was removed while it was read'
  }
  return diskFailure(error)
}

const convert = async (context: JobContext, taken: Conversion): Promise<void> => {
  try {
    for (const index of taken.disks.keys()) await convertDisk(context, taken, index)
    context.transact(tx => finishConverting(tx, owned(tx, taken)))
  } catch (error) {
    if (context.signal.aborted) throw error
    if (error instanceof Disowned) return
    const reason = reasonOf(error)
    context.transact(tx => {
      const now = ownedConversion(tx, taken)
      if (now) failConversion(tx, now, conversionTexts.unconverted, reason ?? 'internal error')
    })
    if (reason === undefined) throw error
  }
}

/** The job of older releases, whose target is a zone: its tasks are now for workers that are instances. */
const handOver = (tx: Tx): void => {
  freeUnowned(tx)
  wantWorkers(tx)
}

/** Job: be a worker until there are no more tasks for it. */
export const workOnImports = async (context: JobContext, worker: string): Promise<void> => {
  if (zoneNames.includes(worker)) return context.transact(handOver)
  for (;;) {
    const taken = context.transact(tx => takeConversion(tx, worker))
    if (!taken) return
    await convert(context, taken)
  }
}
