// SPDX-License-Identifier: BSD-2-Clause
// Where a bundle goes: into a bucket of whoever signed the policy, and under its conditions, which are judged as S3 judges
// those of a form. All objects of a bundle are stored in one transaction, so that there is never a part of one.
import { Refusal, refuse } from '../errors'
import { keyCaller } from '../iam/callers'
import type { AccessKey } from '../iam/schema'
import type { Caller, Tx } from '../operation'
import { isOwner, principalOf } from '../s3/access'
import { addBucket, creationDemands } from '../s3/bucket-creation'
import { demand } from '../s3/demands'
import { sortable } from '../s3/schema'
import { checkPostPolicy } from '../wire/signature/post-policy'
import type { UploadLeave } from './schema/bundle-tasks'

/** What bundles are stored with, by the policy that allows it. */
export const bundleAcl = 'ec2-bundle-read'

const activeKey = (tx: Tx, id: string): AccessKey | undefined => {
  const key = tx.accessKeys.get(id)
  return key?.active ? key : undefined
}

/**
 * Who gives leave to store an object, when all that the policy asks for is so. Refusals are those of S3's forms:
 * InvalidAccessKeyId, SignatureDoesNotMatch, InvalidPolicyDocument, EntityTooSmall, EntityTooLarge.
 */
export const judge = (
  tx: Tx,
  leave: UploadLeave,
  bucket: string,
  key: string,
  fileBytes?: number,
): Caller => {
  const fields = new Map([
    ['awsaccesskeyid', leave.accessKeyId],
    ['policy', leave.policy],
    ['signature', leave.signature],
    ['acl', bundleAcl],
    ['key', key],
  ])
  const secretFor = (id: string) => activeKey(tx, id)
  checkPostPolicy(fields, { now: tx.now, secretFor, bucket, ...(fileBytes !== undefined && { fileBytes }) })
  return keyCaller(tx, tx.accessKeys.must(leave.accessKeyId))
}

const refuseValue = (message: string): never => refuse('InvalidParameterValue', message)

// What S3 would call these is no code of the compute service.
const messages: Readonly<Record<string, (leave: UploadLeave, message: string) => string>> = {
  InvalidAccessKeyId: ({ accessKeyId }) => `Value (${accessKeyId}) for AWSAccessKeyId is invalid.`,
  SignatureDoesNotMatch: () => 'Value for UploadPolicySignature is invalid.',
  InvalidPolicyDocument: (_, message) => `Value for UploadPolicy is invalid. ${message}`,
}

/** As `judge`, before there is anything to store, in the words of the compute service. */
export const judgeBeforehand = (tx: Tx, leave: UploadLeave, bucket: string, key: string): Caller => {
  try {
    return judge(tx, leave, bucket, key)
  } catch (error) {
    const message = error instanceof Refusal ? messages[error.code]?.(leave, error.message) : undefined
    if (message === undefined) throw error
    return refuseValue(message)
  }
}

export const isPrefixInUse = (tx: Tx, bucket: string, prefix: string): boolean => {
  let last: string | undefined
  for (const { key, deleteMarker } of tx.objects.scan({ under: [bucket], from: [sortable(prefix)] })) {
    if (!key.startsWith(prefix)) return false
    // A key's newest version comes first, and may say that there is no object.
    if (key !== last && !deleteMarker) return true
    last = key
  }
  return false
}

export const prefixInUse = (bucket: string, prefix: string): never =>
  refuseValue(`Bucket prefix in use ${bucket}/${prefix}`)

/** See to it that there is a bucket, with nothing in the bundle's way. Its owner's canonical id, if it was made now. */
export const prepareBucket = (tx: Tx, owner: Caller, bucket: string, prefix: string): string | undefined => {
  const existing = tx.buckets.get(bucket)
  if (!existing) {
    demand(tx, creationDemands(tx, { Bucket: bucket }), owner)
    return addBucket(tx, owner, { Bucket: bucket }).owner.canonicalId
  }
  if (!isOwner(principalOf(owner), existing)) refuseValue(`Bucket already exists ${bucket}`)
  if (isPrefixInUse(tx, bucket, prefix)) prefixInUse(bucket, prefix)
  return undefined
}
