// SPDX-License-Identifier: BSD-2-Clause
import { isNotFound } from '../bundle/object-store'
import type { ObjectStore } from '../clients'
import type { ImportBucket } from '../imports/object-store'

/** One bucket of an S3 service, as the import library wants it. */
export const importBucket = (store: ObjectStore, bucket: string, signal?: AbortSignal): ImportBucket => {
  const options = signal ? { signal } : {}
  return {
    head: key => store.head(bucket, key, options),
    get: async key => {
      try {
        return (await store.get(bucket, key, options)).body
      } catch (error) {
        // A bucket that is not there has no objects: the upload that follows says what is missing.
        if (isNotFound(error)) return undefined
        throw error
      }
    },
    put: (key, body, more) => store.put(bucket, key, body, { ...options, ...more }),
    delete: key => store.delete(bucket, key),
    presign: (method, key, validSeconds) => store.presign(method, bucket, key, validSeconds),
  }
}
