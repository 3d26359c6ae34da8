// SPDX-License-Identifier: BSD-2-Clause
// S3 as the bundle library needs it: a few verbs, files streamed both ways.
import { randomBytes } from 'node:crypto'
import type { Readable } from 'node:stream'
import type { Settings } from '../config'
import { observed, partsBody } from './body'
import { type ClientIo, type Connection, connect, optionsFor } from './connection'
import { ServiceError } from './errors'
import { collect, exchange } from './exchange'
import type { ObjectBody, S3Client } from './operations'
import { objectTarget, signingRegionOf } from './rest-client'
import { open } from './s3'
import { presignS3V2, presignS3V4 } from './sign'
import { type Target, urlOf } from './target'

export interface PutOptions {
  /** Canned ACL, such as `aws-exec-read`. */
  readonly acl?: string | undefined
  /** Bytes of the body read so far; begins anew with each try. */
  readonly onProgress?: ((bytesSent: number) => void) | undefined
  readonly signal?: AbortSignal | undefined
  /** Base64 of the body's MD5, which the service then checks. */
  readonly md5?: string | undefined
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
  /** What is known of an object without its contents; undefined when there is none. */
  head(
    bucket: string,
    key: string,
    options?: { readonly signal?: AbortSignal },
  ): Promise<Omit<StoredObject, 'body'> | undefined>
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
  /** An address by which whoever has it may do this to the object for so long, signed as the region wants it. */
  presign(
    method: 'GET' | 'HEAD' | 'PUT' | 'DELETE',
    bucket: string,
    key: string,
    validSeconds: number,
  ): string
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
    put: async (bucket, key, body, { acl, onProgress, signal, md5 } = {}) => {
      const { ETag } = await s3.putObject(
        // As above: Eucalyptus knows canned ACLs that the SDK's type does not.
        { Bucket: bucket, Key: key, Body: body, ...(acl && { ACL: acl as 'private' }), ContentMD5: md5 },
        { signal, onProgress },
      )
      return etagOf(ETag)
    },
    head: async (bucket, key, { signal } = {}) => {
      try {
        const { ContentLength, ETag } = await s3.headObject({ Bucket: bucket, Key: key }, { signal })
        return { ...(ContentLength !== undefined && { contentLength: ContentLength }), ...etagOf(ETag) }
      } catch (error) {
        if (error instanceof ServiceError && error.status === 404) return undefined
        throw error
      }
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
    presign: (method, bucket, key, validSeconds) => {
      const target = objectTarget(connection, bucket, key)
      return urlOf({ ...target, query: presigned(connection, settings, method, target, validSeconds) })
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

const presigned = (
  connection: Connection,
  settings: Settings,
  method: string,
  target: Target,
  validSeconds: number,
): string => {
  const now = connection.now()
  const credentials = connection.credentials()
  if (settings.s3ForceSigv4)
    return presignS3V4(method, target, signingRegionOf(connection), credentials, now, validSeconds)
  const endpointPath = connection.target.path.replace(/\/$/, '')
  const expires = new Date(now.getTime() + validSeconds * 1000)
  return presignS3V2(method, target, endpointPath, credentials, expires)
}

const etagOf = (text: string | undefined): { etag?: string } =>
  text === undefined ? {} : { etag: text.replace(/^"|"$/g, '') }

// A field's name stands in quotes; the escapes are those that browsers use.
const part = (boundary: string, name: string, rest: string): string =>
  `--${boundary}\r\nContent-Disposition: form-data; name="${name.replace(/["\r\n]/g, encodeURIComponent)}"${rest}`
