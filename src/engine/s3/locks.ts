// SPDX-License-Identifier: BSD-2-Clause
// What keeps versions from being deleted (object lock): a retention until some day, or a legal hold until it is lifted.
// Both are a version's own; a delete marker over it is always possible. `GOVERNANCE` gives way to whoever has leave for
// s3:BypassGovernanceRetention and says in the request that they mean it, `COMPLIANCE` to nobody.
import { refuse } from '../errors'
import type { Tx } from '../operation'
import { keyDemand, objectDemand, permits } from './demands'
import type { Bucket, LockMode, Locks, ObjectVersion, Retention, StoredObject } from './schema'

export interface LockHeaders {
  readonly ObjectLockMode?: string | undefined
  readonly ObjectLockRetainUntilDate?: Date | undefined
  readonly ObjectLockLegalHoldStatus?: string | undefined
}

export const isLockMode = (mode: string | undefined): mode is LockMode =>
  mode === 'GOVERNANCE' || mode === 'COMPLIANCE'

/** Refuse what is about locks of a bucket that has none. */
export const checkHasLocks = (bucket: Bucket): void => {
  if (!bucket.objectLock) refuse('InvalidRequest', 'Bucket is missing Object Lock Configuration', 400)
}

const refuseArgument = (name: string, message: string, value?: string): never =>
  refuse('InvalidArgument', message, 400, {
    ArgumentName: name,
    ...(value === undefined ? {} : { ArgumentValue: value }),
  })

/** Refuse a retention that is over already; `argument` is what the request calls it. */
export const checkFuture = (tx: Tx, until: Date, argument: string): void => {
  if (until <= tx.now) {
    refuseArgument(argument, 'The retain until date must be in the future!', until.toISOString())
  }
}

const modeHeader = 'x-amz-object-lock-mode'
const untilHeader = 'x-amz-object-lock-retain-until-date'

/** What the headers of a request that stores something say of locks. */
export const locksOf = (tx: Tx, bucket: Bucket, input: LockHeaders): Locks => {
  const { ObjectLockMode: mode, ObjectLockRetainUntilDate: until, ObjectLockLegalHoldStatus: hold } = input
  if (mode === undefined && until === undefined && hold === undefined) return {}
  checkHasLocks(bucket)
  if (hold !== undefined && hold !== 'ON' && hold !== 'OFF') {
    refuseArgument('x-amz-object-lock-legal-hold', 'Legal Hold must be either of ON or OFF', hold)
  }
  const isHeld = hold === undefined ? {} : { legalHold: hold === 'ON' }
  if (mode === undefined && until === undefined) return isHeld
  if (mode === undefined || until === undefined) {
    return refuseArgument(
      mode === undefined ? modeHeader : untilHeader,
      `${untilHeader} and ${modeHeader} must both be supplied`,
    )
  }
  if (!isLockMode(mode)) return refuseArgument(modeHeader, 'Unknown wormMode directive.', mode)
  checkFuture(tx, until, untilHeader)
  return { ...isHeld, retention: { mode, until } }
}

/** A retention that a new version has because its bucket gives one to all that come without. */
export const defaultRetention = (tx: Tx, bucket: Bucket): { readonly retention?: Retention } => {
  const rule = bucket.objectLock?.rule
  if (!rule) return {}
  const until = new Date(tx.now)
  if ('days' in rule) until.setUTCDate(until.getUTCDate() + rule.days)
  else until.setUTCFullYear(until.getUTCFullYear() + rule.years)
  return { retention: { mode: rule.mode, until } }
}

/** Locks as the headers of answers have them, as far as the caller may know. */
export const locksView = (tx: Tx, bucket: Bucket, object: StoredObject) => {
  const { retention, legalHold } = object
  const may = (operation: 'GetObjectRetention' | 'GetObjectLegalHold'): boolean =>
    permits(tx, objectDemand(tx, bucket, object, operation))
  return {
    ...(retention && may('GetObjectRetention')
      ? { ObjectLockMode: retention.mode, ObjectLockRetainUntilDate: retention.until }
      : {}),
    ...(legalHold !== undefined && may('GetObjectLegalHold')
      ? { ObjectLockLegalHoldStatus: legalHold ? ('ON' as const) : ('OFF' as const) }
      : {}),
  }
}

/** Refuse a request that asks to bypass what its bucket does not have. */
export const checkBypass = (bucket: Bucket, bypass: boolean | undefined): void => {
  if (bypass === undefined || bucket.objectLock) return
  refuseArgument(
    'x-amz-bypass-governance-retention',
    'x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets.',
  )
}

export const refuseLocked = (): never =>
  refuse('AccessDenied', 'Access Denied because object protected by object lock.', 403)

export const isInForce = (tx: Tx, retention: Retention | undefined): retention is Retention =>
  retention !== undefined && retention.until > tx.now

/** Whether the caller says that a retention in governance mode is not to hold, and has leave to say so. */
export const mayBypass = (tx: Tx, bucket: Bucket, key: string, bypass: boolean | undefined): boolean =>
  bypass === true &&
  permits(
    tx,
    keyDemand(tx, bucket, key, 'DeleteObject', { action: 'BypassGovernanceRetention', isGranted: false }),
  )

/** Refuse to delete a version that is locked. */
export const checkUnlocked = (
  tx: Tx,
  bucket: Bucket,
  version: ObjectVersion,
  bypass: boolean | undefined,
): void => {
  if (version.deleteMarker) return
  if (version.legalHold) refuseLocked()
  if (!isInForce(tx, version.retention)) return
  const gives = version.retention.mode === 'GOVERNANCE' && mayBypass(tx, bucket, version.key, bypass)
  if (!gives) refuseLocked()
}
