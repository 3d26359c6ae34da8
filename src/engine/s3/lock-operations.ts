// SPDX-License-Identifier: BSD-2-Clause
// Settings of object lock: of a bucket for what will be put there, of versions for themselves.
import type {
  DefaultRetention,
  GetObjectLegalHoldOutput,
  GetObjectLegalHoldRequest,
  GetObjectLockConfigurationOutput,
  GetObjectLockConfigurationRequest,
  GetObjectRetentionOutput,
  GetObjectRetentionRequest,
  PutObjectLegalHoldRequest,
  PutObjectLockConfigurationRequest,
  PutObjectRetentionRequest,
} from '@aws-sdk/client-s3'
import { refuse } from '../errors'
import type { Operation, Tx } from '../operation'
import { refuseXml } from '../wire/xml-reader'
import { bucketFor } from './demands'
import {
  checkBypass,
  checkFuture,
  checkHasLocks,
  isInForce,
  isLockMode,
  mayBypass,
  refuseLocked,
} from './locks'
import type { LockRule, Retention, StoredObject } from './schema'
import { lockValues } from './values'
import { objectFor } from './versions'

export const getObjectLockConfiguration: Operation<
  GetObjectLockConfigurationRequest,
  GetObjectLockConfigurationOutput
> = (tx, input) => {
  const { name, objectLock } = bucketFor(tx, input, 'GetObjectLockConfiguration')
  if (!objectLock) {
    return refuse(
      'ObjectLockConfigurationNotFoundError',
      'Object Lock configuration does not exist for this bucket',
      404,
      { BucketName: name },
    )
  }
  return {
    ObjectLockConfiguration: {
      ObjectLockEnabled: 'Enabled',
      ...(objectLock.rule ? { Rule: { DefaultRetention: ruleView(objectLock.rule) } } : {}),
    },
  }
}

const ruleView = (rule: LockRule): DefaultRetention => ({
  Mode: rule.mode,
  ...('days' in rule ? { Days: rule.days } : { Years: rule.years }),
})

export const putObjectLockConfiguration: Operation<PutObjectLockConfigurationRequest, {}> = (tx, input) => {
  const bucket = bucketFor(tx, input, 'PutObjectLockConfiguration')
  const { ObjectLockEnabled, Rule } = input.ObjectLockConfiguration ?? {}
  if (ObjectLockEnabled !== 'Enabled') refuseXml()
  const rule = Rule === undefined ? undefined : checkedRule(Rule.DefaultRetention ?? {})
  if (bucket.versioning !== 'Enabled') {
    refuse(
      'InvalidBucketState',
      "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
      409,
    )
  }
  tx.buckets.put({ ...bucket, objectLock: rule ? { rule } : {} })
  return {}
}

// Limits of the S3 API.
const daysAtMost = 36500
const yearsAtMost = 100

const checkedRule = ({ Mode: mode, Days: days, Years: years }: DefaultRetention): LockRule => {
  if (!isLockMode(mode)) return refuseXml()
  if (days !== undefined && years === undefined) return { mode, days: checkedPeriod(days, daysAtMost) }
  if (years !== undefined && days === undefined) return { mode, years: checkedPeriod(years, yearsAtMost) }
  return refuseXml()
}

const checkedPeriod = (period: number, atMost: number): number => {
  if (period < 1) {
    refuse('InvalidArgument', 'Default retention period must be a positive integer value.', 400)
  }
  if (period > atMost) refuse('InvalidArgument', 'Default retention period too large', 400)
  return period
}

const refuseNone = ({ key }: StoredObject): never =>
  refuse(
    'NoSuchObjectLockConfiguration',
    'The specified object does not have a ObjectLock configuration',
    404,
    { Key: key },
  )

export const getObjectRetention: Operation<GetObjectRetentionRequest, GetObjectRetentionOutput> = (
  tx,
  input,
) => {
  const { bucket, object } = objectFor(tx, input, 'GetObjectRetention')
  checkHasLocks(bucket)
  const { retention } = object
  if (!retention) return refuseNone(object)
  return { Retention: { Mode: retention.mode, RetainUntilDate: retention.until } }
}

export const putObjectRetention: Operation<PutObjectRetentionRequest, {}> = (tx, input) => {
  const { Mode: mode, RetainUntilDate: until } = input.Retention ?? {}
  const values = () => lockValues(tx, { ObjectLockMode: mode, ObjectLockRetainUntilDate: until })
  const { bucket, object } = objectFor(tx, input, 'PutObjectRetention', { values })
  checkBypass(bucket, input.BypassGovernanceRetention)
  checkHasLocks(bucket)
  const asked = checkedRetention(tx, mode, until)
  if (isInForce(tx, object.retention) && !isStricter(object.retention, asked)) {
    const gives =
      object.retention.mode === 'GOVERNANCE' &&
      mayBypass(tx, bucket, object.key, input.BypassGovernanceRetention)
    if (!gives) refuseLocked()
  }
  const { retention: _, ...rest } = object
  tx.objects.put({ ...rest, ...(asked ? { retention: asked } : {}) })
  return {}
}

/** None at all takes a retention away. */
const checkedRetention = (
  tx: Tx,
  mode: string | undefined,
  until: Date | undefined,
): Retention | undefined => {
  if (mode === undefined && until === undefined) return undefined
  if (!isLockMode(mode) || until === undefined) return refuseXml()
  checkFuture(tx, until, 'RetainUntilDate')
  return { mode, until }
}

/** What anybody may do who may set a retention: let it last longer. */
const isStricter = (now: Retention, asked: Retention | undefined): boolean =>
  asked !== undefined && asked.mode === now.mode && asked.until >= now.until

export const getObjectLegalHold: Operation<GetObjectLegalHoldRequest, GetObjectLegalHoldOutput> = (
  tx,
  input,
) => {
  const { bucket, object } = objectFor(tx, input, 'GetObjectLegalHold')
  checkHasLocks(bucket)
  if (object.legalHold === undefined) return refuseNone(object)
  return { LegalHold: { Status: object.legalHold ? 'ON' : 'OFF' } }
}

export const putObjectLegalHold: Operation<PutObjectLegalHoldRequest, {}> = (tx, input) => {
  const status = input.LegalHold?.Status
  const values = () => lockValues(tx, { ObjectLockLegalHoldStatus: status })
  const { bucket, object } = objectFor(tx, input, 'PutObjectLegalHold', { values })
  checkHasLocks(bucket)
  if (status !== 'ON' && status !== 'OFF') refuseXml()
  tx.objects.put({ ...object, legalHold: status === 'ON' })
  return {}
}
