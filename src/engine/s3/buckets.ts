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
import { refuse } from '../errors'
import type { Operation } from '../operation'
import { refuseXml } from '../wire/xml-reader'
import { isOwner, ownershipOf, ownerView, principalOf, refuseAccess } from './access'
import { addBucket, checkedName, creationDemands } from './bucket-creation'
import { bucketArn, bucketFor, demand } from './demands'
import { refuseUnimplemented } from './refusals'
import { removeUpload } from './uploads'

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
  addBucket(tx, tx.caller, { ...input, Bucket: name })
  return { Location: `/${name}` }
}

export const headBucket: Operation<HeadBucketRequest, HeadBucketOutput> = (tx, input) => {
  bucketFor(tx, input, 'HeadBucket')
  return { BucketRegion: tx.region }
}

export const deleteBucket: Operation<DeleteBucketRequest, {}> = (tx, input) => {
  const { name, versioning } = bucketFor(tx, input, 'DeleteBucket')
  for (const _ of tx.objects.scan({ under: [name] })) {
    const hint = versioning ? ' You must delete all versions in the bucket.' : ''
    refuse('BucketNotEmpty', `The bucket you tried to delete is not empty.${hint}`, 409, { BucketName: name })
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
    // `Disabled` is a word of Eucalyptus', though none to be put.
    if (Status !== undefined && (Status as string) !== 'Disabled') refuseXml()
    return refuse('IllegalVersioningConfigurationException', 'The Versioning element must be specified', 400)
  }
  if (MFADelete === 'Enabled') refuseUnimplemented()
  if (bucket.objectLock && Status === 'Suspended') {
    refuse(
      'InvalidBucketState',
      'An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.',
      409,
    )
  }
  tx.buckets.put({ ...bucket, versioning: Status })
  return {}
}
