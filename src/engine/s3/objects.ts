// SPDX-License-Identifier: BSD-2-Clause
// Objects: putting and reading. What was put stays readable until what replaces it is committed, and its
// bytes for as long as somebody who found it before may still be reading them.
import type {
  GetObjectAttributesOutput,
  GetObjectAttributesParts,
  GetObjectAttributesRequest,
  GetObjectOutput,
  GetObjectRequest,
  HeadObjectOutput,
  HeadObjectRequest,
  PutObjectOutput,
  PutObjectRequest,
} from '@aws-sdk/client-s3'
import { refuse } from '../errors'
import type { BlobSlices, Operation, StagedBody, Tx } from '../operation'
import { expectedBucket } from './access'
import { type ByteRange, checkReading, checkWriting, rangeHolds, readRange } from './conditions'
import { demand, objectDemand } from './demands'
import { checkBody, contentView, describe, emptyMd5 } from './descriptions'
import type { GetObjectIfRangeRequest } from './extended-operations'
import { expirationView } from './lifecycle'
import { pageLimit } from './listings'
import { locksView } from './locks'
import type { Bucket, Checksums, ObjectBody, ObjectDescription, StoredObject } from './schema'
import { storingDemands } from './values'
import {
  addObject,
  checkedKey,
  currentObject,
  madeVersionId,
  objectFor,
  partsUnder,
  shownVersionId,
  slicesOf,
} from './versions'

/** An input whose stream the pipeline has staged: an empty body may be left out. */
export type Staged<Input> = Omit<Input, 'Body'> & { readonly Body?: StagedBody }

/** What is known to be wrong before the body is there. */
export const mayPutObject: Operation<PutObjectRequest, void> = (tx, input) => {
  targetFor(tx, input)
  checkedKey(input.Key)
}

const targetFor = (tx: Tx, input: Omit<PutObjectRequest, 'Body'>): Bucket => {
  const bucket = expectedBucket(tx, input)
  demand(tx, storingDemands(tx, bucket, input.Key ?? '', 'PutObject', input))
  return bucket
}

export const putObject: Operation<Staged<PutObjectRequest>, PutObjectOutput> = (tx, input) => {
  const bucket = targetFor(tx, input)
  const key = checkedKey(input.Key)
  checkWriting(currentObject(tx, bucket.name, key), key, input)
  checkBody(input.Body, input)
  return storeBody(tx, bucket, key, input.Body, describe(tx, bucket, input))
}

/** Make a staged body the newest version of a key. */
export const storeBody = (
  tx: Tx,
  bucket: Bucket,
  key: string,
  body: StagedBody | undefined,
  description: ObjectDescription,
): PutObjectOutput => {
  const object = addObject(tx, bucket, key, { ...description, ...keep(tx, body) })
  return {
    ETag: `"${object.etag}"`,
    ...checksumView(object),
    ...expirationView(bucket, object),
    ...madeVersionId(bucket, object),
  }
}

/** Adopt a staged body. No bytes need no blob. */
export const keep = (tx: Tx, body: StagedBody | undefined): ObjectBody => {
  if (!body) return { bytes: 0, etag: emptyMd5, slices: [] }
  const { id } = tx.adopt(body, body.bytes)
  const checksums = body.checksums
  return {
    bytes: body.bytes,
    etag: body.md5,
    slices: [{ blob: id, start: 0, end: body.bytes }],
    ...(Object.keys(checksums).length > 0 ? { checksums, checksumType: 'FULL_OBJECT' as const } : {}),
  }
}

/** Checksums as answers have them. */
export const checksumView = ({ checksums, checksumType }: ObjectBody): Checksums =>
  checksums ? { ...checksums, ...(checksumType ? { ChecksumType: checksumType } : {}) } : {}

export const headObject: Operation<HeadObjectRequest, HeadObjectOutput> = (tx, input) => {
  const { bucket, object } = objectFor(tx, input, 'HeadObject')
  checkReading(object, input)
  return objectView(tx, bucket, object, input).view
}

type WithBody = Omit<GetObjectOutput, 'Body'> & { readonly Body: BlobSlices }

export const getObject: Operation<GetObjectIfRangeRequest, WithBody> = (tx, input) => {
  const { bucket, object } = objectFor(tx, input, 'GetObject')
  checkReading(object, input)
  const { view, range } = objectView(tx, bucket, object, input)
  return { ...view, Body: slicesOf(tx, object, range.start, range.end) }
}

const attributes = ['ETag', 'Checksum', 'ObjectParts', 'StorageClass', 'ObjectSize']

export const getObjectAttributes: Operation<GetObjectAttributesRequest, GetObjectAttributesOutput> = (
  tx,
  input,
) => {
  const { bucket, object } = objectFor(tx, input, 'GetObjectAttributes')
  demand(tx, [objectDemand(tx, bucket, object, 'GetObject', { versionId: input.VersionId })])
  const asked: readonly string[] = input.ObjectAttributes ?? []
  if (!asked.every(name => attributes.includes(name))) {
    refuse('InvalidArgument', 'Invalid attribute name specified.', 400, {
      ArgumentName: 'x-amz-object-attributes',
    })
  }
  const wanted = (name: string): boolean => asked.includes(name)
  return {
    LastModified: object.modifiedAt,
    ...shownVersionId(bucket, object),
    ...(wanted('ETag') ? { ETag: object.etag } : {}),
    ...(wanted('Checksum') && object.checksums ? { Checksum: digestsOf(object) } : {}),
    ...(wanted('ObjectParts') && object.parts ? { ObjectParts: partsView(tx, object.parts, input) } : {}),
    // The type is the SDK's list of classes, of which `checkedStorageClass` knows a part.
    ...(wanted('StorageClass') ? { StorageClass: object.storageClass as 'STANDARD' } : {}),
    ...(wanted('ObjectSize') ? { ObjectSize: object.bytes } : {}),
  }
}

/** As attributes have it, the checksum of an upload in parts does not end with their number. */
const digestsOf = (object: StoredObject): Checksums =>
  Object.fromEntries(
    Object.entries(checksumView(object)).map(([name, value]) => [name, value.split('-', 1)[0] ?? '']),
  )

const partsView = (
  tx: Tx,
  { id, count }: { readonly id: string; readonly count: number },
  input: GetObjectAttributesRequest,
): GetObjectAttributesParts => {
  const limit = pageLimit(input.MaxParts, 'max-parts')
  const marker = Number(input.PartNumberMarker ?? 0)
  const later = partsUnder(tx, id).filter(({ number }) => number > marker)
  const page = later.slice(0, limit)
  return {
    TotalPartsCount: count,
    PartNumberMarker: String(marker),
    NextPartNumberMarker: String(page.at(-1)?.number ?? 0),
    MaxParts: limit,
    IsTruncated: limit > 0 && page.length < later.length,
    Parts: page.map(({ number, bytes, checksums }) => ({ PartNumber: number, Size: bytes, ...checksums })),
  }
}

const objectView = (
  tx: Tx,
  bucket: Bucket,
  object: StoredObject,
  input: GetObjectIfRangeRequest | HeadObjectRequest,
): { readonly view: Omit<GetObjectOutput, 'Body'>; readonly range: ByteRange } => {
  if (input.PartNumber !== undefined && input.Range !== undefined) {
    refuse('InvalidRequest', 'Cannot specify both Range header and partNumber query parameter', 400)
  }
  const part = input.PartNumber === undefined ? undefined : rangeOfPart(tx, object, input.PartNumber)
  const holds = rangeHolds(object, 'IfRange' in input ? input.IfRange : undefined)
  const asked = part ?? (holds ? readRange(input.Range, object.bytes) : undefined)
  const range = asked ?? { start: 0, end: object.bytes }
  const isWhole = range.start === 0 && range.end === object.bytes
  const view: Omit<GetObjectOutput, 'Body'> = {
    AcceptRanges: 'bytes',
    LastModified: object.modifiedAt,
    ETag: `"${object.etag}"`,
    ContentLength: range.end - range.start,
    ...contentView(object),
    ...overrides(tx, input),
    ...shownVersionId(bucket, object),
    ...expirationView(bucket, object),
    ...locksView(tx, bucket, object),
    ...(asked && object.bytes > 0
      ? { ContentRange: `bytes ${range.start}-${range.end - 1}/${object.bytes}` }
      : {}),
    ...(input.ChecksumMode === 'ENABLED' ? (part?.checksums ?? (isWhole ? checksumView(object) : {})) : {}),
    ...(object.tags.length > 0 ? { TagCount: object.tags.length } : {}),
    ...(part && object.parts ? { PartsCount: object.parts.count } : {}),
    // The type is the SDK's list of classes, of which `checkedStorageClass` knows a part.
    ...(object.storageClass === 'STANDARD' ? {} : { StorageClass: object.storageClass as 'STANDARD_IA' }),
  }
  return { view, range }
}

/** Where a part of an upload ended up in the object. An object that was put whole is its own first part. */
const rangeOfPart = (
  tx: Tx,
  object: StoredObject,
  number: number,
): ByteRange & { readonly checksums: Checksums } => {
  const whole = { bytes: object.bytes, checksums: checksumView(object) }
  const parts = object.parts ? partsUnder(tx, object.parts.id) : [whole]
  const part = parts[number - 1]
  if (!part) {
    return refuse('InvalidPartNumber', 'The requested partnumber is not satisfiable', 416, {
      ActualPartCount: String(parts.length),
      PartNumberRequested: String(number),
    })
  }
  const start = parts.slice(0, number - 1).reduce((sum, { bytes }) => sum + bytes, 0)
  return { start, end: start + part.bytes, checksums: part.checksums }
}

const overridden = {
  ResponseCacheControl: 'CacheControl',
  ResponseContentDisposition: 'ContentDisposition',
  ResponseContentEncoding: 'ContentEncoding',
  ResponseContentLanguage: 'ContentLanguage',
  ResponseContentType: 'ContentType',
  ResponseExpires: 'Expires',
} as const

const overrides = (tx: Tx, input: GetObjectRequest | HeadObjectRequest): Partial<GetObjectOutput> => {
  const asked = Object.entries(overridden)
    .map(([name, header]) => [header, input[name as keyof typeof overridden]] as const)
    .filter(([, value]) => value !== undefined)
  if (asked.length > 0 && tx.caller.kind === 'anonymous') {
    refuse(
      'InvalidRequest',
      'Request specific response headers cannot be used for anonymous GET requests.',
      400,
    )
  }
  return Object.fromEntries(asked)
}
