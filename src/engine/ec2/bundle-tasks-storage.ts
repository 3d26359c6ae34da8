// SPDX-License-Identifier: BSD-2-Clause
// Where a bundle goes: into a bucket of whoever signed the policy, and under its conditions, which are judged as S3 judges
// those of a form. All objects of a bundle are stored in one transaction, so that there is never a part of one.
import { Refusal, refuse } from '../errors'
import { keyCaller } from '../iam/callers'
import type { AccessKey } from '../iam/schema'
import type { Caller, StagedBody, Tx } from '../operation'
import { isOwner, ownershipOf, principalOf, refuseAccess } from '../s3/access'
import { aclOf } from '../s3/acls'
import { addBucket, creationDemands } from '../s3/buckets'
import { demand } from '../s3/demands'
import { storeBody } from '../s3/objects'
import { type Bucket, sortable } from '../s3/schema'
import { checkStorage } from '../s3/usage'
import { storingDemands } from '../s3/values'
import { checkPostPolicy } from '../wire/signature/post-policy'
import type { BundleTask, UploadLeave } from './schema/bundle-tasks'

const ACL = 'ec2-bundle-read'

const activeKey = (tx: Tx, id: string): AccessKey | undefined => {
  const key = tx.accessKeys.get(id)
  return key?.active ? key : undefined
}

/**
 * Who gives leave to store an object, when all that the policy asks for is so. Refusals are those of S3's forms:
 * InvalidAccessKeyId, SignatureDoesNotMatch, InvalidPolicyDocument, EntityTooSmall, EntityTooLarge.
 */
const judge = (tx: Tx, leave: UploadLeave, bucket: string, key: string, fileBytes?: number): Caller => {
  const fields = new Map([
    ['awsaccesskeyid', leave.accessKeyId],
    ['policy', leave.policy],
    ['signature', leave.signature],
    ['acl', ACL],
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

const isPrefixInUse = (tx: Tx, bucket: string, prefix: string): boolean => {
  let last: string | undefined
  for (const { key, deleteMarker } of tx.objects.scan({ under: [bucket], from: [sortable(prefix)] })) {
    if (!key.startsWith(prefix)) return false
    // A key's newest version comes first, and may say that there is no object.
    if (key !== last && !deleteMarker) return true
    last = key
  }
  return false
}

const prefixInUse = (bucket: string, prefix: string): never =>
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

export interface BundleFile {
  readonly key: string
  readonly body: StagedBody
}

const store = (tx: Tx, bucket: Bucket, owner: Caller, { key, body }: BundleFile): void => {
  const ownership = ownershipOf(owner)
  storeBody(tx, bucket, key, body, {
    owner: ownership,
    acl: aclOf(tx, { ACL }, ownership, bucket),
    content: {},
    metadata: {},
    tags: [],
    storageClass: 'STANDARD',
  })
}

/** Store a bundle, or refuse: the policy's time may be over by now, the bucket another's, the names taken. */
export const storeBundle = (tx: Tx, task: BundleTask, files: readonly BundleFile[]): void => {
  const { bucket: name, prefix, leave } = task
  if (!leave) throw new Error(`bundle task ${task.id} has no leave to store anything`)
  const bucket = tx.buckets.must(name)
  if (isPrefixInUse(tx, name, prefix)) prefixInUse(name, prefix)
  for (const file of files) {
    const owner = judge(tx, leave, name, file.key, file.body.bytes)
    if (!isOwner(principalOf(owner), bucket)) refuseAccess()
    // Whoever signed the policy may do no more by it than by a form.
    demand(tx, storingDemands(tx, bucket, file.key, 'PutObject', { ACL }, { caller: owner }), owner)
    checkStorage(tx, bucket, file.key, { objects: 1, bytes: file.body.bytes }, owner)
    store(tx, bucket, owner, file)
  }
}
