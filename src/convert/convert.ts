// SPDX-License-Identifier: BSD-2-Clause
// An instance-store image becomes one that is backed by EBS: its bundle is made an image again, /etc/fstab is edited in
// it, the image becomes a snapshot, and that is registered.
import { rm, stat } from 'node:fs/promises'
import { downloadAndUnbundle } from '../bundle/transfer'
import { writeDirect } from './direct'
import { editFstab, type FstabEdit } from './edit-fstab'
import { ConversionError } from './errors'
import { bundlePlace, manifestOf, type Plan, planConversion } from './plan'
import { ConversionRecord, type ConversionRequest, oldFstabName } from './record'
import { registerConverted } from './registration'
import type { ConversionServices } from './services'
import { checkInstance, writeByVolume } from './volume'

export interface Conversion {
  readonly plan: Plan
  readonly imageId: string
  readonly snapshotId: string
  /** What became of /etc/fstab; undefined when it was not looked at. */
  readonly edit?: FstabEdit | undefined
  /** File that has the old /etc/fstab, where the image has not. */
  readonly oldFstab?: string | undefined
}

/** What a conversion that did not come to its end has left: all of it is gone on with when it is run again. */
export interface Leftovers {
  readonly folder: string
  readonly volumeId?: string | undefined
  readonly snapshotId?: string | undefined
  readonly imageId?: string | undefined
}

const isThere = async (path: string, bytes: number): Promise<boolean> => {
  try {
    return (await stat(path)).size === bytes
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}

/** The image, whole and as it was bundled. */
const fetchImage = async (services: ConversionServices, record: ConversionRecord): Promise<void> => {
  const { plan, progress, image } = record
  // Found half edited, it cannot be told from one that is whole; it is made anew.
  const isWhole = progress.fetched === plan.digest && !progress.editing
  if (isWhole && (await isThere(image, plan.bytes))) return
  await rm(image, { force: true })
  await record.save({ fetched: undefined, editing: undefined, edit: undefined })
  const { place, object } = bundlePlace(plan.location)
  const { digest } = await manifestOf(services.source.store, plan.location, services.signal)
  if (digest !== plan.digest)
    throw new ConversionError(
      `the bundle ${plan.location} is another one than when the conversion was begun; remove ${record.folder} to begin anew`,
    )
  await downloadAndUnbundle({
    store: services.source.store,
    place,
    source: { object },
    destination: image,
    privateKey: await services.privateKey(),
    onProgress: (done, total) => services.onEvent({ kind: 'progress', step: 'download', done, total }),
    signal: services.signal,
  })
  await record.save({ fetched: plan.digest })
}

const otherwise = 'give --keep-fstab to convert the image with the file as it is'

const editImage = async (services: ConversionServices, record: ConversionRecord): Promise<void> => {
  if (!record.plan.editsFstab || record.progress.edit) return
  const { path, signal } = services
  const beforeChange = () => record.save({ editing: true })
  const edit = await editFstab(record.image, { now: services.now(), otherwise, beforeChange, path, signal })
  for (const text of edit.notes) services.onEvent({ kind: 'note', text })
  await record.save({ editing: undefined, edit })
}

const writeSnapshot = async (
  services: ConversionServices,
  record: ConversionRecord,
  { via, instanceId }: ConversionRequest,
): Promise<string> => {
  const { isSnapshotComplete, snapshotId } = record.progress
  if (isSnapshotComplete && snapshotId !== undefined) return snapshotId
  const id =
    via === 'volume'
      ? await writeByVolume(services, record, instanceId ?? '')
      : await writeDirect(services, record)
  await record.save({ snapshotId: id, isSnapshotComplete: true })
  return id
}

const convertIn = async (
  services: ConversionServices,
  record: ConversionRecord,
  request: ConversionRequest,
): Promise<Conversion> => {
  if (!record.progress.isSnapshotComplete) {
    await fetchImage(services, record)
    await editImage(services, record)
  }
  const snapshotId = await writeSnapshot(services, record, request)
  const imageId = await registerConverted(services, record, snapshotId)
  const { edit } = record.progress
  await record.finish()
  const isApart = edit?.before !== undefined && !edit.isKeptInImage
  const oldFstab = `${record.folder}/${oldFstabName}`
  if (isApart) services.onEvent({ kind: 'note', text: `The old /etc/fstab is ${oldFstab}.` })
  return {
    plan: record.plan,
    imageId,
    snapshotId,
    ...(edit && { edit }),
    ...(isApart && { oldFstab }),
  }
}

const leftoversOf = ({ folder, progress }: ConversionRecord): Leftovers => ({
  folder,
  volumeId: progress.volume?.id,
  snapshotId: progress.snapshotId,
  imageId: progress.newImageId,
})

/** Plan a conversion, and check all that can be checked before it begins. */
export const planAndCheck = async (
  services: ConversionServices,
  request: ConversionRequest,
): Promise<Plan> => {
  if (request.via === 'volume') await checkInstance(services, request.instanceId ?? '')
  return planConversion(services, request)
}

/**
 * Convert an image in a work folder, which is made where it is missing, or go on with the conversion that the folder
 * holds. After a failure or an interruption `onLeft` is told what there is; the same call again goes on from there. At
 * the end the folder is removed, unless it holds the only copy of the old /etc/fstab or somebody else's files.
 *
 * Throws ConversionError for what cannot be done, and errors of the services, the bundle and the file system as they are.
 */
export const convertImage = async (
  services: ConversionServices,
  request: ConversionRequest,
  folder: string,
  onLeft: (left: Leftovers) => Promise<void>,
): Promise<Conversion> => {
  const plan = () => planAndCheck(services, request)
  const record = await ConversionRecord.open(folder, request, services.now(), plan)
  try {
    return await convertIn(services, record, request)
  } catch (error) {
    await onLeft(leftoversOf(record))
    throw error
  } finally {
    await record.close()
  }
}
