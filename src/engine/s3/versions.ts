// SPDX-License-Identifier: BSD-2-Clause
// The versions of a key. Every object is a version; where versioning was never enabled there is one, called `null`.
// An id tells the version's place in the table, so that no search is needed to find it.
import { Refusal, refuse } from '../errors'
import type { BlobSlices, Caller, Tx } from '../operation'
import { type BucketInput, expectedBucket, refuseAccess } from './access'
import { bucketDemand, type Circumstances, demand, objectDemand, permits } from './demands'
import { defaultRetention } from './locks'
import { keptAs } from './ownership'
import type { ObjectOperation } from './rights'
import {
  type Bucket,
  type DeleteMarker,
  type ObjectBody,
  type ObjectDescription,
  type ObjectPart,
  type ObjectVersion,
  type Ownership,
  type Slice,
  type StoredObject,
  sortable,
} from './schema'
import { changeUsage, checkStorage } from './usage'

const maximumKeyBytes = 1024
// Beyond this the store could not hold the key; only a key of hundreds of control characters comes near.
const maximumSortableBytes = 1600

/** The key, if an object may be called so. */
export const checkedKey = (key: string | undefined): string => {
  if (!key) return refuse('InvalidArgument', 'The specified key is empty', 400)
  // Half of a surrogate pair is no character: neither UTF-8 nor XML can say it.
  if (/\p{Surrogate}/u.test(key)) refuse('InvalidArgument', 'The specified key is not valid', 400)
  const size = Buffer.byteLength(key)
  if (size > maximumKeyBytes || Buffer.byteLength(sortable(key)) > maximumSortableBytes) {
    refuse('KeyTooLong', 'Your key is too long', 400, {
      Size: String(size),
      MaxSizeAllowed: String(maximumKeyBytes),
    })
  }
  return key
}

/** The newest version of a key, which may be a delete marker. */
export const newestVersion = (tx: Tx, bucket: string, key: string): ObjectVersion | undefined => {
  for (const version of tx.objects.scan({ under: [bucket, sortable(key)] })) return version
  return undefined
}

/** The newest version, if it is an object. */
export const currentObject = (tx: Tx, bucket: string, key: string): StoredObject | undefined => {
  const newest = newestVersion(tx, bucket, key)
  return newest?.deleteMarker ? undefined : newest
}

/** A version by its id, which may be `null`. */
export const versionNamed = (tx: Tx, bucket: string, key: string, id: string): ObjectVersion | undefined => {
  if (id === 'null') {
    for (const version of tx.objects.scan({ under: [bucket, sortable(key)] })) {
      if (version.versionId === id) return version
    }
    return undefined
  }
  const order = orderOf(id)
  const version = order === undefined ? undefined : tx.objects.get(bucket, sortable(key), order)
  return version?.versionId === id ? version : undefined
}

const idPattern = /^([0-9a-z]{10})[0-9a-f]{22}$/

/** Where a version of this id stands among the versions of its key; undefined for what is no id of ours. */
export const orderOf = (id: string): number | undefined => {
  const [, digits] = idPattern.exec(id) ?? []
  return digits === undefined ? undefined : -Number.parseInt(digits, 36)
}

const idFor = (tx: Tx, order: number): string =>
  (-order).toString(36).padStart(10, '0') + tx.random(11).toString('hex')

/** Refuse what cannot be the id of any version; `argument` is what the request calls it. */
export const checkVersionId = (id: string, argument = 'versionId'): void => {
  if (id !== 'null' && orderOf(id) === undefined) {
    refuse('InvalidArgument', 'Invalid version id specified', 400, {
      ArgumentName: argument,
      ArgumentValue: id,
    })
  }
}

export interface ObjectInput extends BucketInput {
  readonly Key?: string | undefined
  readonly VersionId?: string | undefined
}

/** The object that an input names, once it is certain that the caller has leave for an operation on it. */
export const objectFor = (
  tx: Tx,
  input: ObjectInput,
  operation: ObjectOperation,
  circumstances: Omit<Circumstances, 'versionId'> = {},
): { readonly bucket: Bucket; readonly object: StoredObject } => {
  const bucket = expectedBucket(tx, input)
  const { caller } = circumstances
  const object = existingObject(tx, bucket, input, caller)
  const asked = { ...circumstances, versionId: input.VersionId }
  demand(tx, [objectDemand(tx, bucket, object, operation, asked)], caller)
  return { bucket, object }
}

/** The object that an input names. Its permissions are the caller's to check. */
export const existingObject = (
  tx: Tx,
  bucket: Bucket,
  { Key, VersionId }: ObjectInput,
  caller: Caller = tx.caller,
): StoredObject => {
  const key = checkedKey(Key)
  const version =
    VersionId === undefined
      ? currentObject(tx, bucket.name, key)
      : versionNamed(tx, bucket.name, key, VersionId)
  if (!version) {
    // Whoever may not list the bucket is not told what it lacks.
    if (!permits(tx, bucketDemand(tx, bucket, 'ListObjects', { caller }), caller)) refuseAccess()
    if (VersionId === undefined) return refuseMissing(tx, bucket, key)
    checkVersionId(VersionId)
    return refuse('NoSuchVersion', 'The specified version does not exist.', 404, { Key: key, VersionId })
  }
  if (version.deleteMarker) {
    throw new Refusal(
      'MethodNotAllowed',
      'The specified method is not allowed against this resource.',
      405,
      { ResourceType: 'DeleteMarker' },
      { 'x-amz-delete-marker': 'true', 'x-amz-version-id': version.versionId, allow: 'DELETE' },
    )
  }
  return version
}

/** There is no such object; where a delete marker is why, the answer's headers say so. */
const refuseMissing = (tx: Tx, bucket: Bucket, key: string): never => {
  const marker = newestVersion(tx, bucket.name, key)
  throw new Refusal(
    'NoSuchKey',
    'The specified key does not exist.',
    404,
    { Key: key },
    marker ? { 'x-amz-delete-marker': 'true', 'x-amz-version-id': marker.versionId } : {},
  )
}

/** `VersionId` as answers about a version have it: not at all where versioning was never set. */
export const shownVersionId = (
  bucket: Bucket,
  { versionId }: { readonly versionId: string },
): { VersionId?: string } => (bucket.versioning ? { VersionId: versionId } : {})

/** `VersionId` as answers have it that tell of an object just made: while versioning is suspended it is not told. */
export const madeVersionId = (
  bucket: Bucket,
  { versionId }: { readonly versionId: string },
): { VersionId?: string } => (bucket.versioning === 'Enabled' ? { VersionId: versionId } : {})

/** Make `what` the newest version of a key, in the place of the null version where versioning is not enabled. */
export const addObject = (
  tx: Tx,
  bucket: Bucket,
  key: string,
  what: ObjectDescription & ObjectBody,
): StoredObject => {
  // What it replaces makes room for it; a refusal brings that back.
  const named = nextVersion(tx, bucket, key)
  const more = { objects: 1, bytes: what.bytes }
  checkStorage(tx, bucket, key, more)
  changeUsage(tx, bucket.name, more)
  return tx.objects.put({
    ...defaultRetention(tx, bucket),
    ...what,
    ...keptAs(bucket, what),
    ...named,
  })
}

/** Make a delete marker the newest version of a key. */
export const addDeleteMarker = (tx: Tx, bucket: Bucket, key: string, owner: Ownership): DeleteMarker =>
  tx.objects.put<DeleteMarker>({ ...nextVersion(tx, bucket, key), owner, deleteMarker: true })

// Headers tell times in seconds, lists in more: one object must not have two times.
const wholeSeconds = (date: Date): Date => new Date(Math.floor(date.getTime() / 1000) * 1000)

const nextVersion = (tx: Tx, bucket: Bucket, key: string) => {
  const newest = newestVersion(tx, bucket.name, key)
  const order = Math.min(-tx.now.getTime(), (newest?.order ?? 0) - 1)
  const enabled = bucket.versioning === 'Enabled'
  const replaced = enabled ? undefined : versionNamed(tx, bucket.name, key, 'null')
  if (replaced) removeVersion(tx, replaced)
  const versionId = enabled ? idFor(tx, order) : 'null'
  return { bucket: bucket.name, key, order, versionId, modifiedAt: wholeSeconds(tx.now) }
}

/** Remove a version for good, its bytes included. */
export const removeVersion = (tx: Tx, version: ObjectVersion): void => {
  if (!version.deleteMarker) changeUsage(tx, version.bucket, { objects: -1, bytes: -version.bytes })
  tx.objects.delete(version.bucket, sortable(version.key), version.order)
  if (version.deleteMarker) return
  releaseSlices(tx, version.slices ?? [])
  if (!version.parts) return
  for (const part of partsUnder(tx, version.parts.id)) removePart(tx, part, slowReaderSeconds)
}

// An object of many files is read one file after the other: a slow reader comes to the last long after it has begun.
const slowReaderSeconds = 3600

export const partsUnder = (tx: Tx, upload: string): readonly ObjectPart[] => [
  ...tx.objectParts.scan({ under: [upload] }),
]

export const removePart = (tx: Tx, part: ObjectPart, seconds?: number): void => {
  tx.objectParts.delete(part.upload, part.number)
  releaseSlices(tx, part.slices, seconds)
}

// Two slices may be of one blob: a part that was copied from a range which crossed a part's border.
const releaseSlices = (tx: Tx, slices: readonly Slice[], seconds?: number): void => {
  for (const blob of new Set(slices.map(slice => slice.blob))) tx.release(blob, seconds)
}

/** The pieces of blobs that bytes `start` to `end` (exclusive) of an object are, in order. */
export const slicesOf = (tx: Tx, object: ObjectBody, start = 0, end: number = object.bytes): BlobSlices => {
  const all = object.slices ?? partsUnder(tx, object.parts?.id ?? '').flatMap(part => part.slices)
  const slices: Slice[] = []
  let offset = 0
  for (const slice of all) {
    const from = Math.max(start - offset, 0)
    const to = Math.min(end - offset, slice.end - slice.start)
    if (from < to) slices.push({ blob: slice.blob, start: slice.start + from, end: slice.start + to })
    offset += slice.end - slice.start
  }
  return { slices }
}

/** The same bytes once more, as blobs of their own. */
export const copySlices = (tx: Tx, slices: readonly Slice[]): readonly Slice[] =>
  slices.map(slice => ({ ...slice, blob: tx.copyBlob(slice.blob).id }))
