// SPDX-License-Identifier: BSD-2-Clause
// S3 as the bundle library needs it: a few verbs, files streamed both ways.
import { randomBytes } from 'node:crypto'
import type { Readable } from 'node:stream'
import type { Settings } from '../config'
import { observed, partsBody } from './body'
import { type ClientIo, connect, optionsFor } from './connection'
import { ServiceError } from './errors'
import { collect, exchange } from './exchange'
import type { ObjectBody, S3Client } from './operations'
import { objectTarget } from './rest-client'
import { open } from './s3'

export interface PutOptions {
  /** Canned ACL, such as `aws-exec-read`. */
  readonly acl?: string | undefined
  /** Bytes of the body read so far; begins anew with each try. */
  readonly onProgress?: ((bytesSent: number) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

export interface StoredObject {
  readonly body: Readable
  /** Bytes, when the service announced them. */
  readonly contentLength?: number
  /** Without its quotes: for a plain upload the MD5 of the contents. */
  readonly etag?: string
}

export interface ObjectStore {
  /** Whether the bucket can be listed: false when there is none, the service's refusal for everything else. */
  bucketExists(bucket: string): Promise<boolean>
  /** `location` becomes its location constraint. */
  createBucket(bucket: string, location?: string): Promise<void>
  put(bucket: string, key: string, body: ObjectBody, options?: PutOptions): Promise<{ etag?: string }>
  get(bucket: string, key: string, options?: { readonly signal?: AbortSignal }): Promise<StoredObject>
  delete(bucket: string, key: string): Promise<void>
  deleteBucket(bucket: string): Promise<void>
  /** Upload by an upload policy: the fields, then the file, as a form. Nothing is signed but what the fields hold. */
  postForm(
    bucket: string,
    fields: Readonly<Record<string, string>>,
    body: ObjectBody,
    options?: PutOptions,
  ): Promise<{ etag?: string }>
}

export interface ObjectStoreOptions {
  /** Only `postForm` will be used: credentials need not be known. */
  readonly unsigned?: boolean
}

/** Throws ConfigError; the verbs reject with ServiceError, ClientError, an error of reading the file, or the signal's reason. */
export const objectStore = async (
  settings: Settings,
  io: ClientIo,
  options: ObjectStoreOptions = {},
): Promise<ObjectStore> => {
  const connection = await connect('s3', settings, io, options)
  const s3: S3Client = open(connection, settings)
  return {
    bucketExists: async bucket => {
      try {
        await s3.listObjects({ Bucket: bucket, MaxKeys: 0 })
        return true
      } catch (error) {
        if (error instanceof ServiceError && error.status === 404) return false
        throw error
      }
    },
    createBucket: async (bucket, location) => {
      await s3.createBucket({
        Bucket: bucket,
        // The SDK's type lists the regions of one public cloud; others have names of their own.
        ...(location && { CreateBucketConfiguration: { LocationConstraint: location as 'EU' } }),
      })
    },
    put: async (bucket, key, body, { acl, onProgress, signal } = {}) => {
      const { ETag } = await s3.putObject(
        // As above: Eucalyptus knows canned ACLs that the SDK's type does not.
        { Bucket: bucket, Key: key, Body: body, ...(acl && { ACL: acl as 'private' }) },
        { signal, onProgress },
      )
      return etagOf(ETag)
    },
    get: async (bucket, key, { signal } = {}) => {
      const { Body, ContentLength, ETag } = await s3.getObject({ Bucket: bucket, Key: key }, { signal })
      return {
        body: Body,
        ...(ContentLength !== undefined && { contentLength: ContentLength }),
        ...etagOf(ETag),
      }
    },
    delete: async (bucket, key) => {
      await s3.deleteObject({ Bucket: bucket, Key: key })
    },
    deleteBucket: async bucket => {
      await s3.deleteBucket({ Bucket: bucket })
    },
    postForm: async (bucket, fields, file, { onProgress, signal } = {}) => {
      const boundary = `mallee-${randomBytes(16).toString('hex')}`
      const head = Object.entries(fields).map(([name, value]) => part(boundary, name, `\r\n\r\n${value}\r\n`))
      const fileHead = part(
        boundary,
        'file',
        '; filename="file"\r\nContent-Type: application/octet-stream\r\n\r\n',
      )
      const body = observed(
        partsBody([Buffer.from(head.join('') + fileHead), file, Buffer.from(`\r\n--${boundary}--\r\n`)]),
        onProgress,
      )
      const answer = await exchange(
        {
          method: 'POST',
          target: objectTarget(connection, bucket),
          headers: {
            ...connection.headers,
            'content-type': `multipart/form-data; boundary=${boundary}`,
            'content-length': String(body.size),
          },
          body,
        },
        async request => request,
        optionsFor(connection, signal),
      )
      await collect(answer.body)
      return etagOf(answer.headers.etag)
    },
  }
}

const etagOf = (text: string | undefined): { etag?: string } =>
  text === undefined ? {} : { etag: text.replace(/^"|"$/g, '') }

// A field's name stands in quotes; the escapes are those that browsers use.
const part = (boundary: string, name: string, rest: string): string =>
  `--${boundary}\r\nContent-Disposition: form-data; name="${name.replace(/["\r\n]/g, encodeURIComponent)}"${rest}`
