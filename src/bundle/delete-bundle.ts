// SPDX-License-Identifier: BSD-2-Clause

import { MissingManifestError } from '../format/bundle/errors'
import { fetchManifest, type ManifestSource } from './manifest-source'
import { type BundlePlace, checkBucketName, keyAt, type ObjectStore } from './object-store'

export interface DeleteOptions {
  readonly store: ObjectStore
  readonly place: BundlePlace
  readonly source: ManifestSource
  /** Removes the bucket afterwards; the service refuses that while there is something in it. */
  readonly clear?: boolean
  readonly onDeleted?: (filename: string, index: number, count: number) => void
  readonly signal?: AbortSignal
}

/** Removes a bucket that has nothing in it; false when the service does not, whatever its reason. */
const isRemoved = (store: ObjectStore, bucket: string): Promise<boolean> =>
  store.deleteBucket(bucket).then(
    () => true,
    () => false,
  )

/** Deletes the parts of a bundle, then its manifest unless that was a file, then with `clear` the bucket. */
export async function deleteBundle({
  store,
  place,
  source,
  clear,
  onDeleted,
  signal,
}: DeleteOptions): Promise<void> {
  if (clear) checkBucketName(place.bucket)
  const fetched = await fetchManifest(store, place, source, signal).catch(async (error: unknown) => {
    // The bundle may have been deleted before, and only its bucket be left.
    const isDone = clear && error instanceof MissingManifestError && (await isRemoved(store, place.bucket))
    if (!isDone) throw error
    return undefined
  })
  if (!fetched) return
  const { manifest, filename } = fetched
  const names = manifest.parts.map(part => part.filename)
  // Last, so that an interrupted deletion can be run again.
  if ('object' in source) names.push(filename)
  for (const [index, name] of names.entries()) {
    signal?.throwIfAborted()
    await store.delete(place.bucket, keyAt(place, name))
    onDeleted?.(name, index, names.length)
  }
  if (clear) await store.deleteBucket(place.bucket)
}
