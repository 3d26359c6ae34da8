// SPDX-License-Identifier: BSD-2-Clause

import { open } from 'node:fs/promises'
import { basename } from 'node:path'
import { BundleError, ManifestError, MissingManifestError } from '../format/bundle/errors'
import { type BundleManifest, isBaseName, maxManifestBytes } from '../format/bundle/manifest'
import { parseManifest } from '../format/bundle/manifest-reader'
import { type BundlePlace, isNotFound, keyAt, type ObjectStore } from './object-store'

/** The manifest in a file or object; what is wrong with it is told of that one. */
function parseNamed(bytes: Buffer, name: string): BundleManifest {
  try {
    return parseManifest(bytes)
  } catch (error) {
    throw error instanceof ManifestError ? new ManifestError(`${name}: ${error.message}`) : error
  }
}

/** Reads a manifest file, and its bytes as they are to be uploaded. Never holds more than a manifest may have. */
export async function readManifestFile(path: string): Promise<{ manifest: BundleManifest; bytes: Buffer }> {
  const file = await open(path, 'r')
  try {
    const stats = await file.stat()
    if (stats.isDirectory()) throw new ManifestError(`${path} is a directory, not a manifest`)
    const buffer = Buffer.alloc(Math.min(stats.size, maxManifestBytes) + 1)
    let filled = 0
    for (let read = -1; read !== 0 && filled < buffer.length; filled += read)
      read = (await file.read(buffer, filled, buffer.length - filled, null)).bytesRead
    const bytes = buffer.subarray(0, filled)
    return { manifest: parseNamed(bytes, path), bytes }
  } finally {
    await file.close()
  }
}

/** The bytes of a manifest object. A missing one is told in the original's words. */
export async function readManifestObject(
  store: ObjectStore,
  place: BundlePlace,
  name: string,
  signal?: AbortSignal,
): Promise<Buffer> {
  const path = `${place.bucket}/${keyAt(place, name)}`
  if (!isBaseName(name)) throw new BundleError(`the name of a manifest must not have a path: ${name}`)
  const { body } = await store.get(place.bucket, keyAt(place, name), { signal }).catch((error: unknown) => {
    throw isNotFound(error)
      ? new MissingManifestError(`manifest '${path}' does not exist on the server`)
      : error
  })
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length
    // Leaving the loop destroys the stream, so no more than this is ever fetched.
    if (bytes > maxManifestBytes)
      throw new ManifestError(`the manifest is larger than ${maxManifestBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** Where to find the manifest of a bundle: an object's base name in its place, or a file. */
export type ManifestSource = { readonly object: string } | { readonly file: string }

/** Reads a bundle's manifest from the service or a file, with the name it has there. */
export async function fetchManifest(
  store: ObjectStore,
  place: BundlePlace,
  source: ManifestSource,
  signal?: AbortSignal,
): Promise<{ manifest: BundleManifest; bytes: Buffer; filename: string }> {
  if ('file' in source) return { ...(await readManifestFile(source.file)), filename: basename(source.file) }
  const bytes = await readManifestObject(store, place, source.object, signal)
  const name = `${place.bucket}/${keyAt(place, source.object)}`
  return { manifest: parseNamed(bytes, name), bytes, filename: source.object }
}
