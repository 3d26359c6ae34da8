// SPDX-License-Identifier: BSD-2-Clause
// Where bundles are read from: the object storage, by the account that reads images for the cloud
// (`(eucalyptus)aws-exec-read`), whoever asked. An uploader lets it in by the canned list `aws-exec-read`.
import { createHash } from 'node:crypto'
import type { Tx } from '../operation'
import { imageReader, may } from '../s3/access'
import type { Slice, StoredObject } from '../s3/schema'
import { currentObject, slicesOf } from '../s3/versions'

// S3's limits; what is longer exists nowhere, and the store could not look it up.
const bucketLength = 255
const keyLength = 1024

const readable = (tx: Tx, bucket: string, key: string): StoredObject | undefined => {
  if (bucket.length > bucketLength || Buffer.byteLength(key) > keyLength) return undefined
  const object = tx.buckets.get(bucket) && currentObject(tx, bucket, key)
  return object && may(imageReader, object, 'READ') ? object : undefined
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
