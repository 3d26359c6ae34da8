// SPDX-License-Identifier: BSD-2-Clause
// The job that gives an instance its disks: its images are brought into the node's cache, each once, and copied to the
// instance's own folder, where its volumes are shown as well.
//
// The job never waits inside a process. When the image cache is not ready it asks to be run again later, as the node
// controller's download loop does; when another instance's job is fetching the same disk it leaves its name there and
// is started again by that job. Either way it begins anew, and finds done what was done.

import { manifestDigest, readManifest } from '../ec2/bundle-source'
import { cacheEntryOf, countUse, placeOf, requestCaching } from '../ec2/image-cache'
import { failInstance, started } from '../ec2/instance-life'
import { isEbsBacked, isRootOf, stateOfVolumes } from '../ec2/instance-volumes'
import { imageProperties } from '../ec2/properties'
import type { Image } from '../ec2/schema/images'
import type { Instance } from '../ec2/schema/instances'
import type { Volume } from '../ec2/schema/volumes'
import { volumesOf } from '../ec2/volume-life'
import { Later } from '../jobs'
import type { JobContext, Tx } from '../operation'
import { abandonFetch, beginFetch, entryIdOf, latestEntryOf, noteUse, waitFor } from './cache'
import { changeTime, fetchDisk, NoRoomError, removeEntry } from './cache-files'
import { nodeConf } from './conf'
import { bootText } from './console'
import { entryDisk } from './folders'
import { buildAroundVolumes, buildDisks, isBeingTornDown, removeDisks } from './instance-disks'
import { downloadPause } from './properties'
import type { NodeCacheEntry } from './schema'
import { volumeFile } from './volume-files'

/** An instance cannot start; the message is for its owner. */
class StagingError extends Error {
  override readonly name = 'StagingError'
}

/**
 * The instance while its job may go on with it. One that has a console was started already, by a run of this job whose
 * process died before it could say so; its disks are not to be touched again.
 */
const pendingInstance = (tx: Tx, id: string): Instance | undefined => {
  const instance = tx.instances.get(id)
  return instance?.state === 'pending' && !tx.consoles.get(id) ? instance : undefined
}

/** Its images: the disk, unless that is a volume, and for a paravirtual machine the kernel and the ramdisk. */
const imageIds = (instance: Instance): readonly string[] => {
  const { imageId, kernelId, ramdiskId } = instance
  return [isEbsBacked(instance) ? undefined : imageId, kernelId, ramdiskId].filter(id => id !== undefined)
}

const imageOf = (tx: Tx, id: string): Image => {
  const image = tx.images.get(id)
  if (!image) throw new StagingError(`The image ${id} is gone`)
  return image
}

/**
 * The node's entry for an image. Its name comes from the manifest of what the image cache holds, or else from what is in
 * the bucket; when neither can be read, a copy that the node has of the image will do.
 */
const wantedEntry = (tx: Tx, node: string, image: Image): { id: string; digest: string } | undefined => {
  const { bucket, key } = placeOf(image.location)
  const cached = cacheEntryOf(tx, image.location)?.manifestDigest
  const text = cached ? undefined : readManifest(tx, bucket, key, imageProperties.maxManifestBytes)
  const digest = cached ?? (text && manifestDigest(text))
  if (digest) return { id: entryIdOf(image.id, digest), digest }
  const latest = latestEntryOf(tx, node, image.id)
  return latest && { id: latest.id, digest: latest.manifestDigest }
}

type Step =
  | { readonly kind: 'ready'; readonly entry: string }
  | { readonly kind: 'fetch'; readonly entry: NodeCacheEntry; readonly blob: string }
  | { readonly kind: 'clear'; readonly entry: NodeCacheEntry }
  | { readonly kind: 'wait' }
  | { readonly kind: 'again'; readonly location: string }

/** What is to be done next to have an image on the node. */
const nextStep = (tx: Tx, instance: Instance, image: Image, attempt: number): Step => {
  const node = instance.zone
  const wanted = wantedEntry(tx, node, image)
  const entry = wanted && tx.nodeCache.get(node, wanted.id)
  if (entry?.state === 'ready') return { kind: 'ready', entry: entry.id }
  if (entry?.state === 'evicting') return { kind: 'clear', entry }
  if (entry?.state === 'fetching' && entry.fetchedFor !== instance.id) {
    waitFor(tx, entry, instance.id)
    return { kind: 'wait' }
  }
  const cached = cacheEntryOf(tx, image.location)
  if (cached?.state === 'failed' && attempt > 1) {
    throw new StagingError(`Caching failure: ${image.location}: ${cached.reason}`)
  }
  if (!cached?.blob || !cached.manifestDigest) {
    requestCaching(tx, image)
    return { kind: 'again', location: image.location }
  }
  const id = entryIdOf(image.id, cached.manifestDigest)
  const begun = beginFetch(
    tx,
    { node, id, imageId: image.id, manifestDigest: cached.manifestDigest, bytes: cached.bytes },
    instance.id,
  )
  return { kind: 'fetch', entry: begun, blob: cached.blob }
}

/** Fetch, and on failure leave nothing behind and let those who wait go on. */
const fetch = async (context: JobContext, entry: NodeCacheEntry, blob: string, location: string) => {
  try {
    await fetchDisk(context, entry, blob)
    context.transact(tx => countUse(tx, location))
  } catch (error) {
    await removeEntry(context, entry)
    context.transact(tx => abandonFetch(tx, entry))
    if (error instanceof NoRoomError) throw new StagingError(error.message)
    throw error
  }
}

/** The image cache does not have it yet: come again, twice as late each time, or give up. */
const comeAgain = (context: JobContext, location: string): Promise<never> => {
  const { downloadAttempts } = nodeConf(context.home)
  const seconds = downloadPause(context.attempt, downloadAttempts)
  if (seconds === undefined) {
    throw new StagingError(`Download of ${location} failed after ${downloadAttempts} attempts`)
  }
  context.transact(tx =>
    tx.event(
      'node',
      'WARN',
      `download attempt ${context.attempt + 1} of ${downloadAttempts} will commence in ${seconds} sec for walrus://${location}`,
    ),
  )
  return context.sleep(seconds)
}

/** Bring one image to the node: the name of its entry, or `undefined` when another job will start this one again. */
const obtain = async (context: JobContext, id: string, imageId: string): Promise<string | undefined> => {
  for (;;) {
    const found = context.transact(tx => {
      const instance = pendingInstance(tx, id)
      if (!instance) return undefined
      const image = imageOf(tx, imageId)
      return { step: nextStep(tx, instance, image, context.attempt), location: image.location }
    })
    if (!found || found.step.kind === 'wait') return undefined
    const { step, location } = found
    if (step.kind === 'ready') return step.entry
    if (step.kind === 'again') return comeAgain(context, step.location)
    if (step.kind === 'clear') await removeEntry(context, step.entry)
    else await fetch(context, step.entry, step.blob, location)
  }
}

/** Ask for all of an instance's images at once, so that they are decrypted side by side. */
const requestAll = (context: JobContext, instance: Instance): void =>
  context.transact(tx => {
    for (const imageId of imageIds(instance)) {
      const image = imageOf(tx, imageId)
      const wanted = wantedEntry(tx, instance.zone, image)
      const has = wanted && tx.nodeCache.get(instance.zone, wanted.id)?.state === 'ready'
      if (!has) requestCaching(tx, image)
    }
  })

/** The volumes that an instance is to have; `undefined` while some are made, each of which starts this job again. */
const volumesFor = (tx: Tx, id: string): readonly Volume[] | undefined => {
  const state = stateOfVolumes(tx, id)
  if (typeof state === 'object') throw new StagingError(state.failed)
  return state === 'ready' ? volumesOf(tx, id) : undefined
}

/** Whether what is shown is what is attached. A volume may be taken away while its instance is pending. */
const sameDevices = (shown: readonly Volume[], attached: readonly Volume[]): boolean =>
  shown.length === attached.length &&
  shown.every(({ id, attachment }, index) => {
    const other = attached[index]
    return id === other?.id && attachment?.device === other.attachment?.device
  })

/** Give the instance its disks. Returns the file of its root. */
const build = async (
  context: JobContext,
  instance: Instance,
  volumes: readonly Volume[],
  machineEntry: string,
): Promise<string> => {
  if (!isEbsBacked(instance)) {
    await buildDisks(context, instance, machineEntry)
    return entryDisk(context.home, instance.zone, machineEntry)
  }
  await buildAroundVolumes(context, instance, volumes)
  const root = volumes.find(({ attachment }) => attachment && isRootOf(instance, attachment.device))
  if (!root) throw new StagingError(`The instance has no volume at ${instance.rootDeviceName}`)
  return volumeFile(context.home, root.id)
}

const stage = async (context: JobContext, instance: Instance): Promise<void> => {
  if (context.attempt === 1) requestAll(context, instance)
  const volumes = isEbsBacked(instance) ? context.transact(tx => volumesFor(tx, instance.id)) : []
  if (!volumes) return
  const entries: string[] = []
  for (const imageId of imageIds(instance)) {
    const entry = await obtain(context, instance.id, imageId)
    if (entry === undefined) return
    entries.push(entry)
  }
  const times = await Promise.all(entries.map(entry => changeTime(context.home, instance.zone, entry)))
  const lost = entries.find((_, index) => times[index] === undefined)
  if (lost) return replaceLost(context, instance, lost)
  const root = await build(context, instance, volumes, entries[0] ?? '')
  const kernel = entries[isEbsBacked(instance) ? 0 : 1]
  const text = await bootText(context, instance, root, kernel)
  const isWanted = context.transact(tx => {
    const now = pendingInstance(tx, instance.id)
    // Stopped and started meanwhile: what is here may have been removed in part, and this job runs once more.
    if (!now || now.starts !== instance.starts) return false
    if (!sameDevices(volumes, volumesOf(tx, now.id)) && isEbsBacked(now)) {
      tx.start('instance.stage', now.id)
      return false
    }
    for (const [index, entry] of entries.entries()) noteUse(tx, now.zone, entry, times[index] ?? 0)
    started(tx, now, text)
    return true
  })
  if (!isWanted) await removeDisks(context.home, instance)
}

/** An entry whose file an operator removed: forget it, and begin again. */
const replaceLost = async (context: JobContext, instance: Instance, entryId: string): Promise<void> => {
  context.transact(tx => {
    tx.event('node-cache', 'WARN', `${entryId} on node ${instance.zone} has no file; fetching it again`)
    tx.nodeCache.delete(instance.zone, entryId)
    tx.start('instance.stage', instance.id)
  })
}

/** What a job of this instance, in a process that died, may have begun and nobody else will finish. */
const dropLeftovers = async (context: JobContext, id: string): Promise<void> => {
  const left = context.transact(tx => tx.nodeCache.list().filter(entry => entry.fetchedFor === id))
  for (const entry of left) {
    await removeEntry(context, entry)
    context.transact(tx => abandonFetch(tx, entry))
  }
}

/** Job: give a pending instance its disks and start it. */
export const stageInstance = async (context: JobContext, id: string): Promise<void> => {
  await dropLeftovers(context, id)
  const instance = context.transact(tx => pendingInstance(tx, id))
  if (!instance) return
  // What is left of its last life goes first.
  if (instance.starts && context.transact(tx => isBeingTornDown(tx, instance))) return context.sleep(1)
  try {
    await stage(context, instance)
  } catch (error) {
    if (error instanceof Later || context.signal.aborted) throw error
    const isExpected = error instanceof StagingError || (error instanceof Error && 'syscall' in error)
    context.transact(tx => failInstance(tx, id, isExpected ? (error as Error).message : 'internal error'))
    await removeDisks(context.home, instance)
    if (!isExpected) throw error
  }
}
