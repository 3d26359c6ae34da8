// SPDX-License-Identifier: BSD-2-Clause
// The image cache: the one decrypted disk of each bundle that nodes copy from. In Eucalyptus 3 it is Walrus' (whence the
// names in the log), filled when an image is registered and flushed when it is deregistered (engine-images §6).
//
// An entry is keyed by where its manifest is, so a second image of the same manifest shares it, and a bundle that was
// replaced keeps serving its old disk until the entry is flushed.
import type { Tx } from '../operation'
import { imageCacheProperties } from './properties'
import type { CachedImage, Image } from './schema/images'

export const imageCacheJob = 'image.cache'

export const placeOf = (location: string): { bucket: string; key: string } => {
  const slash = location.indexOf('/')
  return { bucket: location.slice(0, slash), key: location.slice(slash + 1) }
}

export const cacheEntryOf = (tx: Tx, location: string): CachedImage | undefined => {
  const { bucket, key } = placeOf(location)
  return tx.imageCache.get(bucket, key)
}

const isFilling = (entry: CachedImage | undefined): boolean =>
  entry !== undefined && entry.state !== 'cached' && entry.state !== 'failed'

/** See to it that an image's disk gets into the cache; nothing happens when it is there or on its way. */
export const requestCaching = (
  tx: Tx,
  { location, account }: Pick<Image, 'location' | 'account'>,
): CachedImage => {
  const { bucket, key } = placeOf(location)
  const known = tx.imageCache.get(bucket, key)
  if (known && known.state !== 'failed') {
    const text = isFilling(known) ? 'Another thread is already caching' : 'Found image already in cache'
    tx.event('WalrusImageManager', 'DEBUG', `${text}: ${location}`)
    return known
  }
  tx.event('WalrusImageManager', 'DEBUG', `Processing CacheImage request: ${location}`)
  tx.start(imageCacheJob, location)
  return tx.imageCache.put({
    bucket,
    key,
    state: 'decrypting',
    account,
    generation: (known?.generation ?? 0) + 1,
    uses: 0,
    bytes: 0,
  })
}

/** What of `walrus.storagemaxcachesizeinmb` others than the entry of `location` have: disks, and disks to be. */
const takenBytes = (tx: Tx, location: string): number =>
  tx.imageCache
    .list()
    .filter(({ bucket, key, state }) => {
      const takes = state === 'cached' || state === 'expanding'
      return takes && `${bucket}/${key}` !== location
    })
    .reduce((sum, entry) => sum + entry.bytes, 0)

const drop = (tx: Tx, entry: CachedImage): void => {
  tx.imageCache.delete(entry.bucket, entry.key)
  if (entry.blob) tx.release(entry.blob)
}

/** Whether an image's bundle is there. That of an EBS image is nowhere, whatever its location says. */
const isAt = (image: Image | undefined, location: string): boolean =>
  image?.location === location && image.rootDeviceType !== 'ebs'

/** Whether an instance is still to be started from the disk. */
export const isAwaited = (tx: Tx, location: string): boolean =>
  tx.instances
    .list()
    .some(
      ({ state, imageId, kernelId, ramdiskId }) =>
        state === 'pending' &&
        [imageId, kernelId, ramdiskId].some(id => id !== undefined && isAt(tx.images.get(id), location)),
    )

/** Whether anything may still ask for the disk: an image that can be run, or an instance that is being started. */
export const isNeeded = (tx: Tx, location: string): boolean =>
  tx.images.list().some(image => isAt(image, location) && image.state !== 'deregistered') ||
  isAwaited(tx, location)

/** FlushCachedImage: only what is wholly cached goes. Nodes that copy it just now keep their open file. */
export const flushCached = (tx: Tx, location: string): void => {
  const entry = cacheEntryOf(tx, location)
  if (!entry || isFilling(entry)) return
  tx.event('WalrusImageManager', 'DEBUG', `Flushing cached image: ${location}`)
  drop(tx, entry)
}

/**
 * Make room for a disk of so many bytes by dropping others, the least used first. Tells whether there is room now; when
 * all that may go would not make enough, because disks that are being unpacked take the rest, none is dropped.
 */
export const makeRoom = (tx: Tx, location: string, bytes: number): boolean => {
  const missing = takenBytes(tx, location) + bytes - imageCacheProperties.capacityBytes
  if (missing <= 0) return true
  const victims: CachedImage[] = []
  let gained = 0
  const candidates = tx.imageCache
    .list()
    .filter(entry => entry.state === 'cached')
    .sort((a, b) => a.uses - b.uses)
  for (const entry of candidates) {
    if (gained >= missing) break
    victims.push(entry)
    gained += entry.bytes
  }
  if (gained < missing) return false
  tx.event('WalrusImageManager', 'INFO', `Flushing cached images to make space for ${bytes} bytes`)
  for (const entry of victims) drop(tx, entry)
  return true
}

/** A node got the disk. */
export const countUse = (tx: Tx, location: string): void => {
  const entry = cacheEntryOf(tx, location)
  if (entry) tx.imageCache.put({ ...entry, uses: entry.uses + 1 })
}
