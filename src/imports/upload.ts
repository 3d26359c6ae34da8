// SPDX-License-Identifier: BSD-2-Clause

// An import is resumed by looking: every part is an object of its own, and an object is there whole or not at all. So
// there is no record of how far an upload came, and a first upload is one that is resumed with nothing there.

import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import {
  type ImportManifest,
  type ImportPart,
  maxImportManifestBytes,
  parseImportManifest,
  writeImportManifest,
} from '../format/import/manifest'
import { ImportError } from './errors'
import type { ImportBucket, StoredBody } from './object-store'
import { type ImportPlan, planImport } from './plan-import'

/** One part on its way. `index` counts from 0. */
export interface PartProgress {
  readonly filename: string
  readonly index: number
  readonly count: number
  readonly bytes: number
  readonly totalBytes: number
}

export interface UploadOptions {
  readonly bucket: ImportBucket
  readonly manifest: ImportManifest
  /** Path of the image. */
  readonly file: string
  readonly onProgress?: ((progress: PartProgress) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** The manifest of an import; undefined when there is none. Throws `ManifestError` for what is no whole manifest. */
export const fetchManifest = async (
  bucket: ImportBucket,
  key: string,
): Promise<ImportManifest | undefined> => {
  const body = await bucket.get(key)
  if (!body) return undefined
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of body) {
    chunks.push(chunk as Buffer)
    bytes += (chunk as Buffer).length
    // The reader refuses it in words.
    if (bytes > maxImportManifestBytes) break
  }
  return parseImportManifest(Buffer.concat(chunks))
}

/** The manifest that is there already, or a new one, which is stored. */
export const fetchOrStoreManifest = async (plan: ImportPlan): Promise<ImportManifest> => {
  const there = await fetchManifest(plan.bucket, plan.manifestKey)
  if (there) return there
  const manifest = planImport(plan)
  const body = Buffer.from(writeImportManifest(manifest))
  await plan.bucket.put(plan.manifestKey, body, { md5: createHash('md5').update(body).digest('base64') })
  return manifest
}

const md5Of = async ({ file, start, size }: Exclude<StoredBody, Buffer>): Promise<string> => {
  const hash = createHash('md5')
  let bytes = 0
  for await (const chunk of createReadStream(file, {
    start,
    end: start + size - 1,
    highWaterMark: 1 << 18,
  })) {
    hash.update(chunk as Buffer)
    bytes += (chunk as Buffer).length
  }
  if (bytes < size) throw new ImportError(`${file} has become shorter while it was read`)
  return hash.digest('base64')
}

const sizeOf = ({ start, end }: ImportPart): number => end - start + 1

/** A part of another size is of something else, and does not count. */
const isThere = async (bucket: ImportBucket, part: ImportPart): Promise<boolean> => {
  const found = await bucket.head(part.key)
  return found !== undefined && (found.contentLength ?? sizeOf(part)) === sizeOf(part)
}

/**
 * Uploads the parts that are not there yet, in order; resolves to how many these were. Parts that arrived before a
 * failure stay, for the next time.
 */
export const uploadParts = async (options: UploadOptions): Promise<number> => {
  const { bucket, manifest, file, onProgress, signal } = options
  const count = manifest.parts.length
  let uploaded = 0
  for (const part of manifest.parts) {
    signal?.throwIfAborted()
    if (await isThere(bucket, part)) continue
    const totalBytes = sizeOf(part)
    const what = { filename: basename(part.key), index: part.index, count, totalBytes }
    const told = onProgress && ((bytes: number) => onProgress({ ...what, bytes }))
    const body = { file, start: part.start, size: totalBytes }
    told?.(0)
    await bucket.put(part.key, body, { md5: await md5Of(body), onProgress: told })
    told?.(totalBytes)
    uploaded++
  }
  return uploaded
}
