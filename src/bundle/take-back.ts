// SPDX-License-Identifier: BSD-2-Clause

import { type BundlePlace, isNotFound, keyAt, type ObjectStore } from './object-store'

/** What it takes to find out what is there and to delete it. */
export type Eraser = Pick<ObjectStore, 'delete' | 'get'>

export interface TakeBackOptions {
  readonly place: BundlePlace
  /** Of the bundle whose upload failed. */
  readonly manifestName: string
  /** What was sent, whether it arrived or not, in this order. */
  readonly filenames: readonly string[]
  readonly eraser: () => Promise<Eraser>
}

async function hasManifest(eraser: Eraser, { place, manifestName }: TakeBackOptions): Promise<boolean> {
  try {
    const { body } = await eraser.get(place.bucket, keyAt(place, manifestName))
    body.destroy()
    return true
  } catch (error) {
    if (isNotFound(error)) return false
    throw error
  }
}

/**
 * Deletes what an upload that failed has stored, last first. A manifest that is there already is an earlier bundle's,
 * whose parts bear the same names: then nothing is deleted. Resolves to the objects that could not be deleted.
 */
export async function takeBack(options: TakeBackOptions): Promise<string[]> {
  const { place, manifestName, filenames, eraser } = options
  if (filenames.length === 0) return []
  const left = new Set(filenames)
  try {
    const store = await eraser()
    if (!left.has(manifestName) && (await hasManifest(store, options))) return []
    for (const filename of filenames.toReversed()) {
      await store.delete(place.bucket, keyAt(place, filename))
      left.delete(filename)
    }
  } catch {
    // The failure of the upload is what is reported; a service that fails now does so for the same reason, or is slow.
  }
  return [...left].map(filename => `${place.bucket}/${keyAt(place, filename)}`)
}
