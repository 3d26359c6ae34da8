// SPDX-License-Identifier: BSD-2-Clause

import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { BundleError } from '../format/bundle/errors'

export type StoredBody = Buffer | { readonly file: string; readonly size: number }

export interface PutOptions {
  /** A canned ACL. */
  readonly acl: string
  readonly onProgress?: (bytesSent: number) => void
  readonly signal?: AbortSignal
}

/**
 * What bundles need of an S3 service. Its errors reach the caller untouched; of them only `status`, `code`, `name` and
 * `reason` are looked at, to tell a missing object and a time-out from the rest.
 */
export interface ObjectStore {
  /** Whether the bucket is there (`GET /BUCKET?max-keys=0`): false on 404, an error on everything else. */
  bucketExists(bucket: string): Promise<boolean>
  /** Sends a location constraint only if there is a location. */
  createBucket(bucket: string, location?: string): Promise<void>
  put(bucket: string, key: string, body: StoredBody, options: PutOptions): Promise<{ etag?: string }>
  get(
    bucket: string,
    key: string,
    options?: { signal?: AbortSignal },
  ): Promise<{ body: Readable; contentLength?: number; etag?: string }>
  delete(bucket: string, key: string): Promise<void>
  deleteBucket(bucket: string): Promise<void>
}

/** Where a bundle lies: a bucket, and the folder in it, which may be empty. */
export interface BundlePlace {
  readonly bucket: string
  readonly prefix: string
}

/** One object on its way. `index` counts from 0; `count` includes the manifest if it travels too. */
export interface TransferProgress {
  readonly filename: string
  readonly index: number
  readonly count?: number
  readonly bytes: number
  readonly totalBytes: number
}

/** Reads `BUCKET[/PREFIX]`, as users write it. */
export function parsePlace(text: string): BundlePlace {
  const [bucket = '', ...rest] = text.replace(/^\/+/, '').split('/')
  if (!bucket) throw new BundleError(`${JSON.stringify(text)} does not name a bucket`)
  return { bucket, prefix: rest.join('/').replace(/\/+$/, '') }
}

export const keyAt = ({ prefix }: BundlePlace, filename: string): string =>
  prefix ? `${prefix}/${filename}` : filename

/** Refuses what cannot be the name of a bucket that is to be made or removed. */
export function checkBucketName(bucket: string): void {
  if (!/^[A-Za-z0-9._-]{1,255}$/.test(bucket))
    throw new BundleError(
      `bucket name ${JSON.stringify(bucket)} is invalid: 1 to 255 letters, digits, '.', '-', '_'`,
    )
}

/** Makes sure that there is a bucket to upload to. */
export async function ensureBucket(store: ObjectStore, bucket: string, location?: string): Promise<void> {
  if (await store.bucketExists(bucket)) return
  checkBucketName(bucket)
  await store.createBucket(bucket, location)
}

const property = (error: unknown, name: string): unknown =>
  typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined

/** Whether a service answered that there is no such object or bucket. */
export function isNotFound(error: unknown): boolean {
  const status = property(error, 'status') ?? property(property(error, '$metadata'), 'httpStatusCode')
  const names = [property(error, 'code'), property(error, 'name')]
  return (
    status === 404 ||
    names.some(name => name === 'NoSuchKey' || name === 'NoSuchBucket' || name === 'NotFound')
  )
}

/** Whether a request ended because nobody answered in time. */
export function isTimeout(error: unknown): boolean {
  const names = [property(error, 'reason'), property(error, 'code'), property(error, 'name')]
  return names.some(name =>
    ['timeout', 'ETIMEDOUT', 'ESOCKETTIMEDOUT', 'TimeoutError', 'RequestTimeout'].includes(String(name)),
  )
}

async function md5Of(body: StoredBody): Promise<string> {
  const hash = createHash('md5')
  if (Buffer.isBuffer(body)) return hash.update(body).digest('hex')
  for await (const chunk of createReadStream(body.file)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

/** An ETag without its quotes, in lower case. */
export const plainEtag = (etag: string | undefined): string => (etag ?? '').replaceAll('"', '').toLowerCase()

// The original tries an object so many times more, and only when asked to.
const extraTries = 5

/**
 * Stores one object and compares the service's ETag with the MD5 of the bytes. With `retry`, time-outs are tried again,
 * up to five times. Throws `BundleError` when the service has stored something else.
 */
export async function putChecked(
  store: ObjectStore,
  bucket: string,
  key: string,
  body: StoredBody,
  { retry = false, ...options }: PutOptions & { retry?: boolean },
): Promise<void> {
  const md5 = md5Of(body)
  // Awaited below, unless the upload fails first.
  md5.catch(() => {})
  for (let left = retry ? extraTries : 0; ; left--) {
    options.signal?.throwIfAborted()
    try {
      const { etag } = await store.put(bucket, key, body, options)
      if (plainEtag(etag) !== (await md5))
        throw new BundleError(`upload of ${bucket}/${key} was corrupted in transit`)
      return
    } catch (error) {
      if (left <= 0 || !isTimeout(error)) throw error
    }
  }
}
