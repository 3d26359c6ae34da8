// SPDX-License-Identifier: BSD-2-Clause
// Where bundles are read from: the object storage, by the account that reads images for the cloud, whoever asked.
import { createHash } from 'node:crypto'
import { Refusal } from '../errors'
import type { Tx } from '../operation'
import { readForImages } from '../s3/images'
import type { Slice, StoredObject } from '../s3/schema'
import { slicesOf } from '../s3/versions'

/** The object; `undefined` for whatever reason the object storage has to refuse it. */
const readable = (tx: Tx, bucket: string, key: string): StoredObject | undefined => {
  try {
    return readForImages(tx, bucket, key)
  } catch (error) {
    if (error instanceof Refusal) return undefined
    throw error
  }
}

/** A manifest's bytes; `undefined` when it is not there, may not be read, or is longer than `limit`. */
export const readManifest = (tx: Tx, bucket: string, key: string, limit: number): Buffer | undefined => {
  const object = readable(tx, bucket, key)
  if (!object || object.bytes > limit) return undefined
  const { slices } = slicesOf(tx, object)
  return Buffer.concat(slices.map(({ blob, start, end }) => tx.readBlob(blob, start, end)))
}

/** SHA-256 of a manifest, hex: what tells a bundle from one that took its place. */
export const manifestDigest = (manifest: Buffer): string =>
  createHash('sha256').update(manifest).digest('hex')

/** The pieces of blobs that a part is; `undefined` when it is not there or may not be read. */
export const partSlices = (tx: Tx, bucket: string, key: string): readonly Slice[] | undefined => {
  const object = readable(tx, bucket, key)
  return object && slicesOf(tx, object).slices
}
