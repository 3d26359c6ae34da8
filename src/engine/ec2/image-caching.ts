// SPDX-License-Identifier: BSD-2-Clause
// The job that fills an entry of the image cache: permission, signature, parts, key, decryption, unpacking.
//
// A run of the job ends when it must wait for room and starts again from the beginning; a run whose process died is
// repeated by another. So each begins by looking at what the record says.
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { BundleError } from '../../format/bundle/errors'
import { SparseFileSink } from '../../format/bundle/image-sink'
import { type BundleSecret, unwrapKeys, verifyManifestSignature } from '../../format/bundle/keys'
import type { BundleManifest, ManifestPart } from '../../format/bundle/manifest'
import { parseManifest } from '../../format/bundle/manifest-reader'
import { unpackParts } from '../../format/bundle/unpack'
import type { StagedFile } from '../bytes/blobs'
import { Refusal } from '../errors'
import {
  workerBootSector,
  workerDiskBytes,
  workerImageDigest,
  workerImageLocation,
} from '../imaging/worker-image'
import { Later } from '../jobs'
import type { JobContext, Tx } from '../operation'
import { manifestDigest, partSlices, readManifest } from './bundle-source'
import { cacheEntryOf, flushCached, isNeeded, makeRoom, placeOf } from './image-cache'
import { imageCacheProperties, imageProperties } from './properties'
import type { CachedImage } from './schema/images'

const logger = 'WalrusImageManager'

/** Why an image cannot be cached, in a sentence for the log and for the instances that wait. */
class CachingError extends Error {
  override readonly name = 'CachingError'
}

interface Opened {
  readonly manifest: BundleManifest
  readonly digest: string
  readonly secret: BundleSecret
}

/** The manifest with its signature checked and its key unwrapped. */
const openManifest = (tx: Tx, entry: CachedImage): Opened => {
  const { bucket, key } = entry
  const text = readManifest(tx, bucket, key, imageProperties.maxManifestBytes)
  if (!text) throw new CachingError(`No such entity: ${bucket}/${key}`)
  const identity = tx.cloudIdentity.must('cloud')
  const certificates = tx.signingCertificates
    .in(entry.account)
    .list()
    .filter(certificate => certificate.active)
    .map(certificate => certificate.pem)
  tx.event(logger, 'DEBUG', `Decrypting image with manifest ${bucket}/${key}`)
  const manifest = parseManifest(text)
  if (!verifyManifestSignature(manifest, [...certificates, identity.certificate])) {
    throw new CachingError('Invalid signature')
  }
  return { manifest, digest: manifestDigest(text), secret: unwrapKeys(manifest, identity.privateKey) }
}

/** Write down a step, in the record and in the log. */
const step = (context: JobContext, location: string, text: string, change: Partial<CachedImage>): void =>
  context.transact(tx => {
    const entry = cacheEntryOf(tx, location)
    if (!entry || entry.state === 'cached') return
    tx.event(logger, 'DEBUG', text)
    tx.imageCache.put({ ...entry, ...change })
  })

/** The bytes of a part, from wherever the object storage keeps their pieces. */
const partStream = (context: JobContext, bucket: string, folder: string, part: ManifestPart): Readable => {
  const key = `${folder}${part.filename}`
  const slices = context.transact(tx => partSlices(tx, bucket, key))
  if (!slices) throw new CachingError(`No such entity: ${bucket}/${key}`)
  return Readable.from(
    (async function* () {
      for (const { blob, start, end } of slices) {
        if (end > start) yield* createReadStream(context.blobs.path(blob), { start, end: end - 1 })
      }
    })(),
    { objectMode: false },
  )
}

const fill = async (context: JobContext, location: string, entry: CachedImage): Promise<void> => {
  const { bucket, key } = placeOf(location)
  const folder = key.slice(0, key.lastIndexOf('/') + 1)
  const { manifest, digest, secret } = context.transact(tx => openManifest(tx, entry))
  const { size } = manifest
  if (size > imageCacheProperties.capacityBytes) {
    throw new CachingError(`EntityTooLarge: the image has ${size} bytes, the whole cache less`)
  }
  await findRoom(context, location, entry, size)
  step(context, location, `Assembling ${manifest.parts.length} parts of ${location}`, {})
  const staged = context.blobs.stage()
  try {
    const file = await open(staged.path, 'wx', 0o600)
    try {
      step(context, location, `Unzipping and untarring ${location}`, {
        state: 'expanding',
        bytes: size,
      })
      const sink = new SparseFileSink(file)
      await unpackParts(manifest, secret, part => partStream(context, bucket, folder, part), sink, {
        signal: context.signal,
      })
      await sink.finish()
    } finally {
      await file.close()
    }
    keep(context, location, staged, size, digest)
  } finally {
    context.blobs.drop(staged)
  }
}

/** The disk is complete. */
const keep = (
  context: JobContext,
  location: string,
  staged: StagedFile,
  size: number,
  manifestDigest: string,
): void =>
  context.transact(tx => {
    const now = cacheEntryOf(tx, location)
    if (!now || now.state === 'cached') throw new CachingError('the entry was taken away')
    // Others may have filled the cache while this image was unpacked.
    if (!makeRoom(tx, location, size)) throw new CachingError('no space left in the image cache')
    const { id } = tx.adopt(staged, size)
    tx.imageCache.put({ ...now, state: 'cached', bytes: size, blob: id, manifestDigest })
    tx.event(logger, 'INFO', `Successfully cached image ${location} size ${size}`)
    flushOrphan(tx, location)
  })

/** The image of the imaging workers has no bundle: its disk is made here. */
const makeWorkerDisk = async (context: JobContext, entry: CachedImage): Promise<void> => {
  await findRoom(context, workerImageLocation, entry, workerDiskBytes)
  const staged = context.blobs.stage()
  try {
    const file = await open(staged.path, 'wx', 0o600)
    try {
      await file.write(workerBootSector())
      await file.truncate(workerDiskBytes)
    } finally {
      await file.close()
    }
    keep(context, workerImageLocation, staged, workerDiskBytes, workerImageDigest)
  } finally {
    context.blobs.drop(staged)
  }
}

/** An image that was deregistered while it was being cached is flushed as soon as it is there. */
const flushOrphan = (tx: Tx, location: string): void => {
  if (!isNeeded(tx, location)) flushCached(tx, location)
}

/** Evict, and while that is not enough wait 1, 2 and 4 s for others to let go. */
const findRoom = async (
  context: JobContext,
  location: string,
  entry: CachedImage,
  bytes: number,
): Promise<void> => {
  if (context.transact(tx => makeRoom(tx, location, bytes))) return
  const tries = entry.evictions ?? 0
  const seconds = imageCacheProperties.evictionRetrySeconds[tries]
  if (seconds === undefined) throw new CachingError(`no space left in the image cache for ${bytes} bytes`)
  step(context, location, `Unable to make space for ${location}; trying again in ${seconds} s`, {
    state: 'evicting',
    bytes,
    evictions: tries + 1,
  })
  await context.sleep(seconds)
}

/** What failed for a reason that lies in the bundle, its permissions or the disk; `undefined` for a bug. */
const reasonOf = (error: unknown): string | undefined => {
  if (error instanceof CachingError || error instanceof BundleError || error instanceof Refusal) {
    return error.message
  }
  return error instanceof Error && 'syscall' in error ? error.message : undefined
}

/** Job: bring the disk of the bundle at `location` into the cache. */
export const cacheImage = async (context: JobContext, location: string): Promise<void> => {
  const entry = context.transact(tx => {
    const entry = cacheEntryOf(tx, location)
    if (!entry || entry.state === 'cached' || entry.state === 'failed') return undefined
    if (entry.state === 'expanding') tx.event(logger, 'WARN', `Cleaning failed cache entry: ${location}`)
    tx.event(logger, 'DEBUG', `Initiating caching task for ${location}`)
    return tx.imageCache.put({ ...entry, state: 'decrypting' })
  })
  if (!entry) return
  try {
    if (location === workerImageLocation) await makeWorkerDisk(context, entry)
    else await fill(context, location, entry)
  } catch (error) {
    // Waiting, or told to end: the job goes on later from its record.
    if (error instanceof Later || context.signal.aborted) throw error
    const reason = reasonOf(error)
    context.transact(tx => {
      const now = cacheEntryOf(tx, location)
      if (now?.generation !== entry.generation || now.state === 'cached') return
      tx.imageCache.put({ ...now, state: 'failed', bytes: 0, reason: reason ?? 'internal error' })
      tx.event(logger, 'ERROR', `Terminating cache task for ${location}: ${reason ?? error}`)
      flushOrphan(tx, location)
    })
    if (reason === undefined) throw error
  }
}
