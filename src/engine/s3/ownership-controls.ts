// SPDX-License-Identifier: BSD-2-Clause
// The ownership controls of a bucket, as they are put, shown and removed. What they do: ownership.ts.
import type {
  DeleteBucketOwnershipControlsRequest,
  GetBucketOwnershipControlsOutput,
  GetBucketOwnershipControlsRequest,
  PutBucketOwnershipControlsRequest,
} from '@aws-sdk/client-s3'
import { refuse } from '../errors'
import type { Operation } from '../operation'
import { refuseXml } from '../wire/xml-reader'
import { bucketFor } from './demands'
import { checkEnforcing, isOwnership } from './ownership'

export const getBucketOwnershipControls: Operation<
  GetBucketOwnershipControlsRequest,
  GetBucketOwnershipControlsOutput
> = (tx, input) => {
  const { name, objectOwnership } = bucketFor(tx, input, 'GetBucketOwnershipControls')
  return objectOwnership === undefined
    ? refuse('OwnershipControlsNotFoundError', 'The bucket ownership controls were not found', 404, {
        BucketName: name,
      })
    : { OwnershipControls: { Rules: [{ ObjectOwnership: objectOwnership }] } }
}

export const putBucketOwnershipControls: Operation<PutBucketOwnershipControlsRequest, {}> = (tx, input) => {
  const bucket = bucketFor(tx, input, 'PutBucketOwnershipControls')
  const [rule, ...more] = input.OwnershipControls?.Rules ?? []
  const objectOwnership = rule?.ObjectOwnership
  if (more.length > 0 || !isOwnership(objectOwnership)) return refuseXml()
  checkEnforcing(objectOwnership, bucket)
  tx.buckets.put({ ...bucket, objectOwnership })
  return {}
}

export const deleteBucketOwnershipControls: Operation<DeleteBucketOwnershipControlsRequest, {}> = (
  tx,
  input,
) => {
  const { objectOwnership: _, ...bucket } = bucketFor(tx, input, 'DeleteBucketOwnershipControls')
  tx.buckets.put(bucket)
  return {}
}
