// SPDX-License-Identifier: BSD-2-Clause
import type { Readable } from 'node:stream'

/** Bytes in memory, or `size` bytes of a file, from `start` on. */
export type StoredBody = Buffer | { readonly file: string; readonly start: number; readonly size: number }

/** What imports need of one bucket of an S3 service. Errors reach the caller untouched. */
export interface ImportBucket {
  /** The object's size, where the service tells it; undefined when there is no such object. */
  head(key: string): Promise<{ readonly contentLength?: number } | undefined>
  /** The object's contents; undefined when there is no such object. */
  get(key: string): Promise<Readable | undefined>
  /** `md5` is the base64 of the body's digest, for the service to check. */
  put(
    key: string,
    body: StoredBody,
    options: { readonly md5: string; readonly onProgress?: ((bytesSent: number) => void) | undefined },
  ): Promise<unknown>
  /** Succeeds as well when there is no such object. */
  delete(key: string): Promise<void>
  /** An address by which whoever has it may do this to the object for so long. */
  presign(method: 'GET' | 'HEAD' | 'DELETE', key: string, validSeconds: number): string
}
