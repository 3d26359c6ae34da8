// SPDX-License-Identifier: BSD-2-Clause
// Access control lists: canned ones, grant headers, and whole policies.
import type {
  AccessControlPolicy,
  GetBucketAclOutput,
  GetBucketAclRequest,
  GetObjectAclOutput,
  GetObjectAclRequest,
  Grant,
  PutBucketAclRequest,
  PutObjectAclOutput,
  PutObjectAclRequest,
} from '@aws-sdk/client-s3'
import { refuse } from '../errors'
import type { Operation, Tx } from '../operation'
import {
  allUsers,
  authenticatedUsers,
  ec2Bundle,
  knownGroups,
  logDelivery,
  ownerView,
  zateam,
} from './access'
import { bucketFor } from './demands'
import { checkSaying, shownAs } from './ownership'
import { checkNewAcl } from './public-access'
import type { AclGrant, AclPermission, Bucket, Ownership } from './schema'
import { aclValues } from './values'
import { objectFor, shownVersionId } from './versions'

export const getBucketAcl: Operation<GetBucketAclRequest, GetBucketAclOutput> = (tx, input) => {
  const bucket = bucketFor(tx, input, 'GetBucketAcl')
  return { Owner: ownerView(tx, bucket.owner), Grants: bucket.acl.map(grant => grantView(tx, grant)) }
}

export const putBucketAcl: Operation<PutBucketAclRequest, {}> = (tx, input) => {
  const bucket = bucketFor(tx, input, 'PutBucketAcl', () => aclValues(input))
  checkSaying(bucket, true)
  const acl = newAcl(tx, input, bucket.owner)
  checkNewAcl(bucket, acl)
  tx.buckets.put({ ...bucket, acl })
  return {}
}

export const getObjectAcl: Operation<GetObjectAclRequest, GetObjectAclOutput> = (tx, input) => {
  const { bucket, object } = objectFor(tx, input, 'GetObjectAcl')
  const { owner, acl } = shownAs(bucket, object)
  return { Owner: ownerView(tx, owner), Grants: acl.map(grant => grantView(tx, grant)) }
}

export const putObjectAcl: Operation<PutObjectAclRequest, PutObjectAclOutput & { VersionId?: string }> = (
  tx,
  input,
) => {
  const { bucket, object } = objectFor(tx, input, 'PutObjectAcl', { values: () => aclValues(input) })
  // What is the bucket owner's anyway may be said.
  checkSaying(bucket, input.ACL !== 'bucket-owner-full-control')
  const acl = newAcl(tx, input, object.owner, bucket)
  checkNewAcl(bucket, acl)
  tx.objects.put({ ...object, acl })
  return shownVersionId(bucket, object)
}

/** What a request says of access in its headers. */
export interface AclHeaders {
  readonly ACL?: string | undefined
  readonly GrantFullControl?: string | undefined
  readonly GrantRead?: string | undefined
  readonly GrantWrite?: string | undefined
  readonly GrantReadACP?: string | undefined
  readonly GrantWriteACP?: string | undefined
}

const headerPermissions = {
  GrantRead: 'READ',
  GrantWrite: 'WRITE',
  GrantReadACP: 'READ_ACP',
  GrantWriteACP: 'WRITE_ACP',
  GrantFullControl: 'FULL_CONTROL',
} as const

const permissions: readonly string[] = Object.values(headerPermissions)

const group = (uri: string, ...granted: AclPermission[]): AclGrant[] =>
  granted.map(permission => ({ grantee: { group: uri }, permission }))

/** Grants beside the owner's, by canned list; `bucket` is the one that an object is in. */
const canned: Readonly<Record<string, (bucket?: Bucket) => readonly AclGrant[]>> = {
  private: () => [],
  'public-read': () => group(allUsers, 'READ'),
  'public-read-write': () => group(allUsers, 'READ', 'WRITE'),
  'authenticated-read': () => group(authenticatedUsers, 'READ'),
  'bucket-owner-read': bucket => ownerGrant(bucket, 'READ'),
  'bucket-owner-full-control': bucket => ownerGrant(bucket, 'FULL_CONTROL'),
  'log-delivery-write': () => group(logDelivery, 'WRITE', 'READ_ACP'),
  'aws-exec-read': () => group(zateam, 'READ'),
  'ec2-bundle-read': () => group(ec2Bundle, 'READ'),
  // What older tools called it.
  'ec2-bundled-image': () => group(ec2Bundle, 'READ'),
}

const ownerGrant = (bucket: Bucket | undefined, permission: AclPermission): AclGrant[] =>
  bucket ? [{ grantee: { id: bucket.owner.canonicalId }, permission }] : []

/** The list that a request's headers ask for, `private` when they are silent. */
export const aclOf = (
  tx: Tx,
  headers: AclHeaders,
  owner: Ownership,
  bucket?: Bucket,
): readonly AclGrant[] => {
  const granted = Object.entries(headerPermissions).flatMap(([name, permission]) =>
    readGrantHeader(tx, headers[name as keyof typeof headerPermissions], permission),
  )
  if (granted.length > 0) {
    if (headers.ACL) {
      refuse('InvalidRequest', 'Specifying both Canned ACLs and Header Grants is not allowed', 400)
    }
    return granted
  }
  const name = headers.ACL || 'private'
  const more = Object.hasOwn(canned, name) ? canned[name] : undefined
  if (!more) return refuseCanned(name)
  const full: AclGrant = { grantee: { id: owner.canonicalId }, permission: 'FULL_CONTROL' }
  return [
    full,
    ...more(bucket).filter(({ grantee }) => !('id' in grantee) || grantee.id !== owner.canonicalId),
  ]
}

const newAcl = (
  tx: Tx,
  input: AclHeaders & { readonly AccessControlPolicy?: AccessControlPolicy | undefined },
  owner: Ownership,
  bucket?: Bucket,
): readonly AclGrant[] => {
  const policy = input.AccessControlPolicy
  if (!policy) {
    if (input.ACL || Object.keys(headerPermissions).some(name => name in input)) {
      return aclOf(tx, input, owner, bucket)
    }
    return refuse('MissingSecurityHeader', 'Your request was missing a required header', 400, {
      MissingHeaderName: 'x-amz-acl',
    })
  }
  if (!policy.Owner) refuseAcl()
  if (input.ACL) refuse('UnexpectedContent', 'This request does not support content', 400)
  if (policy.Owner?.ID && policy.Owner.ID !== owner.canonicalId) refuse('AccessDenied', 'Access Denied', 403)
  const grants = policy.Grants ?? []
  // Limit of the S3 API; a list is read with every request for its object.
  if (grants.length > 100) refuseAcl()
  return grants.map(grant => readGrant(tx, grant))
}

const refuseAcl = (): never =>
  refuse(
    'MalformedACLError',
    'The XML you provided was not well-formed or did not validate against our published schema',
    400,
  )

const readGrant = (tx: Tx, { Grantee, Permission }: Grant): AclGrant => {
  if (!Grantee || !Permission || !permissions.includes(Permission)) return refuseAcl()
  const permission = Permission as AclPermission
  if (Grantee.URI) return { grantee: { group: knownGroup(Grantee.URI) }, permission }
  if (Grantee.ID) return { grantee: { id: accountNamed(tx, Grantee.ID) }, permission }
  if (Grantee.EmailAddress) return refuseEmail()
  return refuseAcl()
}

/** `id="…", uri="…"`: quotation marks may be left out. */
const readGrantHeader = (tx: Tx, header: string | undefined, permission: AclPermission): AclGrant[] =>
  (header ?? '')
    .split(',')
    .map(text => text.trim())
    .filter(text => text !== '')
    .map(text => {
      const [, kind = '', value = ''] = /^(\w+)\s*=\s*"?([^"]*)"?$/.exec(text) ?? []
      switch (kind.toLowerCase()) {
        case 'id':
          return { grantee: { id: accountNamed(tx, value) }, permission }
        case 'uri':
          return { grantee: { group: knownGroup(value) }, permission }
        case 'emailaddress':
          return refuseEmail()
        default:
          return refuse('InvalidArgument', 'Argument format not recognized', 400, {
            ArgumentValue: text,
          })
      }
    })

const knownGroup = (uri: string): string =>
  knownGroups.includes(uri)
    ? uri
    : refuse('InvalidArgument', 'Invalid group uri', 400, { ArgumentName: 'uri', ArgumentValue: uri })

/** Canonical id of the account that is meant: lists of older releases name it by number or alias. */
const accountNamed = (tx: Tx, name: string): string =>
  tx.accounts
    .list()
    .find(account => account.canonicalId === name || account.id === name || account.alias === name)
    ?.canonicalId ??
  refuse('InvalidArgument', 'Invalid id', 400, { ArgumentName: 'CanonicalUser/ID', ArgumentValue: name })

// Accounts of this cloud have no e-mail address.
const refuseEmail = (): never =>
  refuse(
    'UnresolvableGrantByEmailAddress',
    'The email address you provided does not match any account on record.',
    400,
  )

const grantView = (tx: Tx, { grantee, permission }: AclGrant): Grant => {
  if ('group' in grantee) return { Grantee: { Type: 'Group', URI: grantee.group }, Permission: permission }
  const account = tx.accounts.list().find(candidate => candidate.canonicalId === grantee.id)
  return {
    Grantee: { Type: 'CanonicalUser', ID: grantee.id, DisplayName: account?.alias ?? '' },
    Permission: permission,
  }
}

const refuseCanned = (name: string): never =>
  refuse('InvalidArgument', `The canned ACL '${name}' is not valid`, 400, {
    ArgumentName: 'x-amz-acl',
    ArgumentValue: name,
  })
