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
import type { BucketInput } from './access'
import { bucketFor } from './demands'
import type { BucketOperation } from './rights'

const nothing =
  (operation: BucketOperation, code: string, message: string): Operation<BucketInput, never> =>
  (tx, input) => {
    const { name } = bucketFor(tx, input, operation)
    return refuse(code, message, 404, { BucketName: name })
  }

export const getBucketWebsite = nothing(
  'GetBucketWebsite',
  'NoSuchWebsiteConfiguration',
  'The specified bucket does not have a website configuration',
)

export const getBucketReplication = nothing(
  'GetBucketReplication',
  'ReplicationConfigurationNotFoundError',
  'The replication configuration was not found',
)

export const getBucketEncryption = nothing(
  'GetBucketEncryption',
  'ServerSideEncryptionConfigurationNotFoundError',
  'The server side encryption configuration was not found',
)

export const getBucketAccelerateConfiguration: Operation<
  BucketInput,
  GetBucketAccelerateConfigurationOutput
> = (tx, input) => {
  bucketFor(tx, input, 'GetBucketAccelerateConfiguration')
  return {}
}

export const getBucketNotificationConfiguration: Operation<BucketInput, NotificationConfiguration> = (
  tx,
  input,
) => {
  bucketFor(tx, input, 'GetBucketNotificationConfiguration')
  return {}
}

export const getBucketRequestPayment: Operation<BucketInput, GetBucketRequestPaymentOutput> = (tx, input) => {
  bucketFor(tx, input, 'GetBucketRequestPayment')
  return { Payer: 'BucketOwner' }
}

/** Removing what is not there succeeds. */
export const deleteUnset =
  (operation: BucketOperation): Operation<BucketInput, {}> =>
  (tx, input) => {
    bucketFor(tx, input, operation)
    return {}
  }
