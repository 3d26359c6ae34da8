// SPDX-License-Identifier: BSD-2-Clause
// Objects: putting, reading, deleting. What was put stays readable until what replaces it is committed, and its
// bytes for as long as somebody who found it before may still be reading them.
import type {
  DeleteObjectOutput,
  DeleteObjectRequest,
  DeleteObjectsOutput,
  DeleteObjectsRequest,
  GetObjectAttributesOutput,
  GetObjectAttributesParts,
  GetObjectAttributesRequest,
  GetObjectOutput,
  GetObjectRequest,
  HeadObjectOutput,
  HeadObjectRequest,
  ObjectIdentifier,
  PutObjectOutput,
  PutObjectRequest,
} from '@aws-sdk/client-s3'
import type { Demand } from '../access'
import { Refusal, refuse } from '../errors'
import type { BlobSlices, Operation, StagedBody, Tx } from '../operation'
import { refuseXml } from '../wire/xml-reader'
import { expectedBucket, ownershipOf, refuseAccess } from './access'
import {
  type ByteRange,
  checkDeleting,
  checkReading,
  checkWriting,
  rangeHolds,
  readRange,
} from './conditions'
import { demand, keyDemand, objectDemand, permits } from './demands'
import { checkBody, contentView, describe, emptyMd5 } from './descriptions'
import type { GetObjectIfRangeRequest } from './extended-operations'
import { expirationView } from './lifecycle'
import { pageLimit } from './listings'
import type { Bucket, Checksums, ObjectBody, ObjectDescription, StoredObject } from './schema'
import { storingDemands } from './values'
import {
  addDeleteMarker,
  addObject,
  checkedKey,
  checkVersionId,
  currentObject,
  madeVersionId,
  newestVersion,
  objectFor,
  partsUnder,
  removeVersion,
  shownVersionId,
  slicesOf,
  versionNamed,
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

export const getObjectAttributes: Operation<GetObjectAttributesRequest, GetObjectAttributesOutput> = (
  tx,
  input,
) => {
  const { bucket, object } = objectFor(tx, input, 'GetObjectAttributes')
  demand(tx, [objectDemand(tx, bucket, object, 'GetObject', { versionId: input.VersionId })])
  const wanted = (name: string): boolean => input.ObjectAttributes?.some(asked => asked === name) ?? false
  return {
    LastModified: object.modifiedAt,
    ...shownVersionId(bucket, object),
    ...(wanted('ETag') ? { ETag: object.etag } : {}),
    ...(wanted('Checksum') && object.checksums ? { Checksum: checksumView(object) } : {}),
    ...(wanted('ObjectParts') && object.parts ? { ObjectParts: partsView(tx, object.parts, input) } : {}),
    // The type is the SDK's list of classes, of which `checkedStorageClass` knows a part.
    ...(wanted('StorageClass') ? { StorageClass: object.storageClass as 'STANDARD' } : {}),
    ...(wanted('ObjectSize') ? { ObjectSize: object.bytes } : {}),
  }
}

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

export const deleteObject: Operation<DeleteObjectRequest, DeleteObjectOutput> = (tx, input) => {
  const bucket = expectedBucket(tx, input)
  demand(tx, [deletionDemand(tx, bucket, input.Key ?? '', input.VersionId)])
  const key = checkedKey(input.Key)
  const { IfMatch, IfMatchLastModifiedTime, IfMatchSize } = input
  checkDeleting(currentObject(tx, bucket.name, key), key, {
    ETag: IfMatch,
    LastModifiedTime: IfMatchLastModifiedTime,
    Size: IfMatchSize,
  })
  return deleteKey(tx, bucket, key, input.VersionId)
}

// Permission to write a bucket does not reach its past.
const deletionDemand = (tx: Tx, bucket: Bucket, key: string, versionId: string | undefined): Demand => {
  const isPast = versionId !== undefined && bucket.versioning !== undefined
  const values = () => ({ 's3:versionid': versionId })
  return keyDemand(tx, bucket, key, 'DeleteObject', {
    versionId,
    values,
    ...(isPast ? { isGranted: false } : {}),
  })
}

// Limit of the S3 API.
const deletesAtOnce = 1000

export const deleteObjects: Operation<DeleteObjectsRequest, DeleteObjectsOutput> = (tx, input) => {
  const bucket = expectedBucket(tx, input)
  const asked = input.Delete?.Objects ?? []
  const mayDelete = ({ Key = '', VersionId }: ObjectIdentifier): boolean =>
    permits(tx, deletionDemand(tx, bucket, Key, VersionId))
  if (asked.length === 0 || asked.length > deletesAtOnce) refuseXml()
  // Who may delete none of them is refused as a whole.
  if (!asked.some(mayDelete)) refuseAccess()
  const Deleted: NonNullable<DeleteObjectsOutput['Deleted']> = []
  const Errors: NonNullable<DeleteObjectsOutput['Errors']> = []
  for (const one of asked) {
    const { Key = '', VersionId, ...expected } = one
    const named = VersionId === undefined ? { Key } : { Key, VersionId }
    try {
      if (!mayDelete(one)) refuseAccess()
      checkDeleting(currentObject(tx, bucket.name, checkedKey(Key)), Key, expected)
      const { DeleteMarker, VersionId: made } = deleteKey(tx, bucket, Key, VersionId)
      if (input.Delete?.Quiet) continue
      Deleted.push({ ...named, ...(DeleteMarker ? { DeleteMarker, DeleteMarkerVersionId: made } : {}) })
    } catch (error) {
      // One key's refusal is part of the answer, and was made before anything was written for that key.
      if (!(error instanceof Refusal)) throw error
      Errors.push({ ...named, Code: error.code, Message: error.message })
    }
  }
  return { Deleted, Errors }
}

const deleteKey = (
  tx: Tx,
  bucket: Bucket,
  key: string,
  versionId: string | undefined,
): DeleteObjectOutput => {
  if (versionId !== undefined) return deleteVersion(tx, bucket, key, versionId)
  if (bucket.versioning) {
    const marker = addDeleteMarker(tx, bucket, key, ownershipOf(tx.caller))
    return { DeleteMarker: true, VersionId: marker.versionId }
  }
  const newest = newestVersion(tx, bucket.name, key)
  if (newest) removeVersion(tx, newest)
  return {}
}

const deleteVersion = (tx: Tx, bucket: Bucket, key: string, versionId: string): DeleteObjectOutput => {
  checkVersionId(versionId)
  const version = versionNamed(tx, bucket.name, key, versionId)
  if (!version) return { VersionId: versionId }
  removeVersion(tx, version)
  return { VersionId: versionId, ...(version.deleteMarker ? { DeleteMarker: true } : {}) }
}

const objectView = (
  tx: Tx,
  bucket: Bucket,
  object: StoredObject,
  input: GetObjectIfRangeRequest | HeadObjectRequest,
): { readonly view: Omit<GetObjectOutput, 'Body'>; readonly range: ByteRange } => {
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
  if (!part) return refuse('InvalidPartNumber', 'The requested partnumber is not satisfiable', 416)
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
