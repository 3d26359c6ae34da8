// SPDX-License-Identifier: BSD-2-Clause
// Whose the objects of a bucket are. As in Eucalyptus they are their uploaders', unless the bucket's ownership controls
// say otherwise, which it does not have: this is what AWS documents.
import type { ObjectOwnership } from '@aws-sdk/client-s3'
import { refuse } from '../errors'
import { heededAcl } from './public-access'
import type { AclGrant, Bucket, Ownership } from './schema'

export interface Controlled {
  readonly owner: Ownership
  readonly acl: readonly AclGrant[]
}

export const isOwnership = (name: string | undefined): name is ObjectOwnership =>
  name === 'BucketOwnerEnforced' || name === 'BucketOwnerPreferred' || name === 'ObjectWriter'

const fullTo = ({ canonicalId }: Ownership): AclGrant => ({
  grantee: { id: canonicalId },
  permission: 'FULL_CONTROL',
})

const isEnforced = ({ objectOwnership }: Bucket): boolean => objectOwnership === 'BucketOwnerEnforced'

const ownedBy = (owner: Ownership): Controlled => ({ owner, acl: [fullTo(owner)] })

/** Who the owner of something in the bucket, or of the bucket itself, counts as; and what counts of its list. */
export const heeded = (bucket: Bucket, { owner, acl }: Controlled): Controlled =>
  isEnforced(bucket) ? ownedBy(bucket.owner) : { owner, acl: heededAcl(bucket, acl) }

/** What an answer shows of these. */
export const shownAs = (bucket: Bucket, what: Controlled): Controlled =>
  isEnforced(bucket) ? ownedBy(bucket.owner) : what

export const shownOwner = (bucket: Bucket, { owner }: { readonly owner: Ownership }): Ownership =>
  isEnforced(bucket) ? bucket.owner : owner

// What the canned list `bucket-owner-full-control` makes of what another account uploads.
const isHandedOver = ({ owner }: Bucket, acl: readonly AclGrant[]): boolean =>
  acl.length === 2 &&
  acl.every(({ permission }) => permission === 'FULL_CONTROL') &&
  acl.some(({ grantee }) => 'id' in grantee && grantee.id === owner.canonicalId)

/** With whose name and list an upload is kept. */
export const keptAs = (bucket: Bucket, { owner, acl }: Controlled): Controlled =>
  isEnforced(bucket) || (bucket.objectOwnership === 'BucketOwnerPreferred' && isHandedOver(bucket, acl))
    ? ownedBy(bucket.owner)
    : { owner, acl }

/** Refuse a request that says who may do what where lists count for nothing. */
export const checkSaying = (bucket: Bucket, saysAcl: boolean): void => {
  if (saysAcl && isEnforced(bucket)) {
    refuse('AccessControlListNotSupported', 'The bucket does not allow ACLs', 400)
  }
}

/** Refuse to have lists count for nothing while the bucket's own gives somebody else something. */
export const checkEnforcing = (ownership: ObjectOwnership | undefined, { owner, acl }: Controlled): void => {
  const isOthers = ({ grantee }: AclGrant): boolean => !('id' in grantee) || grantee.id !== owner.canonicalId
  if (ownership === 'BucketOwnerEnforced' && acl.some(isOthers)) {
    refuse(
      'InvalidBucketAclWithObjectOwnership',
      "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
      400,
    )
  }
}
