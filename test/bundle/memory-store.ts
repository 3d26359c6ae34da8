// SPDX-License-Identifier: BSD-2-Clause

import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import type { ObjectStore, PutOptions, StoredBody } from '../../src/bundle/object-store'

/** An error as a service gives it. */
export class StoreError extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
  ) {
    super(code)
  }
}

/** An S3 service in memory, which notes what it is asked to do. */
export class MemoryStore implements ObjectStore {
  readonly buckets = new Map<string, Map<string, Buffer>>()
  readonly log: string[] = []

  async bucketExists(bucket: string): Promise<boolean> {
    this.log.push(`HEAD ${bucket}`)
    return this.buckets.has(bucket)
  }

  async createBucket(bucket: string, location?: string): Promise<void> {
    this.log.push(`PUT ${bucket}${location ? ` in ${location}` : ''}`)
    this.buckets.set(bucket, new Map())
  }

  async put(
    bucket: string,
    key: string,
    body: StoredBody,
    { acl, onProgress }: PutOptions,
  ): Promise<{ etag?: string }> {
    this.log.push(`PUT ${bucket}/${key} ${acl}`)
    const bytes = Buffer.isBuffer(body) ? body : await readFile(body.file)
    onProgress?.(bytes.length)
    this.#bucket(bucket).set(key, bytes)
    return { etag: `"${createHash('md5').update(bytes).digest('hex').toUpperCase()}"` }
  }

  async get(bucket: string, key: string): Promise<{ body: Readable; contentLength?: number; etag?: string }> {
    this.log.push(`GET ${bucket}/${key}`)
    const bytes = this.#bucket(bucket).get(key)
    if (!bytes) throw new StoreError('NoSuchKey', 404)
    const chunks: Buffer[] = []
    for (let at = 0; at < bytes.length; at += 65_536) chunks.push(bytes.subarray(at, at + 65_536))
    const etag = `"${createHash('md5').update(bytes).digest('hex')}"`
    return { body: Readable.from(chunks, { objectMode: false }), contentLength: bytes.length, etag }
  }

  async delete(bucket: string, key: string): Promise<void> {
    this.log.push(`DELETE ${bucket}/${key}`)
    this.#bucket(bucket).delete(key)
  }

  async deleteBucket(bucket: string): Promise<void> {
    this.log.push(`DELETE ${bucket}`)
    if (this.#bucket(bucket).size > 0) throw new StoreError('BucketNotEmpty', 409)
    this.buckets.delete(bucket)
  }

  objects(bucket: string): string[] {
    return [...this.#bucket(bucket).keys()]
  }

  #bucket(name: string): Map<string, Buffer> {
    const bucket = this.buckets.get(name)
    if (!bucket) throw new StoreError('NoSuchBucket', 404)
    return bucket
  }
}
