// SPDX-License-Identifier: BSD-2-Clause
// Lists of what is in a bucket: both versions of ListObjects, and ListObjectVersions. S3 pages in its own way, by
// the place where the last page ended.
import type {
  CommonPrefix,
  EncodingType,
  ListObjectsOutput,
  ListObjectsRequest,
  ListObjectsV2Output,
  ListObjectsV2Request,
  ListObjectVersionsOutput,
  ListObjectVersionsRequest,
  _Object as ObjectEntry,
} from '@aws-sdk/client-s3'
import { refuse } from '../errors'
import type { Operation, Tx } from '../operation'
import { ownerView } from './access'
import { bucketFor } from './demands'
import { shownOwner } from './ownership'
import type { Bucket, ObjectVersion, StoredObject } from './schema'
import { listValues } from './values'
import { checkVersionId, newestVersion, orderOf, versionNamed } from './versions'
import { type Entry, walk } from './walk'

export const listObjects: Operation<ListObjectsRequest, ListObjectsOutput> = (tx, input) => {
  const bucket = bucketFor(tx, input, 'ListObjects', () => listValues(input))
  const limit = pageLimit(input.MaxKeys)
  const encode = encoderOf(input.EncodingType)
  const { Prefix = '', Delimiter = '', Marker = '' } = input
  const page = listCurrent(tx, bucket, Prefix, Delimiter, Marker, limit)
  const last = page.last
  return {
    Name: bucket.name,
    Prefix: encode(Prefix),
    Marker: encode(Marker),
    MaxKeys: limit,
    IsTruncated: page.isTruncated,
    ...optionalView(input, encode),
    // Without a delimiter the next marker is the last key, which the client has.
    ...(page.isTruncated && Delimiter !== '' && last !== undefined ? { NextMarker: encode(last) } : {}),
    Contents: page.objects.map(object => ({
      ...objectView(object, encode),
      Owner: ownerView(tx, shownOwner(bucket, object)),
    })),
    CommonPrefixes: page.commonPrefixes.map(prefixView(encode)),
  }
}

export const listObjectsV2: Operation<ListObjectsV2Request, ListObjectsV2Output> = (tx, input) => {
  const bucket = bucketFor(tx, input, 'ListObjectsV2', () => listValues(input))
  const limit = pageLimit(input.MaxKeys)
  const encode = encoderOf(input.EncodingType)
  const { Prefix = '', Delimiter = '', StartAfter = '', ContinuationToken: token } = input
  // An empty token is the start of a list, as clients have it that keep one in a variable.
  const after = token ? readToken(token) : StartAfter
  const page = listCurrent(tx, bucket, Prefix, Delimiter, after, limit)
  return {
    Name: bucket.name,
    Prefix: encode(Prefix),
    MaxKeys: limit,
    KeyCount: page.objects.length + page.commonPrefixes.length,
    IsTruncated: page.isTruncated,
    ...optionalView(input, encode),
    ...(input.StartAfter === undefined ? {} : { StartAfter: encode(StartAfter) }),
    ...(token === undefined ? {} : { ContinuationToken: token }),
    ...(page.isTruncated && page.last !== undefined ? { NextContinuationToken: writeToken(page.last) } : {}),
    Contents: page.objects.map(object => ({
      ...objectView(object, encode),
      ...(input.FetchOwner ? { Owner: ownerView(tx, shownOwner(bucket, object)) } : {}),
    })),
    CommonPrefixes: page.commonPrefixes.map(prefixView(encode)),
  }
}

type Sparse<List> = List extends (infer One)[] ? (One | undefined)[] : undefined

type VersionsPage = Omit<ListObjectVersionsOutput, 'Versions' | 'DeleteMarkers'> & {
  readonly Versions: Sparse<ListObjectVersionsOutput['Versions']>
  readonly DeleteMarkers: Sparse<ListObjectVersionsOutput['DeleteMarkers']>
}

export const listObjectVersions: Operation<ListObjectVersionsRequest, VersionsPage> = (tx, input) => {
  const bucket = bucketFor(tx, input, 'ListObjectVersions', () => listValues(input))
  const limit = pageLimit(input.MaxKeys)
  const encode = encoderOf(input.EncodingType)
  const { Prefix = '', Delimiter = '', KeyMarker = '', VersionIdMarker } = input
  const { entries, isTruncated } = walk(tx.objects, {
    bucket: bucket.name,
    prefix: Prefix,
    delimiter: Delimiter,
    after: KeyMarker,
    afterId: orderOfMarker(tx, bucket, KeyMarker, VersionIdMarker),
    limit,
    firstOnly: false,
    isShown: () => true,
  })
  const versions = recordsOf(entries)
  const last = entries.at(-1)
  const view = (version: ObjectVersion, index: number) => ({
    Key: encode(version.key),
    VersionId: version.versionId,
    // The first of its key; the page itself may have begun in the middle of one.
    IsLatest:
      index === 0
        ? newestVersion(tx, bucket.name, version.key)?.order === version.order
        : versions[index - 1]?.key !== version.key,
    LastModified: version.modifiedAt,
    Owner: ownerView(tx, shownOwner(bucket, version)),
  })
  const views = versions.map((version, index) => ({ version, view: view(version, index) }))
  return {
    Name: bucket.name,
    Prefix: encode(Prefix),
    KeyMarker: encode(KeyMarker),
    VersionIdMarker: VersionIdMarker ?? '',
    MaxKeys: limit,
    IsTruncated: isTruncated,
    ...optionalView(input, encode),
    ...(isTruncated && last ? nextMarkers(last, encode) : {}),
    // Each has its place in one of the two lists and leaves it free in the other: so they are written one after the
    // other, as Amazon does and as some clients read them.
    Versions: views.map(({ version, view }) =>
      version.deleteMarker
        ? undefined
        : { ...objectView(version, encode), StorageClass: 'STANDARD' as const, ...view },
    ),
    DeleteMarkers: views.map(({ version, view }) => (version.deleteMarker ? view : undefined)),
    CommonPrefixes: prefixesOf(entries).map(prefixView(encode)),
  }
}

const nextMarkers = (last: Entry<ObjectVersion>, encode: Encode) =>
  'record' in last
    ? { NextKeyMarker: encode(last.record.key), NextVersionIdMarker: last.record.versionId }
    : { NextKeyMarker: encode(last.commonPrefix) }

const orderOfMarker = (
  tx: Tx,
  bucket: Bucket,
  key: string,
  versionId: string | undefined,
): number | undefined => {
  if (!versionId) return undefined
  if (key === '') {
    refuse('InvalidArgument', 'A version-id marker cannot be specified without a key marker.', 400)
  }
  checkVersionId(versionId, 'version-id-marker')
  // The version may be gone by now; its id still tells where it was.
  return orderOf(versionId) ?? versionNamed(tx, bucket.name, key, versionId)?.order
}

const listCurrent = (
  tx: Tx,
  bucket: Bucket,
  prefix: string,
  delimiter: string,
  after: string,
  limit: number,
) => {
  const { entries, isTruncated } = walk(tx.objects, {
    bucket: bucket.name,
    prefix,
    delimiter,
    after,
    limit,
    firstOnly: true,
    isShown: version => !version.deleteMarker,
  })
  const last = entries.at(-1)
  return {
    objects: recordsOf(entries).filter((version): version is StoredObject => !version.deleteMarker),
    commonPrefixes: prefixesOf(entries),
    isTruncated,
    last: last && ('record' in last ? last.record.key : last.commonPrefix),
  }
}

export const recordsOf = <R>(entries: readonly Entry<R>[]): readonly R[] =>
  entries.flatMap(entry => ('record' in entry ? [entry.record] : []))

export const prefixesOf = (entries: readonly Entry<unknown>[]): readonly string[] =>
  entries.flatMap(entry => ('commonPrefix' in entry ? [entry.commonPrefix] : []))

const largestPage = 1000

/** Entries of a page, from what the request allows. */
export const pageLimit = (asked: number | undefined, name = 'maxKeys'): number => {
  if (asked !== undefined && !(Number.isInteger(asked) && asked >= 0 && asked <= 0x7fffffff)) {
    refuse('InvalidArgument', `Argument ${name} must be an integer between 0 and 2147483647`, 400, {
      ArgumentName: name,
      ArgumentValue: String(asked),
    })
  }
  return Math.min(asked ?? largestPage, largestPage)
}

export type Encode = (text: string) => string

/** XML cannot say every character that a key may have, so clients ask for keys to be percent-encoded. */
export const encoderOf = (type: EncodingType | undefined): Encode => {
  if (type === undefined) return text => text
  if (type !== 'url') {
    refuse('InvalidArgument', 'Invalid Encoding Method specified in Request', 400, {
      ArgumentName: 'encoding-type',
      ArgumentValue: type,
    })
  }
  return text => text.replace(/[^A-Za-z0-9._*/-]+/gu, percentEncoded)
}

// What JavaScript leaves as it is, S3 encodes too.
const percentEncoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()~]/g, mark => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)

const objectView = (object: StoredObject, encode: Encode): ObjectEntry => ({
  Key: encode(object.key),
  LastModified: object.modifiedAt,
  ETag: `"${object.etag}"`,
  Size: object.bytes,
  ...(object.checksums
    ? {
        // Names of checksums are the SDK's, with a word before them.
        ChecksumAlgorithm: Object.keys(object.checksums).map(name => name.replace('Checksum', '') as 'CRC32'),
        ChecksumType: object.checksumType,
      }
    : {}),
  // The type is the SDK's list of classes, of which `checkedStorageClass` knows a part.
  StorageClass: object.storageClass as 'STANDARD',
})

export const prefixView =
  (encode: Encode) =>
  (prefix: string): CommonPrefix => ({ Prefix: encode(prefix) })

const optionalView = (
  input: { readonly Delimiter?: string | undefined; readonly EncodingType?: EncodingType | undefined },
  encode: Encode,
) => ({
  ...(input.Delimiter ? { Delimiter: encode(input.Delimiter) } : {}),
  ...(input.EncodingType ? { EncodingType: input.EncodingType } : {}),
})

// A token is the place where the last page ended, and says nothing else.
const writeToken = (last: string): string => Buffer.from(`1${last}`).toString('base64url')

const readToken = (token: string): string => {
  const text = Buffer.from(token, 'base64url').toString()
  return text.startsWith('1')
    ? text.slice(1)
    : refuse('InvalidArgument', 'The continuation token provided is incorrect', 400, {
        ArgumentName: 'continuation-token',
        ArgumentValue: token,
      })
}
