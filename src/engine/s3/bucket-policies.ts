// SPDX-License-Identifier: BSD-2-Clause
// The policy of a bucket: a document that says who may do what with it and with what is in it. Eucalyptus has none
// through 4.4; this is what AWS documents.
import type {
  DeleteBucketPolicyRequest,
  GetBucketPolicyOutput,
  GetBucketPolicyRequest,
  GetBucketPolicyStatusOutput,
  GetBucketPolicyStatusRequest,
  PutBucketPolicyRequest,
} from '@aws-sdk/client-s3'
import { refuse } from '../errors'
import type { Operation, Tx } from '../operation'
import { type BucketInput, expectedBucket } from './access'
import { bucketDemand, demand, isOfOwner } from './demands'
import { checkBucketPolicy, isPublic } from './policy-documents'
import { checkNewPolicy } from './public-access'
import type { Bucket } from './schema'

/**
 * The bucket, for one of its owner's account: the policy itself can give no other account a say in it. The account's
 * administrator, who stands for its root, cannot be shut out.
 */
const ownBucket = (
  tx: Tx,
  input: BucketInput,
  operation: 'GetBucketPolicy' | 'PutBucketPolicy' | 'DeleteBucketPolicy',
): Bucket => {
  const bucket = expectedBucket(tx, input)
  const isOwn = isOfOwner(tx, bucket)
  const isRoot = isOwn && tx.caller.isAccountAdmin && tx.caller.kind === 'user'
  demand(tx, [bucketDemand(tx, isRoot ? withoutPolicy(bucket) : bucket, operation)])
  if (isOwn) return bucket
  return refuse('MethodNotAllowed', 'The specified method is not allowed against this resource.', 405)
}

const withoutPolicy = ({ policy: _, ...bucket }: Bucket): Bucket => bucket

const policyOf = ({ name, policy }: Bucket): string =>
  policy ??
  refuse('NoSuchBucketPolicy', 'The bucket policy does not exist', 404, {
    BucketName: name,
  })

export const getBucketPolicy: Operation<GetBucketPolicyRequest, GetBucketPolicyOutput> = (tx, input) => ({
  Policy: policyOf(ownBucket(tx, input, 'GetBucketPolicy')),
})

export const getBucketPolicyStatus: Operation<GetBucketPolicyStatusRequest, GetBucketPolicyStatusOutput> = (
  tx,
  input,
) => {
  const bucket = expectedBucket(tx, input)
  demand(tx, [bucketDemand(tx, bucket, 'GetBucketPolicyStatus')])
  return { PolicyStatus: { IsPublic: isPublic(policyOf(bucket)) } }
}

export const putBucketPolicy: Operation<PutBucketPolicyRequest, {}> = (tx, input) => {
  const bucket = ownBucket(tx, input, 'PutBucketPolicy')
  const policy = input.Policy ?? ''
  checkBucketPolicy(tx, bucket.name, policy)
  checkNewPolicy(bucket, policy)
  tx.buckets.put({ ...bucket, policy })
  return {}
}

export const deleteBucketPolicy: Operation<DeleteBucketPolicyRequest, {}> = (tx, input) => {
  tx.buckets.put(withoutPolicy(ownBucket(tx, input, 'DeleteBucketPolicy')))
  return {}
}
