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
import { bucketFor, expectedBucket, isOwner, principalOf, refuseAccess } from './access'
import type { NameValue } from './schema'
import { existingObject, type ObjectInput, shownVersionId } from './versions'

export const getBucketTagging: Operation<GetBucketTaggingRequest, GetBucketTaggingOutput> = (tx, input) => {
  const bucket = bucketFor(tx, input, 'owner')
  if (!bucket.tags) {
    return refuse('NoSuchTagSet', 'The TagSet does not exist', 404, { BucketName: bucket.name })
  }
  return { TagSet: [...bucket.tags] }
}

export const putBucketTagging: Operation<PutBucketTaggingRequest, {}> = (tx, input) => {
  const bucket = bucketFor(tx, input, 'owner')
  tx.buckets.put({ ...bucket, tags: checkedTags(input.Tagging?.TagSet ?? [], bucketTagLimit, 'Bucket') })
  return {}
}

export const deleteBucketTagging: Operation<DeleteBucketTaggingRequest, {}> = (tx, input) => {
  const { tags: _, ...bucket } = bucketFor(tx, input, 'owner')
  tx.buckets.put(bucket)
  return {}
}

export const getObjectTagging: Operation<GetObjectTaggingRequest, GetObjectTaggingOutput> = (tx, input) => {
  const { bucket, object } = ownedObject(tx, input)
  return { ...shownVersionId(bucket, object), TagSet: [...object.tags] }
}

export const putObjectTagging: Operation<PutObjectTaggingRequest, PutObjectTaggingOutput> = (tx, input) => {
  const { bucket, object } = ownedObject(tx, input)
  const tags = checkedTags(input.Tagging?.TagSet ?? [], objectTagLimit, 'Object')
  tx.objects.put({ ...object, tags })
  return shownVersionId(bucket, object)
}

export const deleteObjectTagging: Operation<DeleteObjectTaggingRequest, DeleteObjectTaggingOutput> = (
  tx,
  input,
) => {
  const { bucket, object } = ownedObject(tx, input)
  tx.objects.put({ ...object, tags: [] })
  return shownVersionId(bucket, object)
}

// No permission of access control lists covers tags: they are the owner's, of the object or of its bucket.
const ownedObject = (tx: Tx, input: ObjectInput) => {
  const bucket = expectedBucket(tx, input)
  const principal = principalOf(tx.caller)
  const object = existingObject(tx, bucket, input, principal)
  return isOwner(principal, bucket) || isOwner(principal, object) ? { bucket, object } : refuseAccess()
}

// Limits of the S3 API.
const bucketTagLimit = 50
const objectTagLimit = 10

const checkedTags = (tags: readonly Tag[], limit: number, what: 'Bucket' | 'Object'): NameValue[] => {
  if (tags.length > limit) refuse('BadRequest', `${what} tags cannot be greater than ${limit}`, 400)
  const names = new Set<string>()
  return tags.map(({ Key = '', Value = '' }) => {
    if (Key === '' || [...Key].length > 128) {
      refuse('InvalidTag', 'The TagKey you have provided is invalid', 400, { TagKey: Key })
    }
    if ([...Value].length > 256) {
      refuse('InvalidTag', 'The TagValue you have provided is invalid', 400, { TagKey: Key, TagValue: Value })
    }
    if (/^(aws|euca):/i.test(Key)) {
      refuse('InvalidTag', 'System tags cannot be added/updated by requester', 400, { TagKey: Key })
    }
    if (names.has(Key)) {
      refuse('InvalidTag', 'Cannot provide multiple Tags with the same key', 400, { TagKey: Key })
    }
    names.add(Key)
    return { Key, Value }
  })
}

/** The `x-amz-tagging` header: tags written as a query string. */
export const readTaggingHeader = (header: string | undefined): NameValue[] =>
  checkedTags(
    [...new URLSearchParams(header ?? '')].map(([Key, Value]) => ({ Key, Value })),
    objectTagLimit,
    'Object',
  )
