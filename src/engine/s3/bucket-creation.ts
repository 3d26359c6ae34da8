// SPDX-License-Identifier: BSD-2-Clause
// Making a bucket: for whoever asks, and for EC2's bundles, which need no more of buckets.
import type { CreateBucketRequest, ObjectOwnership } from '@aws-sdk/client-s3'
import type { Demand } from '../access'
import { refuse } from '../errors'
import type { Caller, Tx } from '../operation'
import { ownershipOf } from './access'
import { aclOf } from './acls'
import { bucketArn } from './demands'
import { checkEnforcing, isOwnership } from './ownership'
import type { Bucket } from './schema'
import { checkBucketNumber, makerOf } from './usage'
import { aclValues, saysAcl } from './values'

/** Leave to make a bucket. */
export const creationDemands = (tx: Tx, input: CreateBucketRequest): readonly Demand[] => {
  const one = (action: string): Demand => ({
    action: `s3:${action}`,
    resource: bucketArn(input.Bucket ?? ''),
    get context() {
      const location = input.CreateBucketConfiguration?.LocationConstraint
      return { ...tx.request.context, ...aclValues(input), 's3:locationconstraint': location }
    },
  })
  return [
    one('CreateBucket'),
    ...(saysAcl(input) ? [one('PutBucketAcl')] : []),
    ...(input.ObjectOwnership !== undefined ? [one('PutBucketOwnershipControls')] : []),
    ...(input.ObjectLockEnabledForBucket
      ? [one('PutBucketObjectLockConfiguration'), one('PutBucketVersioning')]
      : []),
  ]
}

/** Make a bucket that is not there yet, for its `owner`. */
export const addBucket = (tx: Tx, owner: Caller, input: CreateBucketRequest): Bucket => {
  checkAllowance(tx, owner)
  checkBucketNumber(tx, owner, input.Bucket ?? '')
  const ownership = ownershipOf(owner)
  const acl = aclOf(tx, input, ownership)
  const objectOwnership = checkedOwnership(input.ObjectOwnership)
  checkEnforcing(objectOwnership, { owner: ownership, acl })
  return tx.buckets.put({
    name: checkedName(input.Bucket ?? ''),
    owner: ownership,
    createdAt: tx.now,
    createdBy: makerOf(owner),
    location: input.CreateBucketConfiguration?.LocationConstraint ?? '',
    acl,
    ...(objectOwnership === undefined ? {} : { objectOwnership }),
    // Locks are of versions.
    ...(input.ObjectLockEnabledForBucket ? { versioning: 'Enabled', objectLock: {} } : {}),
  })
}

const checkedOwnership = (name: string | undefined): ObjectOwnership | undefined =>
  name === undefined || isOwnership(name)
    ? name
    : refuse('InvalidArgument', `Invalid x-amz-object-ownership header: ${name}`, 400, {
        ArgumentName: 'x-amz-object-ownership',
        ArgumentValue: name,
      })

// The naming rules that Eucalyptus calls `extended`. A name of dots alone would be a relative path to clients.
const namePattern = /^(?!\.{1,2}$)[A-Za-z0-9._-]{2,255}$/

export const checkedName = (name: string): string =>
  namePattern.test(name)
    ? name
    : refuse('InvalidBucketName', 'The specified bucket is not valid.', 400, { BucketName: name })

const bucketsAtMost = 100

const checkAllowance = (tx: Tx, owner: Caller): void => {
  if (owner.isCloudAdmin) return
  const own = tx.buckets.list().filter(bucket => bucket.owner.account === owner.account)
  if (own.length >= bucketsAtMost) {
    refuse('TooManyBuckets', 'You have attempted to create more buckets than allowed', 400)
  }
}
