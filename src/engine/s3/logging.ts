// SPDX-License-Identifier: BSD-2-Clause
// Where the log of a bucket's requests is to go. The setting is kept and given back.
import type {
  GetBucketLoggingOutput,
  GetBucketLoggingRequest,
  PutBucketLoggingRequest,
} from '@aws-sdk/client-s3'
import { refuse } from '../errors'
import type { Operation, Tx } from '../operation'
import { logDelivery } from './access'
import { bucketFor } from './demands'
import type { Bucket } from './schema'

export const getBucketLogging: Operation<GetBucketLoggingRequest, GetBucketLoggingOutput> = (tx, input) => {
  const { logging } = bucketFor(tx, input, 'GetBucketLogging')
  return logging ? { LoggingEnabled: logging } : {}
}

export const putBucketLogging: Operation<PutBucketLoggingRequest, {}> = (tx, input) => {
  const { logging: _, ...bucket } = bucketFor(tx, input, 'PutBucketLogging')
  const logging = input.BucketLoggingStatus?.LoggingEnabled
  if (logging) checkTarget(tx, bucket, logging.TargetBucket ?? '')
  tx.buckets.put(logging ? { ...bucket, logging } : bucket)
  return {}
}

const checkTarget = (tx: Tx, source: Bucket, name: string): void => {
  const target = name.length > 255 ? undefined : tx.buckets.get(name)
  if (target?.owner.canonicalId !== source.owner.canonicalId) {
    refuse(
      'InvalidTargetBucketForLogging',
      'The owner for the bucket to be logged and the target bucket must be the same.',
      400,
      { TargetBucket: name },
    )
    return
  }
  const granted = target.acl.filter(({ grantee }) => 'group' in grantee && grantee.group === logDelivery)
  const has = (wanted: string): boolean =>
    granted.some(({ permission }) => permission === wanted || permission === 'FULL_CONTROL')
  if (!has('WRITE') || !has('READ_ACP')) {
    refuse(
      'InvalidTargetBucketForLogging',
      'You must give the log-delivery group WRITE and READ_ACP permissions to the target bucket',
      400,
      { TargetBucket: name },
    )
  }
}
