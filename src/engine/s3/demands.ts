// SPDX-License-Identifier: BSD-2-Clause
// What a request needs leave for, as policies are asked: an action on an ARN, with the bucket's policy and what its list
// or the object's grants. How these come together is decided where all policies are (policy/decide.ts): in the owner's
// account a policy of the caller's or the bucket's allows, elsewhere the caller's own policy and either the bucket's or a
// list. What is denied anywhere is denied.
import type { Demand } from '../access'
import type { Caller, Tx } from '../operation'
import { compiled } from '../policy/compiled'
import type { Limit, NamedPolicy, Policy } from '../policy/contracts'
import { type BucketInput, expectedBucket, isOwner, may, principalOf, refuseAccess } from './access'
import { type Controlled, heeded } from './ownership'
import { isShutTo } from './public-access'
import { type BucketOperation, type KeyOperation, type ObjectOperation, type Right, rights } from './rights'
import type { Bucket, Ownership, StoredObject } from './schema'

/** Values of condition keys. */
export type Values = NonNullable<Demand['context']>

export const bucketArn = (bucket: string): string => `arn:aws:s3:::${bucket}`
export const keyArn = (bucket: string, key: string): string => `arn:aws:s3:::${bucket}/${key}`

export interface Circumstances {
  /** Who asks, where that is not the transaction's caller. */
  readonly caller?: Caller | undefined
  readonly versionId?: string | undefined
  /** Made when a condition may look at them. */
  readonly values?: (() => Values) | undefined
  /** Another action than the operation's own, which the same list grants. */
  readonly action?: string | undefined
  /** What grants it instead of the list. */
  readonly isGranted?: boolean | undefined
}

interface Side {
  readonly owner: Ownership
  readonly policy: NamedPolicy | undefined
  readonly isGranted: boolean
}

const demandOf = (
  tx: Tx,
  action: string,
  resource: string,
  { owner, policy, isGranted }: Side,
  values: (() => Values) | undefined,
): Demand => ({
  action: `s3:${action}`,
  resource,
  owner: owner.account,
  policy,
  isGranted,
  // Most are allowed without a look at any condition.
  get context(): Values {
    return { ...tx.request.context, ...values?.() }
  },
})

const policyOf = (bucket: Bucket): NamedPolicy | undefined =>
  bucket.policy === undefined
    ? undefined
    : { name: bucketArn(bucket.name), type: 'resource', policy: compiled(bucket.policy, 'resource') }

const denials = new WeakMap<Policy, Policy>()

/** Of a policy, what it denies. */
const denialsOf = (policy: Policy): Policy => {
  const known = denials.get(policy)
  if (known) return known
  const statements = policy.statements.filter(({ effect }) => effect === 'Deny')
  const made = { ...policy, statements }
  denials.set(policy, made)
  return made
}

/** Who decides about the bucket, or about something in it, and what they say of the caller. */
const sideOf = (
  caller: Caller,
  bucket: Bucket,
  what: Controlled,
  { grant }: Right,
  isGranted: boolean | undefined,
): Side => {
  const named = policyOf(bucket)
  const denials = named && { ...named, policy: denialsOf(named.policy) }
  if (isShutTo(caller, bucket)) return { owner: bucket.owner, policy: denials, isGranted: false }
  const { owner, acl } = heeded(bucket, what)
  return {
    owner,
    // A bucket's policy gives nobody what is another account's, but it may withhold it.
    policy: owner.account === bucket.owner.account ? named : denials,
    isGranted: isGranted ?? (grant !== 'owner' && may(principalOf(caller), { owner, acl }, grant)),
  }
}

/** Leave for something about a bucket. */
export const bucketDemand = (
  tx: Tx,
  bucket: Bucket,
  operation: BucketOperation,
  { caller = tx.caller, values, action, isGranted }: Circumstances = {},
): Demand => {
  const right = rights[operation]
  const side = sideOf(caller, bucket, bucket, right, isGranted)
  return demandOf(tx, action ?? right.action, bucketArn(bucket.name), side, values)
}

/** The action of an operation on the object of now, or on a version that was asked for. */
const actionFor = (right: Right, versionId: string | undefined): string =>
  versionId === undefined ? right.action : (right.ofVersion ?? right.action)

/** Leave for something under a key of a bucket, whether or not there is an object. */
export const keyDemand = (
  tx: Tx,
  bucket: Bucket,
  key: string,
  operation: KeyOperation,
  { caller = tx.caller, values, versionId, action, isGranted }: Circumstances = {},
): Demand => {
  const right = rights[operation]
  const side = sideOf(caller, bucket, bucket, right, isGranted)
  return demandOf(tx, action ?? actionFor(right, versionId), keyArn(bucket.name, key), side, values)
}

const tagValues = (object: StoredObject): Values =>
  Object.fromEntries(object.tags.map(({ Key, Value }) => [`s3:existingobjecttag/${Key}`, [Value]]))

/** Leave for something about an object that is there. */
export const objectDemand = (
  tx: Tx,
  bucket: Bucket,
  object: StoredObject,
  operation: ObjectOperation,
  { caller = tx.caller, values, versionId, action, isGranted }: Circumstances = {},
): Demand => {
  const right = rights[operation]
  const side = sideOf(caller, bucket, object, right, isGranted)
  return demandOf(tx, action ?? actionFor(right, versionId), keyArn(bucket.name, object.key), side, () => ({
    ...tagValues(object),
    's3:versionid': versionId,
    ...values?.(),
  }))
}

/** Whether somebody has leave for something. */
export const permits = (tx: Tx, demand: Demand, caller: Caller = tx.caller): boolean =>
  caller === tx.caller ? tx.permits(demand) : tx.as(caller).permits(demand)

/** Quotas that hold for what somebody makes. */
export const limitsFor = (tx: Tx, key: string, demand: Demand, caller: Caller): readonly Limit[] =>
  caller === tx.caller ? tx.limits(key, demand) : tx.as(caller).limits(key, demand)

/** Refuse unless there is leave for all of these, in S3's words whoever asks S3. */
export const demand = (tx: Tx, demands: readonly Demand[], caller: Caller = tx.caller): void => {
  if (!demands.every(one => permits(tx, one, caller))) refuseAccess()
}

/** The bucket that an input names, once it is certain that the caller has leave for an operation on it. */
export const bucketFor = (
  tx: Tx,
  input: BucketInput,
  operation: BucketOperation,
  values?: () => Values,
): Bucket => {
  const bucket = expectedBucket(tx, input)
  demand(tx, [bucketDemand(tx, bucket, operation, { values })])
  return bucket
}

/** The bucket that an input names, once it is certain that the caller has leave for an operation on its key. */
export const keyFor = (
  tx: Tx,
  input: BucketInput & { readonly Key?: string | undefined },
  operation: KeyOperation,
): Bucket => {
  const bucket = expectedBucket(tx, input)
  demand(tx, [keyDemand(tx, bucket, input.Key ?? '', operation)])
  return bucket
}

/** Whether the caller is of the account that a bucket is of, or the cloud's administrator. */
export const isOfOwner = (tx: Tx, bucket: Bucket, caller: Caller = tx.caller): boolean =>
  isOwner(principalOf(caller), bucket) || caller.isCloudAdmin
