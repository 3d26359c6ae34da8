// SPDX-License-Identifier: BSD-2-Clause
import type { ImportManifest } from '../format/import/manifest'
import type { ImportBucket } from './object-store'

export interface DeleteOptions {
  readonly bucket: ImportBucket
  readonly manifestKey: string
  readonly manifest: ImportManifest
  readonly signal?: AbortSignal | undefined
}

/** Deletes the parts of an import, then its manifest: last, so that an interrupted deletion can be run again. */
export const deleteImport = async (options: DeleteOptions): Promise<void> => {
  const { bucket, manifestKey, manifest, signal } = options
  for (const key of [...manifest.parts.map(part => part.key), manifestKey]) {
    signal?.throwIfAborted()
    await bucket.delete(key)
  }
}
