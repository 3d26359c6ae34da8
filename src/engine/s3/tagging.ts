// SPDX-License-Identifier: BSD-2-Clause
// Tags of buckets and of objects.
import type {
  DeleteBucketTaggingRequest,
  DeleteObjectTaggingOutput,
  DeleteObjectTaggingRequest,
  GetBucketTaggingOutput,
  GetBucketTaggingRequest,
  GetObjectTaggingOutput,
  GetObjectTaggingRequest,
  PutBucketTaggingRequest,
  PutObjectTaggingOutput,
  PutObjectTaggingRequest,
  Tag,
} from '@aws-sdk/client-s3'
import { refuse } from '../errors'
import type { Operation, Tx } from '../operation'
import { expectedBucket, isOwner, principalOf } from './access'
import { bucketFor, demand, objectDemand } from './demands'
import type { ObjectOperation } from './rights'
import type { NameValue } from './schema'
import { tagValues } from './values'
import { checkedKey, existingObject, newestVersion, type ObjectInput, shownVersionId } from './versions'

export const getBucketTagging: Operation<GetBucketTaggingRequest, GetBucketTaggingOutput> = (tx, input) => {
  const bucket = bucketFor(tx, input, 'GetBucketTagging')
  if (!bucket.tags) {
    return refuse('NoSuchTagSet', 'The TagSet does not exist', 404, { BucketName: bucket.name })
  }
  return { TagSet: [...bucket.tags] }
}

export const putBucketTagging: Operation<PutBucketTaggingRequest, {}> = (tx, input) => {
  const bucket = bucketFor(tx, input, 'PutBucketTagging')
  tx.buckets.put({ ...bucket, tags: checkedTags(input.Tagging?.TagSet ?? [], 'Bucket') })
  return {}
}

export const deleteBucketTagging: Operation<DeleteBucketTaggingRequest, {}> = (tx, input) => {
  const { tags: _, ...bucket } = bucketFor(tx, input, 'DeleteBucketTagging')
  tx.buckets.put(bucket)
  return {}
}

export const getObjectTagging: Operation<GetObjectTaggingRequest, GetObjectTaggingOutput> = (tx, input) => {
  const { bucket, object } = ownedObject(tx, input, 'GetObjectTagging')
  return { ...shownVersionId(bucket, object), TagSet: [...object.tags] }
}

export const putObjectTagging: Operation<PutObjectTaggingRequest, PutObjectTaggingOutput> = (tx, input) => {
  const asked = input.Tagging?.TagSet ?? []
  const { bucket, object } = ownedObject(tx, input, 'PutObjectTagging', asked)
  const tags = checkedTags(asked, 'Object')
  tx.objects.put({ ...object, tags })
  return shownVersionId(bucket, object)
}

export const deleteObjectTagging: Operation<DeleteObjectTaggingRequest, DeleteObjectTaggingOutput> = (
  tx,
  input,
) => {
  const { bucket, object } = ownedObject(tx, input, 'DeleteObjectTagging')
  tx.objects.put({ ...object, tags: [] })
  return shownVersionId(bucket, object)
}

// No permission of access control lists covers tags: they are the owner's, of the object or of its bucket.
const ownedObject = (
  tx: Tx,
  input: ObjectInput,
  operation: ObjectOperation,
  tags: readonly Partial<NameValue>[] = [],
) => {
  const bucket = expectedBucket(tx, input)
  const newest =
    input.VersionId === undefined ? newestVersion(tx, bucket.name, checkedKey(input.Key)) : undefined
  // Of a delete marker that hides the object the answer is as if the marker had been named.
  const named = newest?.deleteMarker ? { ...input, VersionId: newest.versionId } : input
  const object = existingObject(tx, bucket, named)
  const circumstances = {
    versionId: input.VersionId,
    isGranted: isOwner(principalOf(tx.caller), bucket),
    values: () => (tags.length > 0 ? tagValues(tags) : {}),
  }
  demand(tx, [objectDemand(tx, bucket, object, operation, circumstances)])
  return { bucket, object }
}

// Limits of the S3 API.
const tagLimits = { Bucket: 50, Object: 10 }

/** What S3 lets tags be made of: letters, digits and spaces of any script, and some signs. */
const tagText = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

const isTagText = (text: string, longest: number): boolean =>
  tagText.test(text) && [...text].length <= longest

const reserved = {
  Bucket: 'System tags cannot be added/updated by requester',
  Object: 'Your TagKey cannot be prefixed with aws:',
}

const checkedTags = (tags: readonly Tag[], what: 'Bucket' | 'Object'): NameValue[] => {
  const limit = tagLimits[what]
  if (tags.length > limit) refuse('BadRequest', `${what} tags cannot be greater than ${limit}`, 400)
  const names = new Set<string>()
  return tags.map(({ Key = '', Value = '' }) => {
    if (Key === '' || !isTagText(Key, 128)) {
      refuse('InvalidTag', 'The TagKey you have provided is invalid', 400, { TagKey: Key })
    }
    if (!isTagText(Value, 256)) {
      refuse('InvalidTag', 'The TagValue you have provided is invalid', 400, { TagKey: Key, TagValue: Value })
    }
    if (/^(aws|euca):/i.test(Key)) refuse('InvalidTag', reserved[what], 400, { TagKey: Key })
    if (names.has(Key)) {
      refuse('InvalidTag', 'Cannot provide multiple Tags with the same key', 400, { TagKey: Key })
    }
    names.add(Key)
    return { Key, Value }
  })
}

/** The `x-amz-tagging` header: tags written as a query string. */
export const readTaggingHeader = (header: string | undefined): NameValue[] => {
  const pairs = [...new URLSearchParams(header ?? '')]
  const isQuery = pairs.flat().every(text => tagText.test(text))
  if (header !== undefined && (!isQuery || new Set(pairs.map(([name]) => name)).size < pairs.length)) {
    refuse(
      'InvalidArgument',
      "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
      400,
      { ArgumentName: 'x-amz-tagging', ArgumentValue: header },
    )
  }
  return checkedTags(
    pairs.map(([Key, Value]) => ({ Key, Value })),
    'Object',
  )
}
