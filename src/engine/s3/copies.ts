// SPDX-License-Identifier: BSD-2-Clause
// Copying objects, and parts of them, inside the cloud. A copy is another name for the same bytes.
import { createHash } from 'node:crypto'
import type {
  CopyObjectOutput,
  CopyObjectRequest,
  UploadPartCopyOutput,
  UploadPartCopyRequest,
} from '@aws-sdk/client-s3'
import { refuse } from '../errors'
import type { Operation, Tx } from '../operation'
import { expectedBucket } from './access'
import { type ByteRange, checkCopying, checkWriting } from './conditions'
import { demand, objectDemand } from './demands'
import { checkedMetadata, contentOf, describe, maximumPutBytes } from './descriptions'
import { checksumView } from './objects'
import type { Bucket, ObjectBody, ObjectDescription, StoredObject } from './schema'
import { readTaggingHeader } from './tagging'
import { checkedPartNumber, storePart, uploadFor } from './uploads'
import { storingDemands } from './values'
import {
  addObject,
  checkedKey,
  copySlices,
  currentObject,
  madeVersionId,
  objectFor,
  partsUnder,
  slicesOf,
  versionNamed,
} from './versions'

export const copyObject: Operation<CopyObjectRequest, CopyObjectOutput> = (tx, input) => {
  const bucket = expectedBucket(tx, input)
  const named = readCopySource(input.CopySource ?? '')
  const storing = { ...input, copySource: `${named.bucket}/${named.key}` }
  demand(tx, storingDemands(tx, bucket, input.Key ?? '', 'CopyObject', storing))
  const key = checkedKey(input.Key)
  const source = sourceOf(tx, input)
  if (source.object.tags.length > 0 && input.TaggingDirective !== 'REPLACE') {
    const { bucket: from, object, isVersion } = source
    const versionId = isVersion ? object.versionId : undefined
    demand(tx, [
      objectDemand(tx, from, object, 'GetObjectTagging', { versionId }),
      ...storingDemands(tx, bucket, key, 'CopyObject', { ...storing, copiesTags: true }),
    ])
  }
  checkWriting(currentObject(tx, bucket.name, key), key, input)
  if (source.object.bytes > maximumPutBytes) {
    refuse(
      'InvalidRequest',
      `The specified copy source is larger than the maximum allowable size for a copy source: ${maximumPutBytes}`,
      400,
    )
  }
  const description = describeCopy(tx, bucket, source.object, input)
  refuseIdleCopy(source, bucket, key, input)
  const object = addObject(tx, bucket, key, { ...description, ...copyBody(tx, source.object) })
  return {
    CopyObjectResult: {
      ETag: `"${object.etag}"`,
      LastModified: object.modifiedAt,
      ...checksumView(object),
    },
    ...(source.bucket.versioning ? { CopySourceVersionId: source.object.versionId } : {}),
    ...madeVersionId(bucket, object),
  }
}

export const uploadPartCopy: Operation<UploadPartCopyRequest, UploadPartCopyOutput> = (tx, input) => {
  const { bucket, upload } = uploadFor(tx, input, 'UploadPartCopy')
  const number = checkedPartNumber(input.PartNumber)
  const source = sourceOf(tx, input)
  const { object } = source
  const range = copiedRange(input.CopySourceRange, object.bytes)
  const bytes = range.end - range.start
  if (bytes > maximumPutBytes) {
    refuse('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', 400)
  }
  const part = storePart(tx, bucket, upload, number, {
    bytes,
    etag: partEtag(object, range),
    slices: copySlices(tx, slicesOf(tx, object, range.start, range.end).slices),
    ...(bytes === object.bytes && object.checksumType === 'FULL_OBJECT'
      ? { checksums: object.checksums ?? {} }
      : {}),
  })
  return {
    CopyPartResult: { ETag: `"${part.etag}"`, LastModified: part.modifiedAt, ...part.checksums },
    ...(source.bucket.versioning ? { CopySourceVersionId: object.versionId } : {}),
  }
}

// The MD5 of the bytes is known where they are all of an object that was put whole. Reading them to find it out would
// take as long as copying them, so any other part gets a digest that stands for where they come from.
const partEtag = (object: StoredObject, { start, end }: ByteRange): string =>
  start === 0 && end === object.bytes && !object.etag.includes('-')
    ? object.etag
    : createHash('md5').update(`${object.etag} ${start}-${end}`).digest('hex')

const copyBody = (tx: Tx, object: StoredObject): ObjectBody => {
  const { bytes, etag, checksums, checksumType } = object
  const same = { bytes, etag, ...(checksums ? { checksums } : {}), ...(checksumType ? { checksumType } : {}) }
  if (!object.parts) return { ...same, slices: copySlices(tx, object.slices ?? []) }
  const id = tx.random(32).toString('hex')
  for (const part of partsUnder(tx, object.parts.id)) {
    tx.objectParts.put({ ...part, upload: id, slices: copySlices(tx, part.slices) })
  }
  return { ...same, parts: { id, count: object.parts.count } }
}

const describeCopy = (
  tx: Tx,
  bucket: Bucket,
  source: StoredObject,
  input: CopyObjectRequest,
): ObjectDescription => {
  const replacesMetadata = directive('x-amz-metadata-directive', input.MetadataDirective)
  const replacesTags = directive('x-amz-tagging-directive', input.TaggingDirective)
  const { redirect: _, ...content } = source.content
  return {
    ...describe(tx, bucket, input),
    ...(replacesMetadata
      ? { content: contentOf(input), metadata: checkedMetadata(input.Metadata ?? {}) }
      : { content, metadata: source.metadata }),
    tags: replacesTags ? readTaggingHeader(input.Tagging) : source.tags,
  }
}

const directive = (name: string, value: string | undefined): boolean =>
  value === undefined || value === 'COPY' || value === 'REPLACE'
    ? value === 'REPLACE'
    : refuse('InvalidArgument', `Unknown ${name.replace('x-amz-', '').replace('-', ' ')}.`, 400, {
        ArgumentName: name,
        ArgumentValue: value,
      })

const refuseIdleCopy = (source: Source, bucket: Bucket, key: string, input: CopyObjectRequest): void => {
  const { object } = source
  const isSame = object.bucket === bucket.name && object.key === key && !source.isVersion
  const changes =
    input.MetadataDirective === 'REPLACE' ||
    input.TaggingDirective === 'REPLACE' ||
    input.WebsiteRedirectLocation !== undefined ||
    (input.StorageClass !== undefined && input.StorageClass !== object.storageClass)
  if (isSame && !changes) {
    refuse(
      'InvalidRequest',
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
      400,
    )
  }
}

type CopyInput = Pick<
  CopyObjectRequest,
  | 'CopySource'
  | 'CopySourceIfMatch'
  | 'CopySourceIfNoneMatch'
  | 'CopySourceIfModifiedSince'
  | 'CopySourceIfUnmodifiedSince'
  | 'ExpectedSourceBucketOwner'
>

interface Source {
  readonly bucket: Bucket
  readonly object: StoredObject
  /** The source was named with a version. */
  readonly isVersion: boolean
}

const sourceOf = (tx: Tx, input: CopyInput): Source => {
  const { bucket: Bucket, key: Key, versionId } = readCopySource(input.CopySource ?? '')
  const named = { Bucket, Key, ...(versionId === undefined ? {} : { VersionId: versionId }) }
  if (versionId !== undefined && versionNamed(tx, Bucket, checkedKey(Key), versionId)?.deleteMarker) {
    refuse(
      'InvalidRequest',
      'The source of a copy request may not specifically refer to a delete marker by version id.',
      400,
    )
  }
  const expected = input.ExpectedSourceBucketOwner
  const { bucket, object } = objectFor(
    tx,
    expected === undefined ? named : { ...named, ExpectedBucketOwner: expected },
    'GetObject',
  )
  checkCopying(object, {
    IfMatch: input.CopySourceIfMatch,
    IfNoneMatch: input.CopySourceIfNoneMatch,
    IfModifiedSince: input.CopySourceIfModifiedSince,
    IfUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
  })
  return { bucket, object, isVersion: versionId !== undefined }
}

/** `x-amz-copy-source`: `[/]bucket/key[?versionId=…]`, percent-encoded. */
export const readCopySource = (
  header: string,
): { readonly bucket: string; readonly key: string; readonly versionId: string | undefined } => {
  // A question mark of the key is encoded, unless the client does not encode at all.
  const [, path = '', versionId] = /^(.*?)(?:\?versionId=([^&?]*))?$/s.exec(header) ?? []
  const [, bucket, key] = /^\/?([^/]+)\/(.+)$/s.exec(decoded(path)) ?? []
  if (bucket === undefined || key === undefined) return refuseSource(header)
  return { bucket, key, versionId: versionId || undefined }
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return refuseSource(text)
  }
}

const refuseSource = (header: string): never =>
  refuse(
    'InvalidArgument',
    'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
    400,
    {
      ArgumentName: 'x-amz-copy-source',
      ArgumentValue: header,
    },
  )

const copiedRange = (header: string | undefined, bytes: number): ByteRange => {
  if (header === undefined) return { start: 0, end: bytes }
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(header) ?? []
  if (first === undefined || last === undefined || Number(first) > Number(last)) {
    return refuse(
      'InvalidArgument',
      'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy',
      400,
      { ArgumentName: 'x-amz-copy-source-range', ArgumentValue: header },
    )
  }
  if (Number(first) >= bytes) {
    refuse('InvalidRequest', 'The specified copy range is invalid for the source object size', 400)
  }
  if (Number(last) >= bytes) {
    refuse('InvalidArgument', `Range specified is not valid for source object of size: ${bytes}`, 400, {
      ArgumentName: 'x-amz-copy-source-range',
      ArgumentValue: header,
    })
  }
  return { start: Number(first), end: Number(last) + 1 }
}
