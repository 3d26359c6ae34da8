// SPDX-License-Identifier: BSD-2-Clause
// What a bucket's public access block does. Public is what everybody may, or everybody with an account. Eucalyptus has no
// such blocks; this is what AWS documents.
import type { Caller } from '../operation'
import { allUsers, authenticatedUsers, refuseAccess } from './access'
import { isPublic } from './policy-documents'
import type { AclGrant, Bucket } from './schema'

const isPublicGrant = ({ grantee }: AclGrant): boolean =>
  'group' in grantee && (grantee.group === allUsers || grantee.group === authenticatedUsers)

/** Refuse a list for the bucket, or for something in it, that the block keeps out. */
export const checkNewAcl = (bucket: Bucket, acl: readonly AclGrant[]): void => {
  if (bucket.publicAccess?.blocksAcls && acl.some(isPublicGrant)) refuseAccess()
}

/** Refuse a policy of the bucket that the block keeps out. */
export const checkNewPolicy = (bucket: Bucket, policy: string): void => {
  if (bucket.publicAccess?.blocksPolicies && isPublic(policy)) refuseAccess()
}

/** What counts of a list of the bucket's, or of something in it. */
export const heededAcl = (bucket: Bucket, acl: readonly AclGrant[]): readonly AclGrant[] =>
  bucket.publicAccess?.ignoresAcls ? acl.filter(grant => !isPublicGrant(grant)) : acl

/** Whether nothing in the bucket is the caller's to ask for: its policy is public, and only its own account is let in. */
export const isShutTo = (caller: Caller, { publicAccess, policy, owner }: Bucket): boolean =>
  publicAccess?.restricts === true &&
  caller.kind !== 'system' &&
  caller.account !== owner.account &&
  policy !== undefined &&
  isPublic(policy)
