// SPDX-License-Identifier: BSD-2-Clause
// Who may do what, by access control lists. Users of one account are alike here: what sets them apart are policies
// (demands.ts).
import { refuse } from '../errors'
import type { Caller, Tx } from '../operation'
import type { AclGrant, AclPermission, Bucket, Ownership } from './schema'

export const allUsers = 'http://acs.amazonaws.com/groups/global/AllUsers'
export const authenticatedUsers = 'http://acs.amazonaws.com/groups/global/AuthenticatedUsers'
export const logDelivery = 'http://acs.amazonaws.com/groups/s3/LogDelivery'
/** Its only member is the system account that reads images. */
export const zateam = 'http://acs.amazonaws.com/groups/s3/zateam'
/** Its members are the system, with the account that reads images, and the cloud's administrators. */
export const ec2Bundle = 'http://acs.amazonaws.com/groups/s3/ec2-bundle'
export const knownGroups: readonly string[] = [allUsers, authenticatedUsers, logDelivery, zateam, ec2Bundle]

/** The canonical id that S3 shows for the owner of what an anonymous caller stored. */
export const anonymousId = '65a011a29cdf8ec533ec3d1ccaae921c'

/** An identity as access control lists see it. */
export interface Principal {
  readonly canonicalId: string
  readonly account: string
  readonly groups: readonly string[]
  /** The engine itself, which no list keeps out. */
  readonly isSystem: boolean
}

export const principalOf = (caller: Caller): Principal => ({
  canonicalId: caller.kind === 'anonymous' ? anonymousId : caller.canonicalId,
  account: caller.account,
  groups: [
    allUsers,
    ...(caller.kind === 'anonymous' ? [] : [authenticatedUsers]),
    ...(caller.isCloudAdmin || caller.kind === 'system' ? [ec2Bundle] : []),
  ],
  isSystem: caller.kind === 'system',
})

/** `(eucalyptus)aws-exec-read`: reads the images that RegisterImage is asked to register (engine-protocols §8). */
export const imageReader: Principal = {
  canonicalId: '',
  account: '',
  groups: [allUsers, authenticatedUsers, zateam, ec2Bundle],
  isSystem: false,
}

export const ownershipOf = (caller: Caller): Ownership => {
  const { account, canonicalId } = principalOf(caller)
  return { account, canonicalId }
}

interface Controlled {
  readonly owner: Ownership
  readonly acl: readonly AclGrant[]
}

export const isOwner = (principal: Principal, { owner }: { readonly owner: Ownership }): boolean =>
  principal.isSystem || (principal.account !== '' && principal.canonicalId === owner.canonicalId)

/** Whether `principal` has `permission`. Owners have every permission, whatever the list says. */
export const may = (principal: Principal, what: Controlled, permission: AclPermission): boolean =>
  isOwner(principal, what) ||
  what.acl.some(
    grant =>
      (grant.permission === permission || grant.permission === 'FULL_CONTROL') &&
      ('group' in grant.grantee
        ? principal.groups.includes(grant.grantee.group)
        : principal.canonicalId === grant.grantee.id),
  )

export const refuseAccess = (): never => refuse('AccessDenied', 'Access Denied', 403)

export interface BucketInput {
  readonly Bucket?: string | undefined
  readonly ExpectedBucketOwner?: string | undefined
}

/** The bucket that an input names, or NoSuchBucket. */
export const bucketNamed = (tx: Tx, name: string): Bucket =>
  // No bucket has a longer name, and the store's keys have a limit.
  name.length > 255
    ? refuse('NoSuchBucket', 'The specified bucket does not exist', 404)
    : tx.buckets.must(name)

/** The bucket that an input names. Whether the caller may do anything with it is yet to be asked. */
export const expectedBucket = (tx: Tx, { Bucket, ExpectedBucketOwner }: BucketInput): Bucket => {
  const bucket = bucketNamed(tx, Bucket ?? '')
  if (ExpectedBucketOwner !== undefined && ExpectedBucketOwner !== bucket.owner.account) refuseAccess()
  return bucket
}

/** An owner as answers show it; the display name is the account's alias. */
export const ownerView = (tx: Tx, owner: Ownership): { ID: string; DisplayName: string } => ({
  ID: owner.canonicalId,
  DisplayName: owner.account === '' ? 'anonymous' : (tx.accounts.get(owner.account)?.alias ?? ''),
})
