// SPDX-License-Identifier: BSD-2-Clause

import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { addAbortSignal, Readable, type Writable } from 'node:stream'
import { BundleError } from '../format/bundle/errors'
import { StreamSink } from '../format/bundle/image-sink'
import { type ManifestPart, sameHex } from '../format/bundle/manifest'
import { naming } from '../format/naming'
import { replaceOpenFile, writeWhole } from './files'
import { fetchManifest, type ManifestSource } from './manifest-source'
import { type BundlePlace, keyAt, type ObjectStore, plainEtag, type TransferProgress } from './object-store'
import { unbundle } from './unbundle'

interface PartOptions {
  /** Whether digests are left to who takes the part apart. */
  readonly isCheckedLater?: boolean
  readonly signal?: AbortSignal | undefined
}

/**
 * The bytes of a part as they come in, checked at the end against what the service says of them (length and MD5) and
 * the manifest's SHA-1.
 */
async function* fetchedPart(
  store: ObjectStore,
  place: BundlePlace,
  part: ManifestPart,
  { isCheckedLater = false, signal }: PartOptions,
): AsyncGenerator<Buffer> {
  const key = keyAt(place, part.filename)
  const { body, contentLength, etag } = await store.get(place.bucket, key, { signal })
  if (signal) addAbortSignal(signal, body)
  const hashes = isCheckedLater ? undefined : { md5: createHash('md5'), sha1: createHash('sha1') }
  let bytes = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length
    hashes?.md5.update(chunk)
    hashes?.sha1.update(chunk)
    yield chunk
  }
  const where = `${place.bucket}/${key}`
  if (contentLength !== undefined && bytes !== contentLength)
    throw new BundleError(`download of ${where} ended after ${bytes} of ${contentLength} bytes`)
  if (!hashes) return
  // An ETag that is not 32 hex digits is not an MD5: the object was stored in several pieces.
  const expected = plainEtag(etag)
  if (/^[0-9a-f]{32}$/.test(expected) && hashes.md5.digest('hex') !== expected)
    throw new BundleError(`download of ${where} was corrupted in transit`)
  const digest = hashes.sha1.digest('hex')
  if (!sameHex(digest, part.digest))
    throw new BundleError(
      `part ${part.filename} is corrupt: its SHA-1 digest is ${digest}, not ${part.digest}`,
    )
}

export interface DownloadOptions {
  readonly store: ObjectStore
  readonly place: BundlePlace
  readonly source: ManifestSource
  /** An existing directory, or a stream for the parts one after the other, which is left open. */
  readonly destination: string | Writable
  readonly onProgress?: (progress: TransferProgress) => void
  readonly signal?: AbortSignal
}

async function checkDirectory(path: string): Promise<void> {
  if (!(await stat(path)).isDirectory()) throw new BundleError(`${path} is not a directory`)
}

/**
 * Downloads a bundle. Every part is checked, and has its name only when it is complete and right; parts that arrived
 * before a failure stay. The manifest comes last, unless it was a file. Resolves to its path, if it was written.
 */
export async function downloadBundle(options: DownloadOptions): Promise<string | undefined> {
  const { store, place, source, destination, onProgress, signal } = options
  if (typeof destination === 'string') await checkDirectory(destination)
  const { manifest, bytes, filename } = await fetchManifest(store, place, source, signal)
  const count = manifest.parts.length
  // The manifest knows only the sum, so progress is told against what is left of it.
  const totalBytes = manifest.bundledSize
  let done = 0
  const copy = async (part: ManifestPart, write: (chunk: Buffer) => Promise<unknown>): Promise<void> => {
    for await (const chunk of fetchedPart(store, place, part, { signal })) {
      await write(chunk)
      done += chunk.length
      onProgress?.({ filename: part.filename, index: part.index, count, bytes: done, totalBytes })
    }
  }
  try {
    if (typeof destination !== 'string') {
      const sink = new StreamSink(destination, signal)
      for (const part of manifest.parts) await copy(part, chunk => sink.write(chunk))
      return undefined
    }
    for (const part of manifest.parts) {
      const path = join(destination, part.filename)
      await replaceOpenFile(path, file => copy(part, chunk => naming(path, () => file.writeFile(chunk))))
    }
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  }
  if ('file' in source) return undefined
  const path = join(destination, filename)
  await writeWhole(path, bytes)
  return path
}

export interface DownloadAndUnbundleOptions extends Omit<DownloadOptions, 'onProgress'> {
  /** PEM text. */
  readonly privateKey: string
  /** Told the bytes of the image that are done, and its size. */
  readonly onProgress?: (bytesWritten: number, totalBytes: number) => void
}

/**
 * Unbundles an image straight from the service. A directory as destination takes the file name from the manifest; any
 * other path is the file itself. Resolves to the path, or nothing for a stream.
 */
export async function downloadAndUnbundle(options: DownloadAndUnbundleOptions): Promise<string | undefined> {
  const { store, place, source, destination, privateKey, onProgress, signal } = options
  const { manifest } = await fetchManifest(store, place, source, signal)
  const target = typeof destination === 'string' ? await imagePath(destination, manifest.name) : destination
  await unbundle({
    manifest,
    privateKey,
    openPart: part =>
      Readable.from(fetchedPart(store, place, part, { isCheckedLater: true, signal }), { objectMode: false }),
    destination: target,
    onProgress: onProgress && (bytes => onProgress(bytes, manifest.size)),
    signal,
  })
  return typeof target === 'string' ? target : undefined
}

async function imagePath(destination: string, name: string): Promise<string> {
  try {
    return (await stat(destination)).isDirectory() ? join(destination, name) : destination
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return destination
    throw error
  }
}
