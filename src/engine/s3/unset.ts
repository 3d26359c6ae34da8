// SPDX-License-Identifier: BSD-2-Clause
// Questions about what this cloud's buckets never have set, answered as Amazon answers for a bucket where it is unset.
// The requests that would set these are not implemented (engine-protocols §8).
import type {
  GetBucketAccelerateConfigurationOutput,
  GetBucketRequestPaymentOutput,
  NotificationConfiguration,
} from '@aws-sdk/client-s3'
import { refuse } from '../errors'
import type { Operation } from '../operation'
import { type BucketInput, bucketFor } from './access'
import { type ObjectInput, objectFor } from './versions'

const nothing =
  (code: string, message: string): Operation<BucketInput, never> =>
  (tx, input) => {
    const { name } = bucketFor(tx, input, 'owner')
    return refuse(code, message, 404, { BucketName: name })
  }

export const getBucketPolicy = nothing('NoSuchBucketPolicy', 'The bucket policy does not exist')

export const getBucketWebsite = nothing(
  'NoSuchWebsiteConfiguration',
  'The specified bucket does not have a website configuration',
)

export const getBucketReplication = nothing(
  'ReplicationConfigurationNotFoundError',
  'The replication configuration was not found',
)

export const getBucketEncryption = nothing(
  'ServerSideEncryptionConfigurationNotFoundError',
  'The server side encryption configuration was not found',
)

export const getPublicAccessBlock = nothing(
  'NoSuchPublicAccessBlockConfiguration',
  'The public access block configuration was not found',
)

export const getBucketOwnershipControls = nothing(
  'OwnershipControlsNotFoundError',
  'The bucket ownership controls were not found',
)

export const getObjectLockConfiguration = nothing(
  'ObjectLockConfigurationNotFoundError',
  'Object Lock configuration does not exist for this bucket',
)

/** For GetObjectRetention and GetObjectLegalHold. */
export const getObjectLock: Operation<ObjectInput, never> = (tx, input) => {
  objectFor(tx, input, 'READ')
  return refuse(
    'NoSuchObjectLockConfiguration',
    'The specified object does not have a ObjectLock configuration',
    404,
  )
}

export const getBucketAccelerateConfiguration: Operation<
  BucketInput,
  GetBucketAccelerateConfigurationOutput
> = (tx, input) => {
  bucketFor(tx, input, 'owner')
  return {}
}

export const getBucketNotificationConfiguration: Operation<BucketInput, NotificationConfiguration> = (
  tx,
  input,
) => {
  bucketFor(tx, input, 'owner')
  return {}
}

export const getBucketRequestPayment: Operation<BucketInput, GetBucketRequestPaymentOutput> = (tx, input) => {
  bucketFor(tx, input, 'owner')
  return { Payer: 'BucketOwner' }
}

/** Removing what is not there succeeds. */
export const deleteUnset: Operation<BucketInput, {}> = (tx, input) => {
  bucketFor(tx, input, 'owner')
  return {}
}
