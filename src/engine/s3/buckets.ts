// SPDX-License-Identifier: BSD-2-Clause
// Buckets: their names, who has them, where they are said to be, whether they keep versions.
import type {
  Bucket as BucketView,
  CreateBucketOutput,
  CreateBucketRequest,
  DeleteBucketRequest,
  GetBucketLocationOutput,
  GetBucketLocationRequest,
  GetBucketVersioningOutput,
  GetBucketVersioningRequest,
  HeadBucketOutput,
  HeadBucketRequest,
  ListBucketsOutput,
  ListBucketsRequest,
  PutBucketVersioningRequest,
} from '@aws-sdk/client-s3'
import type { Demand } from '../access'
import { refuse } from '../errors'
import type { Caller, Operation, Tx } from '../operation'
import { isOwner, ownershipOf, ownerView, principalOf, refuseAccess } from './access'
import { aclOf } from './acls'
import { bucketArn, bucketFor, demand } from './demands'
import { refuseUnimplemented } from './refusals'
import type { Bucket } from './schema'
import { removeUpload } from './uploads'
import { checkBucketNumber, makerOf } from './usage'
import { aclValues, saysAcl } from './values'

export const listBuckets: Operation<ListBucketsRequest, ListBucketsOutput> = (tx, input) => {
  if (tx.caller.kind === 'anonymous') refuseAccess()
  // Which of the buckets are shown cannot be said: all of the account's or none (Eucalyptus 4, and AWS).
  demand(tx, [{ action: 's3:ListAllMyBuckets', resource: bucketArn('*'), context: tx.request.context }])
  const { Prefix = '', ContinuationToken: token, MaxBuckets = Number.POSITIVE_INFINITY } = input
  if (MaxBuckets < 1) refuse('InvalidArgument', 'Argument max-buckets must be an integer between 1 and 10000')
  const after = token === undefined ? '' : Buffer.from(token, 'base64url').toString()
  const principal = principalOf(tx.caller)
  const own = tx.buckets
    .list()
    .filter(bucket => bucket.owner.canonicalId === principal.canonicalId)
    .filter(bucket => bucket.name.startsWith(Prefix) && bucket.name > after)
  const page = own.slice(0, MaxBuckets)
  const last = page.at(-1)
  return {
    Owner: ownerView(tx, ownershipOf(tx.caller)),
    Buckets: page.map((bucket): BucketView => ({ Name: bucket.name, CreationDate: bucket.createdAt })),
    ...(input.Prefix === undefined ? {} : { Prefix }),
    ...(last && page.length < own.length
      ? { ContinuationToken: Buffer.from(last.name).toString('base64url') }
      : {}),
  }
}

export const createBucket: Operation<CreateBucketRequest, CreateBucketOutput> = (tx, input) => {
  if (tx.caller.kind === 'anonymous') refuseAccess()
  const name = checkedName(input.Bucket ?? '')
  demand(tx, creationDemands(tx, { ...input, Bucket: name }))
  const existing = tx.buckets.get(name)
  if (existing) {
    // Asking again for what one has succeeds, and changes nothing (engine-protocols §8).
    if (isOwner(principalOf(tx.caller), existing)) return { Location: `/${name}` }
    refuse(
      'BucketAlreadyExists',
      'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.',
      409,
      { BucketName: name },
    )
  }
  if (input.ObjectLockEnabledForBucket) refuseUnimplemented()
  addBucket(tx, tx.caller, { ...input, Bucket: name })
  return { Location: `/${name}` }
}

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
  return [one('CreateBucket'), ...(saysAcl(input) ? [one('PutBucketAcl')] : [])]
}

/** Make a bucket that is not there yet, for its `owner`. */
export const addBucket = (tx: Tx, owner: Caller, input: CreateBucketRequest): Bucket => {
  checkAllowance(tx, owner)
  checkBucketNumber(tx, owner, input.Bucket ?? '')
  const ownership = ownershipOf(owner)
  return tx.buckets.put({
    name: checkedName(input.Bucket ?? ''),
    owner: ownership,
    createdAt: tx.now,
    createdBy: makerOf(owner),
    location: input.CreateBucketConfiguration?.LocationConstraint ?? '',
    acl: aclOf(tx, input, ownership),
  })
}

export const headBucket: Operation<HeadBucketRequest, HeadBucketOutput> = (tx, input) => {
  bucketFor(tx, input, 'HeadBucket')
  return { BucketRegion: tx.region }
}

export const deleteBucket: Operation<DeleteBucketRequest, {}> = (tx, input) => {
  const { name } = bucketFor(tx, input, 'DeleteBucket')
  for (const _ of tx.objects.scan({ under: [name] })) {
    refuse('BucketNotEmpty', 'The bucket you tried to delete is not empty.', 409, { BucketName: name })
  }
  for (const upload of [...tx.uploads.scan({ under: [name] })]) removeUpload(tx, upload)
  tx.buckets.delete(name)
  tx.bucketUsage.delete(name)
  return {}
}

export const getBucketLocation: Operation<GetBucketLocationRequest, GetBucketLocationOutput> = (
  tx,
  input,
) => {
  const { location } = bucketFor(tx, input, 'GetBucketLocation')
  // Any string may have been stored; the type lists Amazon's regions.
  return location === ''
    ? {}
    : { LocationConstraint: location as GetBucketLocationOutput['LocationConstraint'] & {} }
}

export const getBucketVersioning: Operation<GetBucketVersioningRequest, GetBucketVersioningOutput> = (
  tx,
  input,
) => {
  const { versioning } = bucketFor(tx, input, 'GetBucketVersioning')
  // Eucalyptus says `Disabled` where Amazon says nothing; the type has Amazon's values only.
  return { Status: versioning ?? ('Disabled' as 'Suspended') }
}

export const putBucketVersioning: Operation<PutBucketVersioningRequest, {}> = (tx, input) => {
  const bucket = bucketFor(tx, input, 'PutBucketVersioning')
  const { Status, MFADelete } = input.VersioningConfiguration ?? {}
  if (Status !== 'Enabled' && Status !== 'Suspended') {
    return refuse('IllegalVersioningConfigurationException', 'The Versioning element must be specified', 400)
  }
  if (MFADelete === 'Enabled') refuseUnimplemented()
  tx.buckets.put({ ...bucket, versioning: Status })
  return {}
}

// The naming rules that Eucalyptus calls `extended`. A name of dots alone would be a relative path to clients.
const namePattern = /^(?!\.{1,2}$)[A-Za-z0-9._-]{2,255}$/

const checkedName = (name: string): string =>
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
