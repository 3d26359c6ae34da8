// SPDX-License-Identifier: BSD-2-Clause

import { access, constants, stat, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { BundleError } from '../format/bundle/errors'
import { type ManifestPart, manifestName } from '../format/bundle/manifest'
import { type BundleOptions, type BundleResult, bundleImage } from './bundle-image'
import { readManifestFile } from './manifest-source'
import {
  type BundlePlace,
  ensureBucket,
  keyAt,
  type ObjectStore,
  putChecked,
  type TransferProgress,
} from './object-store'
import { type Eraser, takeBack } from './take-back'

export interface UploadTarget {
  readonly store: ObjectStore
  readonly place: BundlePlace
  /** Canned ACL of the objects; default aws-exec-read, which the cloud needs in order to read them. */
  readonly acl?: string
  /** Location constraint of a bucket that has to be made. */
  readonly location?: string
  /** With an upload policy the bucket is neither looked for nor made. Default true. */
  readonly ensureBucket?: boolean
  /** Up to five more tries an object after time-outs. */
  readonly retry?: boolean
  readonly onProgress?: (progress: TransferProgress) => void
  /**
   * Given, an upload that fails or is interrupted takes back what it has stored. It is asked for then, since whoever
   * interrupts `store` must not interrupt this.
   */
  readonly eraser?: () => Promise<Eraser>
  /** Told `BUCKET/KEY` of each object that is stored, the manifest's last. */
  readonly onUploaded?: (location: string) => void
  readonly signal?: AbortSignal
}

interface Sending {
  readonly filename: string
  readonly index: number
  readonly count?: number
}

/** What has been sent so far: stored, or perhaps stored. */
type Sent = Set<string>

async function send(
  target: UploadTarget,
  what: Sending,
  body: Buffer | { file: string; size: number },
  sent: Sent,
): Promise<string> {
  const { store, place, acl = 'aws-exec-read', retry, onProgress, onUploaded, signal } = target
  const totalBytes = Buffer.isBuffer(body) ? body.length : body.size
  const told = onProgress && ((bytes: number) => onProgress({ ...what, bytes, totalBytes }))
  const key = keyAt(place, what.filename)
  told?.(0)
  sent.add(what.filename)
  try {
    await putChecked(store, place.bucket, key, body, { acl, retry, onProgress: told, signal })
  } catch (error) {
    // Refused is not stored; after any other failure it may be.
    if (error instanceof Error && 'status' in error) sent.delete(what.filename)
    throw error
  }
  told?.(totalBytes)
  const location = `${place.bucket}/${key}`
  onUploaded?.(location)
  return location
}

/** Runs an upload, and takes back what it sent when it fails. */
async function orTakeBack<T>(
  { place, eraser }: UploadTarget,
  manifest: string,
  run: (sent: Sent) => Promise<T>,
): Promise<T> {
  const sent: Sent = new Set()
  try {
    return await run(sent)
  } catch (error) {
    const left = eraser ? await takeBack({ place, manifestName: manifest, filenames: [...sent], eraser }) : []
    if (left.length > 0 && error instanceof Error) error.message += ` (left behind: ${left.join(', ')})`
    throw error
  }
}

export interface UploadOptions extends UploadTarget {
  readonly manifestPath: string
  /** Where the parts are; default the manifest's directory. */
  readonly directory?: string
  readonly skipManifest?: boolean
  /** Where the manifest goes when not where the parts go: with an upload policy it goes by an unsigned PUT. */
  readonly manifestStore?: ObjectStore
}

/**
 * Uploads a bundle: the parts in order, then the manifest. Nothing is sent, and no bucket made, unless every part is
 * there. Resolves to `BUCKET/KEY` of the manifest, or nothing with `skipManifest`.
 */
export async function uploadBundle(options: UploadOptions): Promise<string | undefined> {
  const { store, place, manifestPath, directory = dirname(manifestPath), skipManifest = false } = options
  const { manifest, bytes } = await readManifestFile(manifestPath)
  const parts: { part: ManifestPart; file: string; size: number }[] = []
  for (const part of manifest.parts) {
    const file = join(directory, part.filename)
    await access(file, constants.R_OK)
    const stats = await stat(file)
    if (!stats.isFile()) throw new BundleError(`part ${file} is not a file`)
    parts.push({ part, file, size: stats.size })
  }
  if (options.ensureBucket !== false) await ensureBucket(store, place.bucket, options.location)
  const count = parts.length + (skipManifest ? 0 : 1)
  const filename = basename(manifestPath)
  return orTakeBack(options, filename, async sent => {
    for (const { part, file, size } of parts)
      await send(options, { filename: part.filename, index: part.index, count }, { file, size }, sent)
    if (skipManifest) return undefined
    const target = { ...options, store: options.manifestStore ?? store }
    return send(target, { filename, index: parts.length, count }, bytes, sent)
  })
}

export interface BundleAndUploadOptions extends Omit<BundleOptions, 'onReady' | 'onPart' | 'discardParts'> {
  readonly target: Omit<UploadTarget, 'signal'>
  /** Keeps the parts and the manifest in `destination`; otherwise each is removed once it is stored. */
  readonly preserve?: boolean
}

/**
 * Bundles an image and uploads each part while the next ones are made. Resolves to what was bundled and `BUCKET/KEY` of
 * the manifest.
 */
export async function bundleAndUpload(
  options: BundleAndUploadOptions,
): Promise<BundleResult & { location: string }> {
  return orTakeBack(options.target, manifestName(options.prefix), sent => bundleAndSend(options, sent))
}

async function bundleAndSend(
  options: BundleAndUploadOptions,
  sent: Sent,
): Promise<BundleResult & { location: string }> {
  const { target: given, preserve = false, ...rest } = options
  const target = { ...given, signal: rest.signal }
  const result = await bundleImage({
    ...rest,
    onReady: async () => {
      if (target.ensureBucket !== false)
        await ensureBucket(target.store, target.place.bucket, target.location)
    },
    discardParts: !preserve,
    onPart: async ({ filename, index, path, bytes }) => {
      await send(target, { filename, index }, { file: path, size: bytes }, sent)
    },
  })
  try {
    const manifest = { filename: basename(result.manifestPath), index: result.parts.length }
    const location = await send(target, manifest, Buffer.from(result.manifestXml), sent)
    return { ...result, location }
  } finally {
    // Without its parts the manifest is of no use here, whether it arrived or not.
    if (!preserve) await unlink(result.manifestPath)
  }
}
